using System.Collections.Concurrent;

namespace CoalitionGateway.Ledger.Accounts;

/// <summary>What follows from a key alone and costs more to make than to look up. Bounded: when it is full, all is forgotten.</summary>
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
