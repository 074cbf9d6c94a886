using System.Collections.Frozen;
using CoalitionGateway.Ledger;
using CoalitionGateway.Shared;
using StackExchange.Redis;

namespace CoalitionGateway.Access;

/// <summary>
/// A token bucket for each caller and limit, kept as the time at which it would be full again. With Redis all gateways
/// share it. While Redis does not answer, each gateway goes on with buckets of its own: a limit protects from too
/// much, and must not become the outage that it protects from.
/// </summary>
internal sealed class RateLimits(GatewayOptions options, SharedRedis redis, TimeProvider clock)
{
    private const int _sweepFrom = 1024;

    // One step for Redis, by its own clock, in microseconds. Answers how long to wait, or 0. What no gateway can have
    // written counts as not there: nobody who writes to Redis locks a caller out for longer than its own calls would.
    private const string _take = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local full = tonumber(redis.call('GET', KEYS[1]) or now)
        if not full or full > now + ARGV[2] + 2 * ARGV[1] then full = now end
        full = math.max(now, full)
        local wait = full - now - ARGV[2]
        if wait > 0 then return math.ceil(wait) end
        full = full + ARGV[1]
        redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
        return 0
        """;

    private readonly FrozenDictionary<string, Limit> _limits = Resolve(options.RateLimits);
    private readonly Lock _guard = new();
    private readonly Dictionary<(Caller, Limit), long> _full = [];
    private int _sweepAt = _sweepFrom;

    public bool AreNone => _limits.Count == 0;

    /// <summary>The limit of a method by its path; null if it has none.</summary>
    public Limit? Of(string path) => _limits.GetValueOrDefault(path);

    /// <summary>Takes a token. Gives how long to wait until one is there; zero if it was taken.</summary>
    public async ValueTask<TimeSpan> Take(Caller caller, Limit limit)
    {
        if (redis.IsConfigured)
        {
            var (answered, wait) = await redis.Ask(shared => shared.ScriptEvaluateAsync(
                _take, [(RedisKey)$"coalition:rate:{limit.Methods}:{caller}"], [limit.Interval, limit.Ahead]));
            if (answered)
            {
                return TimeSpan.FromMicroseconds((long)wait!);
            }
        }

        return TakeHere(caller, limit);
    }

    private TimeSpan TakeHere(Caller caller, Limit limit)
    {
        var now = clock.GetElapsedTime(0).Ticks / TimeSpan.TicksPerMicrosecond;
        lock (_guard)
        {
            var full = Math.Max(now, _full.GetValueOrDefault((caller, limit)));
            if (full - now - limit.Ahead is > 0 and var wait)
            {
                return TimeSpan.FromMicroseconds(wait);
            }

            _full[(caller, limit)] = full + limit.Interval;
            if (_full.Count >= _sweepAt)
            {
                // A full bucket is one that nobody knows of.
                foreach (var (bucket, _) in _full.Where(found => found.Value <= now).ToArray())
                {
                    _full.Remove(bucket);
                }

                _sweepAt = Math.Max(_sweepFrom, 2 * _full.Count);
            }

            return TimeSpan.Zero;
        }
    }

    /// <summary>The limit of each method that has one: that of the method before its service's before that of all.</summary>
    private static FrozenDictionary<string, Limit> Resolve(IEnumerable<RateLimit> configured)
    {
        var byName = new Dictionary<string, Limit>();
        foreach (var limit in configured)
        {
            if (!(limit.CallsPerSecond is >= 0.001 and <= 1_000_000) || limit.Burst is < 1 or > 1_000_000 || !byName.TryAdd(limit.Methods, new Limit(limit)))
            {
                throw new InvalidOperationException($"Gateway:RateLimits: that of '{limit.Methods}' must be there once, with CallsPerSecond from 0.001 to 1000000 and Burst from 1 to 1000000.");
            }
        }

        var methods = MethodRules.Services.SelectMany(service => service.Methods).ToArray();
        if (byName.Keys.FirstOrDefault(name => name.Length > 0 && !methods.Any(method => name == method.Service.Name || name == $"{method.Service.Name}/{method.Name}")) is { } unknown)
        {
            throw new InvalidOperationException($"Gateway:RateLimits: there is no method '{unknown}'; name a service, as EarningService, one method, as EarningService/RecordPurchase, or none for all.");
        }

        return methods
            .Select(method => (Path: $"/{method.Service.FullName}/{method.Name}", Limit: byName.GetValueOrDefault($"{method.Service.Name}/{method.Name}") ?? byName.GetValueOrDefault(method.Service.Name) ?? byName.GetValueOrDefault("")))
            .Where(found => found.Limit is not null)
            .ToFrozenDictionary(found => found.Path, found => found.Limit!);
    }
}

/// <summary>A configured limit, ready to be counted.</summary>
internal sealed class Limit(RateLimit configured)
{
    public string Methods { get; } = configured.Methods;

    public double CallsPerSecond { get; } = configured.CallsPerSecond;

    public int Burst { get; } = configured.Burst;

    /// <summary>Microseconds in which a token comes.</summary>
    public long Interval { get; } = Math.Max(1, (long)(1_000_000 / configured.CallsPerSecond));

    /// <summary>Microseconds that a bucket with one token left takes to be full.</summary>
    public long Ahead { get; } = (configured.Burst - 1) * Math.Max(1, (long)(1_000_000 / configured.CallsPerSecond));
}
