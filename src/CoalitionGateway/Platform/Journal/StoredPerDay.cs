using System.Collections.Concurrent;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Shared;
using CoalitionGateway.Platform.Telemetry;
using StackExchange.Redis;

namespace CoalitionGateway.Platform.Journal;

/// <summary>
/// Bounds how many commands of one partner are stored a day (UTC), so that no partner fills the disk of all. Counted in
/// this gateway's memory; with Redis gateways tell each other their sums from time to time, and so may go past the bound by
/// <see cref="_atOnce"/> each. What was stored before is not counted where nothing remembers it.
/// </summary>
internal sealed class StoredPerDay(GatewayOptions options, SharedRedis redis, TimeProvider clock, Instruments instruments)
{
    private const int _atOnce = 64;
    private static readonly TimeSpan _keep = TimeSpan.FromDays(2);
    private readonly ConcurrentDictionary<string, Day> _days = new(StringComparer.Ordinal);

    /// <summary>What a caller is refused with that is a partner and has stored what one may today; null for others.</summary>
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

    /// <summary>Counts a command that was stored; a retry of it is not.</summary>
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

        // What all gateways have told so far, what of this one is on its way there, and what it has not told yet.
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

        /// <summary>Counts one. True where it is time to tell: at the first, and then now and then.</summary>
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

        /// <param name="added">What was told.</param>
        /// <param name="sum">The sum of all gateways with it; null where nobody answered, and it is to be told again.</param>
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
