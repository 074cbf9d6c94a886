using System.Data.Common;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.Store;

/// <summary>
/// Adds events to the tree of the audit log: numbers each member's events, adds the events' hashes to the tiles, and stores
/// a signed checkpoint of the new tree. Runs one at a time, in one transaction with one snapshot. The SQL works on both
/// databases.
/// </summary>
internal static class LogWriter
{
    /// <summary>Adds the next events.</summary>
    /// <param name="most">The most events to add.</param>
    /// <param name="signer">Signs the tree, and verifies its own earlier signature.</param>
    /// <param name="numbering">Numbers each event among those of its member.</param>
    /// <returns>How many events were added. The caller commits.</returns>
    /// <exception cref="InvalidOperationException">An event is missing between others, or no gateway decided an event. The
    /// log is not signed beyond that place.</exception>
    public static int Sequence(DbTransaction transaction, int most, LogSigner signer, MemberNumbers numbering)
    {
        var note = Command(transaction, "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1").ExecuteScalar() as string;
        var tiles = Tiles(transaction);
        var size = signer.Confirm(note, tiles);
        var (members, bodies) = Next(transaction, size, most, signer);
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
            ("size", checkpoint.Size), ("time", Clock.ToUnixMicroseconds(checkpoint.Time)), ("note", checkpoint.Note)).ExecuteNonQuery();
        numbering.EndAt(next);
        return leaves.Length;
    }

    /// <summary>
    /// The next events, up to the first one that is neither proved nor void: for each its member, and the bytes that the
    /// tree holds.
    /// </summary>
    private static (List<Guid?> Members, List<byte[]> Bodies) Next(DbTransaction transaction, long size, int most, LogSigner signer)
    {
        var (members, bodies) = (new List<Guid?>(), new List<byte[]>());
        IReadOnlyList<EventVoided>? voided = null;
        foreach (var place in Waiting(transaction, size, most).GroupBy(found => found.LogIndex))
        {
            // Two gateways never write at one place. If somebody else wrote there, at most one of the events is proved.
            var doubts = place.Select(found => (Found: found, Doubt: signer.Doubt(found.LogIndex, found.Body, found.MacKeyId, found.Mac))).ToArray();
            var forged = doubts.Where(found => found.Doubt is not null).ToArray();
            voided ??= forged.Length == 0 ? null : Voided(transaction, size, signer);
            var open = Array.Find(forged, found => !voided!.Any(by => by.Covers(found.Found.Id, found.Found.LogIndex, found.Found.Body)));
            if (open.Found is not null && bodies.Count > 0)
            {
                return (members, bodies);
            }

            if (open.Found is not null || place.Key != size + bodies.Count)
            {
                throw Stopped(size + bodies.Count, place.Key, open, signer);
            }

            var (taken, doubt) = doubts.MinBy(found => found.Doubt is not null);
            members.Add(taken.MemberId?.Value);
            bodies.Add(doubt is null ? taken.Body : VoidEntry.Of(taken.Id, taken.MemberId, taken.PartnerId, taken.Body).Encode());
        }

        signer.StoppedBy = null;
        return (members, bodies);
    }

    private static InvalidOperationException Stopped(long next, long found, (StoredEvent Found, string? Doubt) open, LogSigner signer)
    {
        if (open.Found is null)
        {
            return new InvalidOperationException($"Event {next} of the audit log is not there; those after it are not signed. Run coalition verify.");
        }

        signer.StoppedBy = open.Found.Id;
        return new InvalidOperationException(
            $"Event {open.Found.Id}, entry {found} of the audit log, is not proved: {open.Doubt}. It and those after it are not signed. Run coalition verify; if no gateway decided it, coalition void-event {open.Found.Id} --reason TEXT, and mend what it did.");
    }

    /// <summary>The events that are not in the tree yet.</summary>
    private static List<StoredEvent> Waiting(DbTransaction transaction, long size, int most)
    {
        var waiting = new List<StoredEvent>();
        using var reader = Command(
            transaction,
            "SELECT id, log_index, member_id, partner_id, body, mac, mac_key_id FROM event WHERE log_index >= @from AND log_index < @to ORDER BY log_index",
            ("from", size), ("to", size + most)).ExecuteReader();
        while (reader.Read())
        {
            waiting.Add(new StoredEvent(
                new EventId(Stored.Uuid(reader, 0)), reader.GetInt64(1), default, default,
                reader.IsDBNull(2) ? null : new MemberId(Stored.Uuid(reader, 2)), reader.IsDBNull(3) ? null : new PartnerId(reader.GetString(3)),
                (byte[])reader.GetValue(4), (byte[])reader.GetValue(5), reader.GetInt32(6)));
        }

        return waiting;
    }

    /// <summary>The proved events, not in the tree yet, that declare others void.</summary>
    private static List<EventVoided> Voided(DbTransaction transaction, long size, LogSigner signer)
    {
        var found = new List<EventVoided>();
        using var reader = Command(
            transaction, $"SELECT log_index, body, mac, mac_key_id FROM event WHERE log_index >= @from AND kind = {EventKind.Of<EventVoided>().Number}", ("from", size)).ExecuteReader();
        while (reader.Read())
        {
            var body = (byte[])reader.GetValue(1);
            if (signer.Doubt(reader.GetInt64(0), body, reader.GetInt32(3), (byte[])reader.GetValue(2)) is null && EventCodec.Decode(body) is EventVoided voided)
            {
                found.Add(voided);
            }
        }

        return found;
    }

    /// <summary>The tree, read from its stored tiles.</summary>
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
