using System.Data.Common;
using CoalitionGateway.Ledger.Proofs;

namespace CoalitionGateway.Store;

/// <summary>
/// Takes events into the tree of the audit log: numbers those of each member, adds their hashes to the tiles, and keeps a
/// signed checkpoint of what the tree is then. One at a time, in one transaction. Both databases understand these statements.
/// </summary>
internal static class LogWriter
{
    // The numbers that events get among those of their members.
    private const string _next =
        """
        SELECT log_index, body, member_id, CASE WHEN member_id IS NULL THEN 0 ELSE
            coalesce((SELECT max(number) FROM log_member WHERE log_member.member_id = event.member_id), 0)
            + row_number() OVER (PARTITION BY member_id ORDER BY log_index) END AS member_number
        FROM event WHERE log_index >= @from AND log_index < @to
        """;

    /// <summary>Takes in the next events.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="sign">Signs the tree of a size and a root.</param>
    /// <returns>How many; the caller commits.</returns>
    /// <exception cref="InvalidOperationException">An event is missing between others: the log is not signed beyond it.</exception>
    public static int Sequence(DbTransaction transaction, int most, Func<long, byte[], StoredCheckpoint> sign)
    {
        var size = (long)Command(transaction, "SELECT coalesce(max(size), 0) FROM checkpoint").ExecuteScalar()!;
        var leaves = new List<byte[]>();
        using (var reader = Command(transaction, $"{_next} ORDER BY log_index", ("from", size), ("to", size + most)).ExecuteReader())
        {
            while (reader.Read())
            {
                if (reader.GetInt64(0) != size + leaves.Count)
                {
                    throw new InvalidOperationException($"Event {size + leaves.Count} of the audit log is not there; those after it are not signed. Run coalition verify.");
                }

                leaves.Add(new LogEntry(reader.GetInt64(3), (byte[])reader.GetValue(1)).LeafHash);
            }
        }

        if (leaves.Count == 0)
        {
            return 0;
        }

        var next = size + leaves.Count;
        Command(transaction, $"INSERT INTO log_member (member_id, number, log_index) SELECT member_id, member_number, log_index FROM ({_next}) numbered WHERE member_id IS NOT NULL", ("from", size), ("to", next)).ExecuteNonQuery();
        var tiles = Tiles(transaction);
        foreach (var (id, hashes) in tiles.Append(size, leaves))
        {
            Command(
                transaction,
                "INSERT INTO log_tile (level, number, hashes) VALUES (@level, @number, @hashes) ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes",
                ("level", id.Level), ("number", id.Number), ("hashes", hashes)).ExecuteNonQuery();
        }

        var checkpoint = sign(next, tiles.Root(next));
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
