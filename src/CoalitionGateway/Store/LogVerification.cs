using System.Data.Common;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Proofs;

namespace CoalitionGateway.Store;

/// <summary>
/// Makes the tree of the audit log anew from the events, and compares: the places and members' numbers for gaps, every
/// signed checkpoint and every tile with the tree, and checkpoints that witnesses kept.
/// </summary>
/// <param name="verifierKey">The key that signed; null: signatures are not looked at.</param>
internal sealed class LogVerification(string? verifierKey, Action<string> problem)
{
    private readonly Dictionary<Guid, long> _members = [];
    private readonly List<byte[]> _leaves = [];
    private readonly Dictionary<long, (string Note, bool IsWitness)[]> _checkpoints = [];
    private readonly ConsentVerification _released = new(problem);
    private long _memberRows;
    private long _covered;
    private long _next;
    private bool _isBroken;

    /// <summary>Entries that the latest checkpoint covers.</summary>
    public long Covered => _covered;

    public int Checkpoints => _checkpoints.Count;

    /// <param name="each">Runs a query and hands over its rows.</param>
    /// <param name="witnesses">Signed notes that were kept elsewhere.</param>
    public void Run(Action<string, Action<DbDataReader>> each, IReadOnlyList<string> witnesses)
    {
        each("SELECT size, note FROM checkpoint ORDER BY size", row => Take(row.GetInt64(0), $"{row.GetValue(1)}", isWitness: false));
        _covered = _checkpoints.Keys.DefaultIfEmpty().Max();
        foreach (var note in witnesses)
        {
            // As files are kept: with other line ends, or an empty line more.
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

        each(
            """
            SELECT event.log_index, event.id, body, event.member_id, kind, time, partner_id, log_member.number, log_member.member_id
            FROM event LEFT JOIN log_member ON log_member.log_index = event.log_index ORDER BY event.log_index
            """,
            Entry);
        if (_leaves.Count < _covered)
        {
            problem($"log: checkpoints cover {_covered} entries, and {_leaves.Count} are there without a gap");
        }

        each("SELECT count(*) FROM log_member", row =>
        {
            if (row.GetInt64(0) != _memberRows)
            {
                problem($"log: {row.GetInt64(0)} numbers were given to members' entries, of which there are {_memberRows}");
            }
        });
        _released.Compare(each);
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

    private void Entry(DbDataReader row)
    {
        var (index, id) = (row.GetInt64(0), Stored.Uuid(row, 1));
        if (index != _next && !_isBroken)
        {
            // All that follows would differ; the first gap is the one to look at.
            problem($"log: entry {_next} is not there; the next is {index}, event {id}");
            _isBroken = true;
        }

        _next = index + 1;
        var body = row.GetValue(2) as byte[] ?? [];
        Columns(row, id, body);
        if (_isBroken || index >= _covered)
        {
            return;
        }

        var number = 0L;
        if (!row.IsDBNull(3))
        {
            var member = Stored.Uuid(row, 3);
            _members[member] = number = _members.GetValueOrDefault(member) + 1;
            _memberRows++;
            if (Stored.Number(row, 7) != number || Stored.Uuid(row, 8) != member)
            {
                problem($"log: entry {index}, event {id}, is not number {number} of its member");
            }
        }

        _leaves.Add(new LogEntry(number, body).LeafHash);
    }

    /// <summary>What finds an event must be what the event says.</summary>
    private void Columns(DbDataReader row, Guid id, byte[] body)
    {
        try
        {
            var made = EventCodec.Decode(body);
            _released.Event(made);
            var member = row.IsDBNull(3) ? (Guid?)null : Stored.Uuid(row, 3);
            if (made.Subject?.Value != member || Stored.Number(row, 4) != (int)made.Kind || Stored.Number(row, 5) != Clock.ToUnixMicroseconds(made.Time)
                || (row.IsDBNull(6) ? null : $"{row.GetValue(6)}") != made.Partner?.Value)
            {
                problem($"event {id} is not kept as what it says it is");
            }
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or KeyNotFoundException)
        {
            // The replay of the events names it.
        }
    }

    private void Compare(long size, string note, bool isWitness, MerkleTiles tree)
    {
        var whose = isWitness ? "a witness's checkpoint" : "the checkpoint";
        var text = verifierKey is null ? note : SignedNote.Verify(note, verifierKey);
        if (text is null || Checkpoint.Parse(text) is not { } signed || signed.Size != size)
        {
            problem($"log: {whose} of {size} entries is not signed by {verifierKey ?? "anybody"}");
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
