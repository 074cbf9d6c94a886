using System.Data.Common;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.Store;

/// <summary>
/// Rebuilds the tree of the audit log from the events. Checks the events' places for gaps and their MACs with the gateways'
/// keys. Compares the tree with every signed checkpoint, every tile, and the checkpoints that witnesses kept.
/// </summary>
/// <param name="trust">The key that signed, the gateways' keys, and the checkpoints that witnesses kept.</param>
/// <param name="number">The number of a covered event among its member's entries, from 1; 0 if the event is about no
/// member.</param>
internal sealed class LogVerification(LogTrust trust, Action<string> problem, Func<MemberId?, long, long> number)
{
    private readonly List<byte[]> _leaves = [];
    private readonly Dictionary<long, (string Note, bool IsWitness)[]> _checkpoints = [];
    private readonly List<EventVoided> _declared = [];
    private readonly List<EventVoided> _voided = [];
    private long _covered;
    private long _next;
    private bool _isBroken;

    /// <summary>Entries that the latest checkpoint covers.</summary>
    public long Covered => _covered;

    public int Checkpoints => _checkpoints.Count;

    /// <summary>The owner's declarations that an event is void.</summary>
    public IReadOnlyList<EventVoided> Declared => _declared;

    /// <summary>The declarations that apply to an event that is not proved.</summary>
    public IReadOnlyList<EventVoided> Voided => _voided;

    /// <summary>Reads the signed checkpoints and the declarations of void events.</summary>
    /// <param name="each">Runs a query and hands over its rows.</param>
    public void Begin(Action<string, Action<DbDataReader>> each)
    {
        each("SELECT size, note FROM checkpoint ORDER BY size", row => Take(row.GetInt64(0), $"{row.GetValue(1)}", isWitness: false));
        _covered = _checkpoints.Keys.DefaultIfEmpty().Max();
        foreach (var note in trust.Witnesses)
        {
            // A kept file may have other line ends, or an extra empty line.
            var text = $"{note.ReplaceLineEndings("\n").TrimEnd('\n')}\n";
            if (Checkpoint.Parse(text) is { } kept)
            {
                Take(kept.Size, text, isWitness: true);
            }
            else
            {
                problem("a checkpoint of a witness cannot be read");
            }
        }

        each("SELECT log_index, body, mac, mac_key_id FROM event JOIN voided_event ON void_event_id = event.id", row =>
        {
            var body = row.GetValue(1) as byte[] ?? [];
            if (Doubt(row.GetInt64(0), body, row.GetInt32(3), row.GetValue(2) as byte[] ?? []) is null && Decode(body) is EventVoided voided)
            {
                _declared.Add(voided);
            }
        });
    }

    /// <summary>
    /// Takes in the events at one place in the log: one event, unless somebody other than a gateway wrote there.
    /// </summary>
    /// <returns>The events to replay, each with the declaration that voids it, if there is one.</returns>
    public IEnumerable<(Event Made, long Index, EventVoided? Voided)> Take(IReadOnlyList<StoredEvent> place)
    {
        var found = place.Select(stored => (Stored: stored, Voided: VoidedBy(stored))).ToArray();
        var entry = Array.Find(found, one => one.Voided is null).Stored ?? found[0].Stored;
        foreach (var (stored, voided) in found)
        {
            if (stored == entry || voided is null)
            {
                Enter(stored, voided);
            }

            if (Read(stored, isVoid: voided is not null) is { } made)
            {
                yield return (made, stored.LogIndex, voided);
            }
        }
    }

    /// <summary>Compares the checkpoints and tiles with the tree, after all events are taken in.</summary>
    public void End(Action<string, Action<DbDataReader>> each)
    {
        if (_leaves.Count < _covered)
        {
            problem($"log: checkpoints cover {_covered} entries, and {_leaves.Count} are there without a gap");
        }

        var tree = new MerkleTiles(_ => []);
        var tiles = tree.Append(0, _leaves);
        foreach (var (size, notes) in _checkpoints.OrderBy(found => found.Key))
        {
            Array.ForEach(notes, note => Compare(size, note.Note, note.IsWitness, tree));
        }

        Compare(each, tiles);
    }

    private void Take(long size, string note, bool isWitness) =>
        _checkpoints[size] = [.. _checkpoints.GetValueOrDefault(size, []), (note, isWitness)];

