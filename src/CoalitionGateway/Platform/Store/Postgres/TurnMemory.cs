using CoalitionGateway.Ledger;
using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// A cache of rows, and the last turn up to which the cache is current. Every turn stores the keys that it changed. A reader
/// takes in the later turns, in its snapshot or under its lock, and so knows which cached rows are stale.
/// </summary>
internal sealed class TurnMemory(int rememberedRows, RowTables tables, Func<long, byte[], Mac> seal, Action<long> saw)
{
    // Selects number by number, so that the planner uses the index whatever its statistics say. The table never keeps more
    // turns than these.
    private const string _since =
        "SELECT number, stamp, keys, log_size, time FROM turn WHERE number = ANY (ARRAY(SELECT generate_series(greatest(least($1, max(number)), max(number) - 4352), max(number)) FROM turn)) ORDER BY number";

    private bool _isKnown;

    public RowMemory Rows { get; } = new(Math.Max(rememberedRows, 10_000), tables.Stamp) { Seal = seal };

    /// <summary>The stamp of the last turn.</summary>
    public Guid Stamp { get; private set; }

    /// <summary>Whether the cache is current, unless another gateway has written since.</summary>
    public bool IsUpToDate => _isKnown && rememberedRows > 0;

    /// <summary>The command that reads the turns to take in.</summary>
    public NpgsqlBatchCommand Turns() => _isKnown
        ? new(_since) { Parameters = { new() { Value = Rows.Turn } } }
        : new("SELECT number, stamp, keys, log_size, time FROM turn ORDER BY number DESC LIMIT 1");

    /// <summary>Takes in the keys that other gateways changed up to the last turn.</summary>
    /// <returns>Whether other gateways wrote since the last turn that was known here.</returns>
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
            // The changes since then are unknown: turns were pruned, the database was restored, or rows were changed by
            // hand.
            Rows.Clear();
            Rows.Outdate([], head.Number);
        }
        else
        {
            Rows.Outdate(others.SelectMany(turn => turn.Keys), head.Number);
        }

        saw(head.Number);
        var wroteOthers = _isKnown && others.Length > 0;
        (Stamp, Rows.LogSize, Rows.Time, _isKnown) = (head.Stamp, head.LogSize, Clock.FromUnixMicroseconds(head.Time), true);
        return wroteOthers;
    }

    /// <summary>Takes in this gateway's own turn, which is written or about to be written.</summary>
    /// <returns>An action that takes the turn back, if its write fails.</returns>
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

    /// <summary>Empties the cache, when it can no longer be trusted.</summary>
    public void Forget()
    {
        _isKnown = false;
        Rows.Clear();
    }
}
