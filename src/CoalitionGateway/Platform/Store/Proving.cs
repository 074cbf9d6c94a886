using System.Data.Common;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Keys;

namespace CoalitionGateway.Platform.Store;

/// <summary>
/// Makes the bundle that proves an event to a verifier who does not trust this coalition. Reads only; gateways may be
/// running.
/// </summary>
public static class Proving
{
    /// <param name="eventId">The event: see AuditService.ListEvents.</param>
    /// <param name="dataDirectory">Where the log's key is, and the database unless <paramref name="postgres"/> names it.</param>
    /// <param name="notice">The text of a notice by version and language; null where there is none.</param>
    /// <exception cref="FileNotFoundException">The directory has no database, or no key.</exception>
    /// <exception cref="InvalidOperationException">There is no such event, or no checkpoint covers it yet.</exception>
    public static ProofBundle Run(Guid eventId, string dataDirectory, string? postgres, Func<string, string, string?> notice)
    {
        using var snapshot = postgres is null ? Snapshot.OfSqlite(dataDirectory) : Snapshot.OfPostgres(postgres);
        using var key = GatewayKeys.ReadLogKey(dataDirectory);
        var (note, checkpoint) = Latest(snapshot);
        var tree = LogWriter.Tiles(snapshot.Transaction);
        var proved = Entry(eventId) ?? throw new InvalidOperationException($"There is no event {eventId} in the log; AuditService.ListEvents shows those there are.");
        var consent = EventCodec.Decode(proved.Event) is MemberDisclosed { ConsentEventId: { } cited } ? Entry(cited.Value) : null;
        var shown = ProofBundle.NoticeOf(EventCodec.Decode((consent ?? proved).Event));
        return new ProofBundle(
            proved, consent,
            shown is not null && notice(shown.Version, shown.Language) is { } text ? new NoticeText(shown.Version, shown.Language, text) : null,
            note, SignedNote.VerifierKey(checkpoint.Origin, key));

        ProvedEntry? Entry(Guid id)
        {
            object stored = postgres is null ? IdConverters.ToBytes(id) : id;
            var found = Read(
                snapshot, "SELECT event.log_index, body, coalesce(number, 0), voided_event.void_event_id FROM event LEFT JOIN voided_event ON voided_event.event_id = event.id LEFT JOIN log_member ON log_member.log_index = event.log_index AND log_member.member_id = event.member_id WHERE event.id = @id",
                row => ((long Index, byte[] Body, long Number, Guid? VoidedBy)?)(row.GetInt64(0), (byte[])row.GetValue(1), row.GetInt64(2), row.IsDBNull(3) ? null : Stored.Uuid(row, 3)), ("id", stored));
            if (found is not var (index, body, number, by))
            {
                return null;
            }

            if (by is not null)
            {
                throw new InvalidOperationException($"Event {id} is void: no gateway decided it. Event {by} says so.");
            }

            if (index >= checkpoint.Size)
            {
                throw new InvalidOperationException($"Event {id} is newer than the latest checkpoint, which a running gateway signs once a second.");
            }

            return new ProvedEntry(index, number, body, tree.ProveInclusion(index, checkpoint.Size));
        }
    }

    /// <summary>The proof that the log still begins with the entries of a checkpoint that somebody kept.</summary>
    /// <param name="kept">The signed note from a file, which may have other line ends, or an extra empty line.</param>
    /// <param name="dataDirectory">Where the log's key is, and the database unless <paramref name="postgres"/> names it.</param>
    /// <exception cref="FileNotFoundException">The directory has no database, or no key.</exception>
    /// <exception cref="InvalidOperationException">The note is no checkpoint of this log, or the log no longer begins with
    /// the checkpoint's entries.</exception>
    public static ConsistencyProof Consistency(string kept, string dataDirectory, string? postgres)
    {
        using var snapshot = postgres is null ? Snapshot.OfSqlite(dataDirectory) : Snapshot.OfPostgres(postgres);
        using var key = GatewayKeys.ReadLogKey(dataDirectory);
        var (note, checkpoint) = Latest(snapshot);
        var verifierKey = SignedNote.VerifierKey(checkpoint.Origin, key);
        var text = $"{kept.ReplaceLineEndings("\n").TrimEnd('\n')}\n";
        if (SignedNote.Verify(text, verifierKey) is not { } signed || Checkpoint.Parse(signed) is not { } from)
        {
            throw new InvalidOperationException($"The file holds no checkpoint that is signed by {verifierKey}; AuditService.GetCheckpoint gives one, as checkpoint.note.");
        }

        if (from.Size < 1 || from.Size > checkpoint.Size)
        {
            throw new InvalidOperationException($"The checkpoint in the file is of {from.Size} entries, the latest of the log of {checkpoint.Size}: from none, and to fewer, nothing can be proved.");
        }

        var proof = new ConsistencyProof(text, note, LogWriter.Tiles(snapshot.Transaction).ProveConsistency(from.Size, checkpoint.Size), verifierKey);
        return proof.Check(verifierKey) is { Holds: false, Problems: var problems }
            ? throw new InvalidOperationException($"The log no longer begins with what was signed: {string.Join(' ', problems)} Run coalition verify.")
            : proof;
    }

    /// <summary>
    /// The verifier key: the key in the directory, under the log's name. Null: the directory has no key, or the log has no
    /// checkpoint.
    /// </summary>
    /// <exception cref="FileNotFoundException">The directory has no database.</exception>
    /// <exception cref="DbException">The database does not answer, or holds no coalition.</exception>
    public static string? VerifierKey(string dataDirectory, string? postgres)
    {
        using var snapshot = postgres is null ? Snapshot.OfSqlite(dataDirectory) : Snapshot.OfPostgres(postgres);
        var note = Read(snapshot, "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1", row => $"{row.GetValue(0)}");
        if (note is null || Checkpoint.Parse(note) is not { } checkpoint)
        {
            return null;
        }

        try
        {
            using var key = GatewayKeys.ReadLogKey(dataDirectory);
            return SignedNote.VerifierKey(checkpoint.Origin, key);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static (string Note, Checkpoint Checkpoint) Latest(Snapshot snapshot)
    {
        var note = Read(snapshot, "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1", row => $"{row.GetValue(0)}")
            ?? throw new InvalidOperationException("The log has no checkpoint yet; start the gateway, which signs one within two seconds.");
        return (note, Checkpoint.Parse(note) ?? throw new InvalidOperationException("The log's latest checkpoint cannot be read. Run coalition verify."));
    }

    private static T? Read<T>(Snapshot snapshot, string sql, Func<DbDataReader, T> read, params (string Name, object Value)[] values)
    {
        using var command = LogWriter.Command(snapshot.Transaction, sql, values);
        using var reader = command.ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }
}
