using System.Runtime.InteropServices;

namespace CoalitionGateway.Ledger;

/// <summary>
/// Committed rows, and the keys known to find none, remembered from batch to batch. Bounded: what was not
/// asked for while <paramref name="capacity"/> newer keys came in is forgotten, when the next batch begins.
/// </summary>
/// <param name="capacity">How many keys at least are remembered; at most twice as many, and what two batches asked for.</param>
/// <param name="stamp">A number that stands for a key wherever it is made; null where nobody else writes.</param>
public sealed class RowMemory(int capacity = 200_000, Func<Key, long>? stamp = null)
{
    private readonly Dictionary<long, long> _changed = [];
    private Dictionary<Key, (Row? Row, long Turn)> _young = [];
    private Dictionary<Key, (Row? Row, long Turn)> _old = [];

    /// <summary>The last turn of which everything that others changed is known here.</summary>
    public long Turn { get; private set; }

    /// <summary>How many events the audit log has.</summary>
    public long LogSize { get; set; }

    /// <summary>When the last turn was taken. No later turn is before it, whatever a gateway's clock says.</summary>
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
    /// Begins a batch: what is beyond the capacity is forgotten now, and nothing until the next one, so that a batch keeps
    /// all that it asks for, however much that is.
    /// </summary>
    public RowMemory Begin()
    {
        if (_young.Count >= capacity)
        {
            (_old, _young) = (_young, []);
        }

        return this;
    }

    /// <summary>Takes in that another writer changed what some keys find, and that all is known up to that turn.</summary>
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

    /// <summary>Takes in that this writer's own turn is over, or will be: what it put since is true of it.</summary>
    public void Advance(long turn) => Turn = turn;

    /// <summary>Takes back a turn that did not come about, and all that was put for it.</summary>
    public void Retreat(long turn, long logSize, DateTime time, IEnumerable<Key> keys)
    {
        (Turn, LogSize, Time) = (turn, logSize, time);
        foreach (var key in keys)
        {
            _young.Remove(key);
            _old.Remove(key);
        }
    }

    /// <summary>Forgets all rows, when they may no longer be true.</summary>
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
