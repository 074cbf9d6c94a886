namespace CoalitionGateway.Ledger;

/// <summary>
/// Committed rows, and the keys known to find none, remembered from batch to batch. Bounded: what was not
/// asked for while <paramref name="capacity"/> newer keys came in is forgotten.
/// </summary>
public sealed class RowMemory(int capacity = 200_000)
{
    private Dictionary<Key, Row?> _young = [];
    private Dictionary<Key, Row?> _old = [];

    public bool TryGet(Key key, out Row? row)
    {
        if (_young.TryGetValue(key, out row))
        {
            return true;
        }

        if (!_old.Remove(key, out row))
        {
            return false;
        }

        Put(key, row);
        return true;
    }

    public void Put(Key key, Row? row)
    {
        _old.Remove(key);
        _young[key] = row;
        if (_young.Count >= capacity)
        {
            (_old, _young) = (_young, []);
        }
    }

    /// <summary>Forgets all, when it may no longer be true.</summary>
    public void Clear()
    {
        _young.Clear();
        _old.Clear();
    }
}
