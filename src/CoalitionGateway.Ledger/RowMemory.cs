using System.Runtime.InteropServices;

namespace CoalitionGateway.Ledger;

/// <summary>
/// A cache, across batches, of committed rows and of keys that find no row. Bounded: keys that were not used while
/// <paramref name="capacity"/> newer keys came in are dropped when the next batch begins.
/// </summary>
/// <param name="capacity">The cache keeps at least so many keys, and at most twice as many plus the keys of two batches.</param>
/// <param name="stamp">A number for a key, the same on every gateway. Null if no other gateway writes.</param>
public sealed class RowMemory(int capacity = 200_000, Func<Key, long>? stamp = null)
{
    private readonly Dictionary<long, long> _changed = [];
    private Dictionary<Key, (Row? Row, long Turn)> _young = [];
    private Dictionary<Key, (Row? Row, long Turn)> _old = [];

    /// <summary>The last turn up to which all changes by other writers are known here.</summary>
    public long Turn { get; private set; }

    /// <summary>The number of events in the audit log.</summary>
    public long LogSize { get; set; }

    /// <summary>Makes the MAC of some bytes at a place in the log. By default nothing is sealed.</summary>
    public Func<long, byte[], Mac> Seal { get; init; } = static (_, _) => Mac.None;

    /// <summary>The time of the last turn. No later turn has an earlier time, whatever a gateway's clock says.</summary>
    public DateTime Time { get; set; } = DateTime.UnixEpoch;

    public bool TryGet(Key key, out Row? row)
    {
        var isYoung = _young.TryGetValue(key, out var known);
        if (!isYoung && !_old.Remove(key, out known))
        {
            row = null;
            return false;
        }

        row = known.Row;
        if (_changed.Count > 0 && _changed.TryGetValue(stamp!(key), out var changed) && changed > known.Turn)
        {
            _young.Remove(key);
            return false;
        }

        if (!isYoung)
        {
            Remember(key, known);
        }

        return true;
    }

    public void Put(Key key, Row? row) => Remember(key, (row, Turn));

    /// <summary>
    /// Begins a batch. Keys beyond the capacity are dropped now, and none until the next batch begins, so that a batch
    /// keeps all its keys, however many they are.
    /// </summary>
    public RowMemory Begin()
    {
        if (_young.Count >= capacity)
        {
            (_old, _young) = (_young, []);
        }

        return this;
    }

    /// <summary>Records that another writer changed the rows of some keys. All changes up to that turn are now known.</summary>
    public void Outdate(IEnumerable<long> stamps, long turn)
    {
        Turn = turn;
        foreach (var changed in stamps)
        {
            _changed[changed] = turn;
        }

        if (_changed.Count > capacity)
        {
            Clear();
        }
    }

    /// <summary>Sets this writer's own turn. Rows cached since the last turn are valid as of this turn.</summary>
    public void Advance(long turn) => Turn = turn;

    /// <summary>Undoes a turn that did not happen, and drops all rows that were cached for it.</summary>
    public void Retreat(long turn, long logSize, DateTime time, IEnumerable<Key> keys)
    {
        (Turn, LogSize, Time) = (turn, logSize, time);
        foreach (var key in keys)
        {
            _young.Remove(key);
            _old.Remove(key);
        }
    }

    /// <summary>Drops all rows, because they may be out of date.</summary>
    public void Clear()
    {
        _young.Clear();
        _old.Clear();
        _changed.Clear();
    }

    private void Remember(Key key, (Row? Row, long Turn) known)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_young, key, out var wasYoung) = known;
        if (!wasYoung)
        {
            _old.Remove(key);
        }
    }
}
