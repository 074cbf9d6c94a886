using CoalitionGateway.Ledger;
using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// Rows that are remembered, and the last turn up to which they are known to be so. Every turn says which keys it changed;
/// who looks at the turns since, in the snapshot or under the lock that it reads in, knows what to read afresh.
/// </summary>
internal sealed class TurnMemory(int rememberedRows, RowTables tables, Func<long, byte[], Mac> seal)
{
    // Number by number: whatever is known of the table, it is looked up in its index. More than these are never kept.
    private const string _since =
        "SELECT number, stamp, keys, log_size, time FROM turn WHERE number = ANY (ARRAY(SELECT generate_series(greatest(least($1, max(number)), max(number) - 4352), max(number)) FROM turn)) ORDER BY number";

    private bool _isKnown;

    public RowMemory Rows { get; } = new(Math.Max(rememberedRows, 10_000), tables.Stamp) { Seal = seal };

    /// <summary>The last turn's own mark.</summary>
    public Guid Stamp { get; private set; }

    /// <summary>Whether it is up to date unless another wrote since.</summary>
    public bool IsUpToDate => _isKnown && rememberedRows > 0;

    /// <summary>The turns to take in.</summary>
    public NpgsqlBatchCommand Turns() => _isKnown
        ? new(_since) { Parameters = { new() { Value = Rows.Turn } } }
        : new("SELECT number, stamp, keys, log_size, time FROM turn ORDER BY number DESC LIMIT 1");

    /// <summary>Takes in what others changed up to the last turn.</summary>
    /// <returns>Whether others wrote since it was last known.</returns>
    public bool TakeIn(NpgsqlDataReader reader)
    {
        var turns = new List<(long Number, Guid Stamp, long[] Keys, long LogSize, long Time)>();
        while (reader.Read())
        {
            turns.Add((reader.GetInt64(0), reader.GetGuid(1), reader.GetFieldValue<long[]>(2), reader.GetInt64(3), reader.GetInt64(4)));
        }

        var head = turns.Count == 0 ? (Number: 0, Stamp: Guid.Empty, Keys: [], LogSize: 0, Time: 0) : turns[^1];
        var others = turns.Where(turn => turn.Number > Rows.Turn).ToArray();
        var goesOn = Rows.Turn == 0 ? head.Number == 0 || turns[0].Number == 1 : turns.Count > 0 && turns[0].Number == Rows.Turn && turns[0].Stamp == Stamp;
        if (!IsUpToDate || !goesOn)
        {
            // Nothing is known of what was written since: turns were pruned, the database was restored, or rows were changed by hand.
            Rows.Clear();
            Rows.Outdate([], head.Number);
        }
        else
        {
            Rows.Outdate(others.SelectMany(turn => turn.Keys), head.Number);
        }

        var wroteOthers = _isKnown && others.Length > 0;
        (Stamp, Rows.LogSize, Rows.Time, _isKnown) = (head.Stamp, head.LogSize, Clock.FromUnixMicroseconds(head.Time), true);
        return wroteOthers;
    }

    /// <summary>Takes in a turn of one's own, which is written or about to be.</summary>
    /// <returns>Takes it back, if it is not written.</returns>
    public Action Commit(WorkingState rows, Guid stamp)
    {
        var (turn, logSize, time, last, keys) = (Rows.Turn, Rows.LogSize, Rows.Time, Stamp, rows.Touched);
        Stamp = stamp;
        Rows.Advance(turn + 1);
        rows.Commit();
        return () =>
        {
            Rows.Retreat(turn, logSize, time, keys);
            Stamp = last;
        };
    }

    /// <summary>Forgets all of it, when nothing is known any more.</summary>
    public void Forget()
    {
        _isKnown = false;
        Rows.Clear();
    }
}
