using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace CoalitionGateway.Shared;

/// <summary>
/// Ids that count once, such as those of assertions (RFC 7523, section 3). In memory, or in Redis, where every gateway
/// knows those that any other took. While Redis does not answer nobody can tell whether one was used before.
/// </summary>
internal sealed class UsedOnce(SharedRedis redis, TimeProvider clock)
{
    private const int _sweepFrom = 1024;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);
    private int _sweepAt = _sweepFrom;

    /// <summary>Takes an id: true the first time, false afterwards, null where it cannot be told.</summary>
    /// <param name="id">What counts once.</param>
    /// <param name="until">Until when it would be accepted: so long it is remembered.</param>
    public async Task<bool?> Take(string id, DateTimeOffset until)
    {
        var now = clock.GetUtcNow();
        if (redis.IsConfigured)
        {
            var key = (RedisKey)$"coalition:used:{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(id)))}";
            var left = until - now > TimeSpan.FromMilliseconds(1) ? until - now : TimeSpan.FromMilliseconds(1);
            var (answered, isFirst) = await redis.Ask(shared => shared.StringSetAsync(key, "", left, When.NotExists));
            return answered ? isFirst : null;
        }

        Sweep(now);
        return _used.TryAdd(id, until);
    }

    private void Sweep(DateTimeOffset now)
    {
        if (_used.Count < _sweepAt)
        {
            return;
        }

        foreach (var (expired, _) in _used.Where(found => found.Value <= now))
        {
            _used.TryRemove(expired, out _);
        }

        _sweepAt = Math.Max(_sweepFrom, 2 * _used.Count);
    }
}
