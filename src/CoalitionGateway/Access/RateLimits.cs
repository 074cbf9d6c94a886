using System.Collections.Concurrent;
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
    /// <summary>How long an entry of a stream waits for its token; one that would wait longer is refused.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int _sweepFrom = 1024;

    // One step for Redis, by its own clock, in microseconds. Answers how long to wait: negative, or 0, where the token
    // was taken all the same, because the wait is within the caller's patience.
    private const string _take = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local full = math.max(now, tonumber(redis.call('GET', KEYS[1]) or now))
        local wait = math.max(0, full - now - ARGV[2])
        if wait > tonumber(ARGV[3]) then return math.ceil(wait) end
        full = full + ARGV[1]
        redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
        return -math.ceil(wait)
        """;

    private readonly FrozenDictionary<string, Limit> _limits = Resolve(options.RateLimits);
    private readonly ConcurrentDictionary<(Caller, Limit), Bucket> _buckets = [];
    private int _count;
    private int _sweepAt = _sweepFrom;

    public bool AreNone => _limits.Count == 0;

    /// <summary>The limit of a method by its path; null if it has none.</summary>
    public Limit? Of(string path) => _limits.GetValueOrDefault(path);

    /// <summary>Takes a token for a call. Gives how long to wait until one is there; zero if it was taken.</summary>
    public async ValueTask<TimeSpan> Take(Caller caller, Limit limit) => Micros(Math.Max(0, await Take(caller, limit, limit.Ahead, 0)));

    /// <summary>
    /// Takes a token for an entry of a stream, and waits for it, so that the sender is held back. It waits while less than
    /// half of the burst is left: a stream of history leaves places for the caller's single calls.
    /// </summary>
    /// <returns>Zero; or, where the wait would be longer than <see cref="Patience"/>, how long: then none was taken.</returns>
    public async ValueTask<TimeSpan> TakeInTurn(Caller caller, Limit limit, CancellationToken cancellation)
    {
        var wait = await Take(caller, limit, limit.Ahead / 2, (long)Patience.TotalMicroseconds);
        if (wait > 0)
        {
            return Micros(wait);
        }

        if (wait < 0)
        {
            await Task.Delay(Micros(-wait), clock, cancellation);
        }

        return TimeSpan.Zero;
    }

    private static TimeSpan Micros(long microseconds) => TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>
    /// Takes a token if it is there within the patience. Positive: none was taken, one is there after so many
    /// microseconds. Otherwise one was taken, which counts after so many, negated.
    /// </summary>
    private async ValueTask<long> Take(Caller caller, Limit limit, long ahead, long patience)
    {
        if (redis.IsConfigured)
        {
            var (answered, wait) = await redis.Ask(shared => shared.ScriptEvaluateAsync(
                _take, [(RedisKey)$"coalition:rate:{limit.Methods}:{caller}"], [limit.Interval, ahead, patience]));
            if (answered)
            {
                return (long)wait!;
            }
        }

        return TakeHere(caller, limit, ahead, patience);
    }

    private long TakeHere(Caller caller, Limit limit, long ahead, long patience)
    {
        var now = clock.GetElapsedTime(0).Ticks / TimeSpan.TicksPerMicrosecond;
        if (!_buckets.TryGetValue((caller, limit), out var bucket))
        {
            bucket = Add(caller, limit, now);
        }

        while (true)
        {
            var before = Volatile.Read(ref bucket.Full);
            var full = Math.Max(now, before);
            var wait = Math.Max(0, full - now - ahead);
            if (wait > patience)
            {
                return wait;
            }

            if (Interlocked.CompareExchange(ref bucket.Full, full + limit.Interval, before) == before)
            {
                return -wait;
            }
        }
    }

    private Bucket Add(Caller caller, Limit limit, long now)
    {
        var bucket = _buckets.GetOrAdd((caller, limit), static _ => new Bucket());
        if (Interlocked.Increment(ref _count) >= Volatile.Read(ref _sweepAt))
        {
            // A full bucket is one that nobody knows of.
            foreach (var (known, found) in _buckets)
            {
                if (Volatile.Read(ref found.Full) <= now && !ReferenceEquals(found, bucket))
                {
                    _buckets.TryRemove(known, out _);
                }
            }

            var left = _buckets.Count;
            Volatile.Write(ref _sweepAt, Math.Max(_sweepFrom, 2 * left));
            Volatile.Write(ref _count, left);
        }

        return bucket;
    }

    /// <summary>The limit of each method that has one: that of the method before its service's before that of all.</summary>
    private static FrozenDictionary<string, Limit> Resolve(IEnumerable<RateLimit> configured)
    {
        var byName = new Dictionary<string, Limit>();
        var given = configured.ToList();
        if (given.All(limit => limit.Methods.Length > 0))
        {
            given.Add(new RateLimit { CallsPerSecond = RateLimit.DefaultCallsPerSecond, Burst = RateLimit.DefaultBurst });
        }

        foreach (var limit in given)
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
            .Where(found => found.Limit is { IsNone: false })
            .ToFrozenDictionary(found => found.Path, found => found.Limit!);
    }
}

/// <summary>When one caller's bucket of one limit would be full again, in microseconds of the gateway's own time.</summary>
internal sealed class Bucket
{
    public long Full;
}

/// <summary>A configured limit, ready to be counted.</summary>
internal sealed class Limit(RateLimit configured)
{
    /// <summary>Whether the limit is as high as can be configured: then nothing is counted.</summary>
    public bool IsNone { get; } = configured is { CallsPerSecond: RateLimit.Most, Burst: RateLimit.Most };

    public string Methods { get; } = configured.Methods;

    public double CallsPerSecond { get; } = configured.CallsPerSecond;

    public int Burst { get; } = configured.Burst;

    /// <summary>Microseconds in which a token comes.</summary>
    public long Interval { get; } = Math.Max(1, (long)(1_000_000 / configured.CallsPerSecond));

    /// <summary>Microseconds that a bucket with one token left takes to be full.</summary>
    public long Ahead { get; } = (configured.Burst - 1) * Math.Max(1, (long)(1_000_000 / configured.CallsPerSecond));
}
