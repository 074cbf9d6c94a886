using System.Collections.Concurrent;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Shared;
using CoalitionGateway.Platform.Telemetry;
using StackExchange.Redis;

namespace CoalitionGateway.Platform.Journal;

/// <summary>
/// Limits how many commands of one partner are stored per day (UTC), so that no partner fills the disk that all share. The
/// count is kept in this gateway's memory. With Redis, gateways exchange their counts from time to time, so each gateway may
/// exceed the limit by <see cref="_atOnce"/>. After a restart, earlier commands count only if Redis holds their sum.
/// </summary>
internal sealed class StoredPerDay(GatewayOptions options, SharedRedis redis, TimeProvider clock, Instruments instruments)
{
    private const int _atOnce = 64;
    private static readonly TimeSpan _keep = TimeSpan.FromDays(2);
    private readonly ConcurrentDictionary<string, Day> _days = new(StringComparer.Ordinal);

    /// <summary>The refusal for a partner that has reached today's limit; null for every other caller.</summary>
    public DailyLimitException? Refuses(Caller caller)
    {
        if (options.StoredPerDay == 0 || caller.Kind != CallerKind.Partner || !_days.TryGetValue(caller.Id, out var day))
        {
            return null;
        }

        var now = clock.GetUtcNow();
        return day.Number == NumberOf(now) && day.Sum >= options.StoredPerDay
            ? new DailyLimitException(options.StoredPerDay, new DateTimeOffset(now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero) - now)
            : null;
    }

    /// <summary>Counts a stored command. A retry must not be counted.</summary>
    public void Count(Caller caller)
    {
        if (caller.Kind != CallerKind.Partner)
        {
            return;
        }

        instruments.Stored(caller.Id);
        if (options.StoredPerDay == 0)
        {
            return;
        }

        var number = NumberOf(clock.GetUtcNow());
        var day = _days.GetOrAdd(caller.Id, static (_, number) => new Day(number), number);
        if (day.Number != number)
        {
            _days.TryUpdate(caller.Id, new Day(number), day);
            day = _days[caller.Id];
        }

        if (day.Add() && redis.IsConfigured)
        {
            _ = Share(caller, day);
        }
    }

    private async Task Share(Caller caller, Day day)
    {
        var added = day.TakeOpen();
        var key = (RedisKey)$"coalition:stored:{day.Number}:{caller.Id}";
        var (answered, sum) = await redis.Ask(async shared =>
        {
            var sum = await shared.StringIncrementAsync(key, added);
            await shared.KeyExpireAsync(key, _keep);
            return sum;
        });
        day.Shared(added, answered ? sum : null);
    }

    private static int NumberOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime).DayNumber;

    /// <summary>One partner's count of one day.</summary>
    private sealed class Day(int number)
    {
        private readonly Lock _guard = new();

        // The count has three parts: the last known sum of all gateways, this gateway's commands that are being sent to
        // Redis, and this gateway's commands that are not sent yet.
        private long _told;
        private long _underWay;
        private long _open;

        public int Number => number;

        public long Sum
        {
            get
            {
                lock (_guard)
                {
                    return _told + _underWay + _open;
                }
            }
        }

        /// <summary>
        /// Counts one command. True if the count should be sent to Redis now: while no sum is known, then at every
        /// <see cref="_atOnce"/> commands.
        /// </summary>
        public bool Add()
        {
            lock (_guard)
            {
                _open++;
                return _underWay == 0 && (_open >= _atOnce || _told == 0);
            }
        }

        public long TakeOpen()
        {
            lock (_guard)
            {
                (_underWay, _open) = (_underWay + _open, 0);
                return _underWay;
            }
        }

        /// <param name="added">The part of the count that was sent.</param>
        /// <param name="sum">The sum of all gateways, with this part; null: Redis did not answer, and this part is to be
        /// sent again.</param>
        public void Shared(long added, long? sum)
        {
            lock (_guard)
            {
                _underWay -= added;
                (_told, _open) = sum is { } all ? (Math.Max(_told, all), _open) : (_told, _open + added);
            }
        }
    }
}
