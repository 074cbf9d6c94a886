using System.Collections.Concurrent;

namespace CoalitionGateway.Ledger.Accounts;

/// <summary>A cache of values that depend only on their key. When it is full, it is cleared.</summary>
internal sealed class Remembered<TKey, TValue>(int most, Func<TKey, TValue> make)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, TValue> _known = [];
    private int _count;

    public TValue this[TKey key]
    {
        get
        {
            if (_known.TryGetValue(key, out var known))
            {
                return known;
            }

            var made = make(key);
            if (Interlocked.Increment(ref _count) > most)
            {
                _known.Clear();
                _count = 0;
            }

            return _known[key] = made;
        }
    }
}