    /// <summary>
    /// The declaration that an event is void. Null: the event is proved, or no declaration covers it, which is a problem.
    /// </summary>
    private EventVoided? VoidedBy(StoredEvent stored)
    {
        // An event that a retired key sealed may be void, because the event was unsigned when the owner declared it void.
        var isProved = trust.Macs is not null && trust.Macs.DoubtUnsigned(stored.LogIndex, stored.Body, stored.MacKeyId, stored.Mac) is null;
        if (!isProved && _declared.Find(by => by.Covers(stored.Id, stored.LogIndex, stored.Body)) is { } voided)
        {
            _voided.Add(voided);
            return voided;
        }

        if (Doubt(stored.LogIndex, stored.Body, stored.MacKeyId, stored.Mac) is { } doubt)
        {
            problem($"event {stored.Id}, entry {stored.LogIndex}, is not proved to be a gateway's: {doubt}");
        }

        return null;
    }

    /// <summary>
    /// The reason why an event is not proved, by the log signer's rules; null if it is proved, or if there are no keys to
    /// check with.
    /// </summary>
    private string? Doubt(long index, byte[] body, int keyId, byte[] mac) =>
        index < _covered ? trust.Macs?.Doubt(index, body, keyId, mac) : trust.Macs?.DoubtUnsigned(index, body, keyId, mac);

    private void Enter(StoredEvent stored, EventVoided? voided)
    {
        if (stored.LogIndex != _next && !_isBroken)
        {
            // After the first gap all leaves differ, so only the first gap is a problem to report.
            problem($"log: entry {_next} is not there; the next is {stored.LogIndex}, event {stored.Id}");
            _isBroken = true;
        }

        _next = stored.LogIndex + 1;
        if (_isBroken || stored.LogIndex >= _covered)
        {
            return;
        }

        var body = voided is null ? stored.Body : VoidEntry.Of(stored.Id, stored.MemberId, stored.PartnerId, stored.Body).Encode();
        _leaves.Add(new LogEntry(number(stored.MemberId, stored.LogIndex), body).LeafHash);
    }

    /// <summary>Decodes an event, and compares its columns with its bytes. Null if the bytes cannot be read.</summary>
    private Event? Read(StoredEvent stored, bool isVoid)
    {
        if (Decode(stored.Body) is not { } made)
        {
            if (!isVoid)
            {
                problem($"event {stored.Id} cannot be read");
            }

            return null;
        }

        if (made.Id != stored.Id)
        {
            problem($"event {stored.Id} calls itself {made.Id}");
        }

        if (made.Subject != stored.MemberId || made.Kind != stored.Kind || made.Time != stored.Time || made.Partner != stored.PartnerId)
        {
            problem($"event {stored.Id} is not kept as what it says it is");
        }

        return made;
    }

    private static Event? Decode(byte[] body)
    {
        try
        {
            return EventCodec.Decode(body);
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or KeyNotFoundException or OverflowException)
        {
            return null;
        }
    }

    private void Compare(long size, string note, bool isWitness, MerkleTiles tree)
    {
        var whose = isWitness ? "a witness's checkpoint" : "the checkpoint";
        var text = trust.VerifierKey is null ? note : SignedNote.Verify(note, trust.VerifierKey);
        if (text is null || Checkpoint.Parse(text) is not { } signed || signed.Size != size)
        {
            problem($"log: {whose} of {size} entries is not signed by {trust.VerifierKey ?? "anybody"}");
        }
        else if (size > _leaves.Count)
        {
            problem($"log: {whose} is of {size} entries, and {_leaves.Count} are there without a gap");
        }
        else if (!signed.Root.AsSpan().SequenceEqual(tree.Root(size)))
        {
            problem($"log: {whose} of {size} entries is not of what is there now");
        }
    }

    private void Compare(Action<string, Action<DbDataReader>> each, IReadOnlyDictionary<TileId, byte[]> tiles)
    {
        var found = 0;
        each("SELECT level, number, hashes FROM log_tile ORDER BY level, number", row =>
        {
            var id = new TileId((int)(Stored.Number(row, 0) ?? -1), (long)(Stored.Number(row, 1) ?? -1));
            found++;
            if (!tiles.TryGetValue(id, out var hashes) || !hashes.AsSpan().SequenceEqual(row.GetValue(2) as byte[] ?? []))
            {
                problem($"log: tile {id.Number} of level {id.Level} is not of the entries");
            }
        });
        if (found < tiles.Count)
        {
            problem($"log: {tiles.Count - found} tiles are missing");
        }
    }
}
