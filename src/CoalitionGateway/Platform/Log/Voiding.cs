using System.Data.Common;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store.Postgres;
using CoalitionGateway.Platform.Store.Sqlite;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.Log;

/// <summary>
/// Declares void an event that no gateway decided. The caller is the owner of the database and has the gateways' keys.
/// Gateways may be running on PostgreSQL, but not on SQLite.
/// </summary>
public static class Voiding
{
    private const int _longestReason = 500;
    private static readonly Caller _owner = new(CallerKind.Operator, "owner");

    /// <param name="eventId">The event's id. A gateway's log and coalition verify name such events.</param>
    /// <param name="reason">The reason, in words that name no person, because the reason stays in the log.</param>
    /// <param name="dataDirectory">Where the keys are, and the database unless <paramref name="postgres"/> names it.</param>
    /// <returns>The effects that the event claims, for people to repair.</returns>
    /// <exception cref="FileNotFoundException">The directory has no keys, or no database.</exception>
    /// <exception cref="InvalidOperationException">The event does not exist, is proved, is signed, or is void already; or a
    /// gateway runs on SQLite.</exception>
    /// <exception cref="DbException">The database does not answer.</exception>
    public static IReadOnlyList<string> Run(Guid eventId, string reason, string dataDirectory, string? postgres)
    {
        if (reason.Trim().Length is 0 or > _longestReason || reason.Any(char.IsControl))
        {
            throw new InvalidOperationException($"A reason has 1 to {_longestReason} characters, on one line.");
        }

        var macs = GatewayKeys.ReadMacKeys(dataDirectory) ?? throw new FileNotFoundException($"{dataDirectory} holds no keys: without them nobody can tell what gateways decided.");
        var (found, size, entries) = Find(eventId, dataDirectory, postgres);
        if (found.LogIndex < size)
        {
            throw new InvalidOperationException($"Event {eventId} is entry {found.LogIndex} of the log, which is signed up to {size}: it cannot be voided. Restore the database from a backup.");
        }

        var isProved = macs.DoubtUnsigned(found.LogIndex, found.Body, found.MacKeyId, found.Mac) is null;
        var options = new GatewayOptions { DataDirectory = dataDirectory, Postgres = postgres ?? "" };
        var keys = new GatewayKeys(options);
        using LedgerStore store = postgres is null ? new SqliteStore(options, keys) : new PostgresStore(options, keys);
        using var fingerprint = new Fingerprint(keys);
        var command = new VoidEvent(_owner.NewContext(Guid.CreateVersion7()), new EventId(eventId), reason.Trim(), isProved, entries > 0);
        var answer = store.Transact((rows, load) =>
        {
            var waiting = new WaitingCall(command, fingerprint.Of(command));
            var batch = new Batch(rows, [waiting]);
            batch.Decide(Clock.Truncate(TimeProvider.System.GetUtcNow()), load);
            batch.Tell();
            return waiting.Answer.Result;
        });
        return answer.Refusal is { } refusal ? throw new InvalidOperationException(refusal.Message) : Effects(found, entries, store.Tables);
    }

    private static (StoredEvent Event, long Size, long Entries) Find(Guid eventId, string dataDirectory, string? postgres)
    {
        using var snapshot = postgres is null ? Snapshot.OfSqlite(dataDirectory) : Snapshot.OfPostgres(postgres);
        object stored = postgres is null ? IdConverters.ToBytes(eventId) : eventId;
        var size = LogWriter.Command(snapshot.Transaction, "SELECT coalesce(max(size), 0) FROM checkpoint").ExecuteScalar() as long? ?? 0;
        var entries = LogWriter.Command(snapshot.Transaction, "SELECT count(*) FROM entry WHERE event_id = @id", ("id", stored)).ExecuteScalar() as long? ?? 0;
        using var reader = LogWriter.Command(snapshot.Transaction, "SELECT log_index, body, mac, mac_key_id FROM event WHERE id = @id", ("id", stored)).ExecuteReader();
        return reader.Read()
            ? (new StoredEvent(new EventId(eventId), reader.GetInt64(0), default, default, null, null, (byte[])reader.GetValue(1), (byte[])reader.GetValue(2), reader.GetInt32(3)), size, entries)
            : throw new InvalidOperationException($"There is no event {eventId}: a gateway's log and coalition verify name those that are not proved.");
    }

    /// <summary>The rows that the event claims to have changed, and the number of its entries.</summary>
    private static List<string> Effects(StoredEvent found, long entries, RowTables tables)
    {
        var effects = new List<string>();
        var rows = new WorkingState();
        try
        {
            EventCodec.Decode(found.Body).Rebuild(rows);
        }
        catch (Exception unfit) when (unfit is FormatException or ArgumentException or KeyNotFoundException or NullReferenceException)
        {
            effects.Add("what it did cannot be told from its bytes alone: coalition verify names the rows that differ");
        }

        foreach (var key in rows.Changes.Keys)
        {
            var (table, _) = tables.For(key.GetType());
            effects.Add($"{table.Name} {string.Join(", ", table.ColumnsOf(key.GetType()).Columns.Select(column => $"{column.Name} {(column.Value(key) is byte[] id ? new Guid(id, bigEndian: true) : column.Value(key))}"))}");
        }

        if (entries > 0)
        {
            effects.Add($"{entries} entries, which stand in the books until commands undo them");
        }

        return effects;
    }
}
