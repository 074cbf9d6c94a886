using System.Data.Common;
using CoalitionGateway.Ledger.Proofs;

namespace CoalitionGateway.Store;

/// <summary>
/// Takes events into the tree of the audit log: numbers those of each member, adds their hashes to the tiles, and keeps a
/// signed checkpoint of what the tree is then. One at a time, in one transaction that sees one moment. Both databases
/// understand these statements.
/// </summary>
internal static class LogWriter
{
    // The numbers that events get among those of their members: behind those that there are, in the log's order.
    private const string _number =
        """
        WITH added AS MATERIALIZED (
            SELECT member_id, log_index, row_number() OVER (PARTITION BY member_id ORDER BY log_index) AS nth
            FROM event WHERE log_index >= @from AND log_index < @to AND member_id IS NOT NULL),
        known AS MATERIALIZED (
            SELECT member_id, (SELECT max(number) FROM log_member WHERE log_member.member_id = found.member_id) AS number
            FROM (SELECT DISTINCT member_id FROM added) AS found)
        INSERT INTO log_member (member_id, number, log_index)
        SELECT added.member_id, coalesce(known.number, 0) + nth, log_index FROM added JOIN known ON known.member_id = added.member_id
        RETURNING log_index, number
        """;

    /// <summary>Takes in the next events.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="signer">Signs the tree, and knows its own signature.</param>
    /// <returns>How many; the caller commits.</returns>
    /// <exception cref="InvalidOperationException">An event is missing between others: the log is not signed beyond it.</exception>
    public static int Sequence(DbTransaction transaction, int most, LogSigner signer)
    {
        var note = Command(transaction, "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1").ExecuteScalar() as string;
        var tiles = Tiles(transaction);
        var size = signer.Confirm(note, tiles);
        var numbers = new Dictionary<long, long>();
        using (var reader = Command(transaction, _number, ("from", size), ("to", size + most)).ExecuteReader())
        {
            while (reader.Read())
            {
                numbers.Add(reader.GetInt64(0), reader.GetInt64(1));
            }
        }

        var leaves = new List<byte[]>();
        using (var reader = Command(transaction, "SELECT log_index, body FROM event WHERE log_index >= @from AND log_index < @to ORDER BY log_index", ("from", size), ("to", size + most)).ExecuteReader())
        {
            while (reader.Read())
            {
                if (reader.GetInt64(0) != size + leaves.Count)
                {
                    throw new InvalidOperationException($"Event {size + leaves.Count} of the audit log is not there; those after it are not signed. Run coalition verify.");
                }

                leaves.Add(new LogEntry(numbers.GetValueOrDefault(reader.GetInt64(0)), (byte[])reader.GetValue(1)).LeafHash);
            }
        }

        if (leaves.Count == 0)
        {
            return 0;
        }

        var next = size + leaves.Count;
        foreach (var (id, hashes) in tiles.Append(size, leaves))
        {
            Command(
                transaction,
                "INSERT INTO log_tile (level, number, hashes) VALUES (@level, @number, @hashes) ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes",
                ("level", id.Level), ("number", id.Number), ("hashes", hashes)).ExecuteNonQuery();
        }

        var checkpoint = signer.Sign(next, tiles.Root(next));
        Command(
            transaction, "INSERT INTO checkpoint (size, time, note) VALUES (@size, @time, @note)",
            ("size", checkpoint.Size), ("time", Ledger.Clock.ToUnixMicroseconds(checkpoint.Time)), ("note", checkpoint.Note)).ExecuteNonQuery();
        return leaves.Count;
    }

    /// <summary>The tree as its tiles have it.</summary>
    public static MerkleTiles Tiles(DbTransaction transaction) => new(id =>
        Command(transaction, "SELECT hashes FROM log_tile WHERE level = @level AND number = @number", ("level", id.Level), ("number", id.Number)).ExecuteScalar() as byte[] ?? []);

    public static DbCommand Command(DbTransaction transaction, string sql, params (string Name, object Value)[] values)
    {
        var command = transaction.Connection!.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
