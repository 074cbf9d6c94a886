using CoalitionGateway.Platform.Rpc;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Shared;
using StackExchange.Redis;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// A token bucket for each caller and limit, stored as the time at which the bucket is full again. With Redis, all
/// gateways share the buckets. While Redis does not answer, each gateway uses its own buckets: a limit protects from
/// overload, and must not cause an outage itself.
/// </summary>
internal sealed class RateLimits(GatewayOptions options, SharedRedis redis, TimeProvider clock)
{
    /// <summary>The longest wait of a stream's entry for its token. An entry that would wait longer is refused.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The path that stands for the authority's token and revocation endpoints. They have the global limit.</summary>
    public const string Authority = "/oauth";

    private const int _sweepFrom = 1024;

    // How long a gateway may keep the tokens of a lot that it took from Redis.
    private const long _lotMicros = 1_000_000;

    // One step in Redis, by Redis's own clock, in microseconds. Returns the wait and the number of tokens taken: a lot if so
    // many are there, otherwise one. One token is also taken if the wait is within the caller's patience. A stored value higher
    // than gateways write is ignored: a writer to Redis can lock a caller out no longer than the caller's own calls could.
    private const string _take = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local full = tonumber(redis.call('GET', KEYS[1]) or now)
        if not full or full > now + ARGV[5] then full = now end
        full = math.max(now, full)
        local wait = math.max(0, full - now - ARGV[2])
        if wait > tonumber(ARGV[3]) then return {math.ceil(wait), 0} end
        local lot = tonumber(ARGV[4])
        if full + (lot - 1) * ARGV[1] - now > tonumber(ARGV[2]) then lot = 1 end
        full = full + lot * ARGV[1]
        redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
        return {math.ceil(wait), lot}
        """;

    private readonly FrozenDictionary<string, Limit> _limits = Resolve(options.RateLimits);
    private readonly ConcurrentDictionary<(Caller, Limit), Bucket> _buckets = [];
    private int _count;
    private int _sweepAt = _sweepFrom;

    public bool AreNone => _limits.Count == 0;

    /// <summary>The limit of a method by its path; null if it has none.</summary>
    public Limit? Of(string path) => _limits.GetValueOrDefault(path);

    /// <summary>Takes a token for a call. Returns the wait until a token is there; zero if one was taken.</summary>
    public async ValueTask<TimeSpan> Take(Caller caller, Limit limit) => Micros(Math.Max(0, await Take(caller, limit, limit.Ahead, 0)));

    /// <summary>
    /// Takes a token for an entry of a stream and waits for it, which slows the sender down. An entry waits while less
    /// than half of the burst is left, so that a stream of history leaves tokens for the caller's single calls.
    /// </summary>
    /// <returns>Zero if a token was taken. Otherwise the wait, which is longer than <see cref="Patience"/>.</returns>
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
    /// Takes a token if one is available within the patience. A positive result is a wait in microseconds: no token was
    /// taken. Otherwise a token was taken, and the result is the negated wait in microseconds until the token counts.
    /// </summary>
    private async ValueTask<long> Take(Caller caller, Limit limit, long ahead, long patience)
    {
        var now = Now;
        var bucket = _buckets.GetValueOrDefault((caller, limit)) ?? Add(caller, limit, now);
        if (!redis.IsConfigured)
        {
            return bucket.Take(limit, now, ahead, patience);
        }

        // Tokens of a lot are used first, so that not every call waits for Redis.
        if (bucket.TakeOfLot(now))
        {
            return 0;
        }

        // Only one call at a time asks for a lot, and the others for one token each. Many lots at once would empty the bucket.
        var asksForLot = limit.Lot > 1 && bucket.BeginLot();
        var (answered, found) = await redis.Ask(shared => shared.ScriptEvaluateAsync(
            _take, [(RedisKey)$"coalition:rate:{limit.Methods}:{caller}"], [limit.Interval, ahead, patience, asksForLot ? limit.Lot : 1, Beyond(limit)]));
        var (wait, taken) = answered ? ((long)found![0], (long)found[1]) : (0, 0);
        if (asksForLot)
        {
            bucket.EndLot(taken - 1, now + _lotMicros);
        }

        return !answered ? bucket.Take(limit, Now, ahead, patience) : taken > 0 ? -wait : wait;
    }

    /// <summary>How far ahead of now a gateway fills a bucket at most, in microseconds.</summary>
    private static long Beyond(Limit limit) => limit.Ahead + (long)Patience.TotalMicroseconds + ((limit.Lot + 1) * limit.Interval);

    /// <summary>The gateway's own time, in microseconds.</summary>
    private long Now => clock.GetElapsedTime(0).Ticks / TimeSpan.TicksPerMicrosecond;

    private Bucket Add(Caller caller, Limit limit, long now)
    {
        var bucket = _buckets.GetOrAdd((caller, limit), static _ => new Bucket());
        if (Interlocked.Increment(ref _count) >= Volatile.Read(ref _sweepAt))
        {
            // A full bucket is equal to a new one, so it can be dropped.
            foreach (var (known, found) in _buckets)
            {
                if (found.IsFull(now) && !ReferenceEquals(found, bucket))
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

    /// <summary>The limit of each method that has one. The most specific applies: method, then service, then global.</summary>
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
            .Append((Path: Authority, Limit: byName.GetValueOrDefault("")))
            .Where(found => found.Limit is { IsNone: false })
            .ToFrozenDictionary(found => found.Path, found => found.Limit!);
    }
}

/// <summary>One caller's bucket for one limit, in microseconds of the gateway's own time.</summary>
internal sealed class Bucket
{
    private readonly Lock _guard = new();

    // When the bucket is full again.
    private long _full;

    // The unused tokens that were taken from Redis, and until when they are valid.
    private long _lot;
    private long _lotEnd;
    private bool _isAsking;

    /// <summary>Whether the bucket is equal to a new one.</summary>
    public bool IsFull(long now)
    {
        lock (_guard)
        {
            return _full <= now && (_lot == 0 || _lotEnd <= now);
        }
    }

    /// <summary>Takes a token if one is available within the patience. The result is that of <see cref="RateLimits"/>.</summary>
    public long Take(Limit limit, long now, long ahead, long patience)
    {
        lock (_guard)
        {
            var full = Math.Max(now, _full);
            var wait = Math.Max(0, full - now - ahead);
            if (wait > patience)
            {
                return wait;
            }

            _full = full + limit.Interval;
            return -wait;
        }
    }

    public bool TakeOfLot(long now)
    {
        lock (_guard)
        {
            if (_lotEnd <= now)
            {
                _lot = 0;
            }

            if (_lot == 0)
            {
                return false;
            }

            _lot--;
            return true;
        }
    }

    /// <summary>Whether no call asks for a lot just now. If true, the caller asks, until <see cref="EndLot"/>.</summary>
    public bool BeginLot()
    {
        lock (_guard)
        {
            var isFirst = !_isAsking;
            _isAsking = true;
            return isFirst;
        }
    }

    /// <param name="tokens">How many tokens were taken in addition to the caller's own; none if not positive.</param>
    /// <param name="until">Until when these tokens are valid.</param>
    public void EndLot(long tokens, long until)
    {
        lock (_guard)
        {
            _isAsking = false;
            if (tokens > 0)
            {
                (_lot, _lotEnd) = (_lot + tokens, until);
            }
        }
    }
}

/// <summary>A configured limit in the form in which it is counted.</summary>
internal sealed class Limit(RateLimit configured)
{
    /// <summary>Whether the limit has the highest values that can be configured. Calls are then not counted.</summary>
    public bool IsNone { get; } = configured is { CallsPerSecond: RateLimit.Most, Burst: RateLimit.Most };

    public string Methods { get; } = configured.Methods;

    public double CallsPerSecond { get; } = configured.CallsPerSecond;

    public int Burst { get; } = configured.Burst;

    /// <summary>How many tokens a gateway takes from Redis at once. Few enough to be refilled before unused ones end.</summary>
    public int Lot { get; } = (int)Math.Clamp(Math.Min(configured.Burst / 16, configured.CallsPerSecond / 4), 1, 64);

    /// <summary>The time in which one token is refilled, in microseconds.</summary>
    public long Interval { get; } = Math.Max(1, (long)(1_000_000 / configured.CallsPerSecond));

    /// <summary>The time in which a bucket with one token left is full again, in microseconds.</summary>
    public long Ahead { get; } = (configured.Burst - 1) * Math.Max(1, (long)(1_000_000 / configured.CallsPerSecond));
}
