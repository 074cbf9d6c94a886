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
    /// <summary>Takes in the next events.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="signer">Signs the tree, and knows its own signature.</param>
    /// <param name="numbering">Numbers each event among those of its member.</param>
    /// <returns>How many; the caller commits.</returns>
    /// <exception cref="InvalidOperationException">An event is missing between others: the log is not signed beyond it.</exception>
    public static int Sequence(DbTransaction transaction, int most, LogSigner signer, MemberNumbers numbering)
    {
        var note = Command(transaction, "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1").ExecuteScalar() as string;
        var tiles = Tiles(transaction);
        var size = signer.Confirm(note, tiles);
        var (members, bodies) = (new List<Guid?>(), new List<byte[]>());
        using (var reader = Command(transaction, "SELECT log_index, member_id, body FROM event WHERE log_index >= @from AND log_index < @to ORDER BY log_index", ("from", size), ("to", size + most)).ExecuteReader())
        {
            while (reader.Read())
            {
                if (reader.GetInt64(0) != size + bodies.Count)
                {
                    throw new InvalidOperationException($"Event {size + bodies.Count} of the audit log is not there; those after it are not signed. Run coalition verify.");
                }

                members.Add(reader.IsDBNull(1) ? null : reader.GetValue(1) is byte[] bytes ? new Guid(bytes, bigEndian: true) : reader.GetGuid(1));
                bodies.Add((byte[])reader.GetValue(2));
            }
        }

        if (bodies.Count == 0)
        {
            return 0;
        }

        var numbers = numbering.Give(transaction, size, members);
        byte[][] leaves = [.. bodies.Zip(numbers, (body, number) => new LogEntry(number, body).LeafHash)];
        var next = size + leaves.Length;
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
        numbering.EndAt(next);
        return leaves.Length;
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
