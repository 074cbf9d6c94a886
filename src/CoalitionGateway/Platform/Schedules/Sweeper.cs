using System.Collections.Frozen;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Telemetry;

namespace CoalitionGateway.Platform.Schedules;

/// <summary>
/// Settles due items once a second. While the journal works for callers, the sweep keeps an even pace. The gateway that leads
/// runs the sweep. A sweep can stop anywhere and run again: each item is settled once. Nothing waits for a sweep, because a due
/// item takes effect at its due time.
/// </summary>
internal sealed partial class Sweeper : BackgroundService
{
    /// <summary>The time between two sweeps.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private const int _page = 8192;
    private const int _mostAtOnce = 256;

    /// <summary>While the journal works for callers, a million items take less than ten minutes, and not much less.</summary>
    private const double _perSecondBesideCallers = 1_700;

    /// <summary>The shortest time between two parts beside callers. Small parts leave the callers' batches short.</summary>
    private static readonly TimeSpan _part = TimeSpan.FromMilliseconds(10);

    private readonly int _atOnce;
    private readonly DueReader _reader;
    private readonly JournalRoute _route;
    private readonly CommandJournal _journal;
    private readonly FrozenDictionary<string, ISchedule> _schedules;
    private readonly TimeProvider _clock;
    private readonly Throttle _warnings;
    private readonly ILogger _log;
    private double _lag;

    public Sweeper(
        DueReader reader, JournalRoute route, CommandJournal journal, IEnumerable<ISchedule> schedules, GatewayOptions options, TimeProvider clock, Instruments instruments,
        ILogger<Sweeper> log)
    {
        // A sweep leaves most places of the journal's queue to callers.
        _atOnce = Math.Clamp(options.JournalCapacity / 8, 1, _mostAtOnce);
        (_reader, _route, _journal, _clock, _log) = (reader, route, journal, clock, log);
        _warnings = new Throttle(TimeSpan.FromMinutes(1), clock);
        _schedules = schedules.ToFrozenDictionary(schedule => schedule.Kind, StringComparer.Ordinal);
        instruments.WatchDue(() => Volatile.Read(ref _lag));
    }

    /// <summary>Settles all items that are due by now, unless another gateway leads.</summary>
    /// <returns>How many were settled.</returns>
    public async Task<int> Sweep(CancellationToken cancellation)
    {
        if (_route.Leader is not null)
        {
            Volatile.Write(ref _lag, 0);
            return 0;
        }

        var (settled, size, now) = (0, 1, Clock.Truncate(_clock.GetUtcNow()));
        Due? last = null;
        DateTime? failed = null;
        while (await _reader.Until(now, last, _page, cancellation) is { Count: > 0 } found)
        {
            if (last is null)
            {
                Volatile.Write(ref _lag, (now - found[0].DueTime).TotalSeconds);
            }

            for (var i = 0; i < found.Count;)
            {
                cancellation.ThrowIfCancellationRequested();
                var (begun, taken) = (_clock.GetTimestamp(), _journal.Taken);
                var some = found.Skip(i).Take(size).ToArray();
                var kinds = some.GroupBy(due => due.Kind, StringComparer.Ordinal);
                var results = await Task.WhenAll(kinds.Select(kind => Settle(kind.Key, [.. kind], cancellation)));
                settled += results.Sum(result => result.Settled);
                failed = results.Select(result => result.FailedTime).Append(failed).Min();
                i += some.Length;
                size = await NextSize(begun, _journal.Taken - taken > some.Length || _journal.Waiting > 0, cancellation);
            }

            last = found[^1];
        }

        Volatile.Write(ref _lag, failed is { } earliest ? (now - earliest).TotalSeconds : 0);
        return settled;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(Pace, _clock);
        while (await pace.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Sweep(stoppingToken);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                Warn(failed);
            }
        }
    }

    /// <returns>How many were settled. If the kind failed, the time at which its first item fell due.</returns>
    private async Task<(int Settled, DateTime? FailedTime)> Settle(string kind, IReadOnlyCollection<Due> due, CancellationToken cancellation)
    {
        if (!_schedules.TryGetValue(kind, out var schedule))
        {
            // A newer version of the gateway scheduled this kind, and settles it.
            return (0, null);
        }

        try
        {
            return (await schedule.Settle(due, cancellation), null);
        }
        catch (Exception failed) when (failed is not (OperationCanceledException or StoreUnavailableException))
        {
            // One that failed is tried again by the next sweep. The others were settled.
            Warn(failed);
            return (0, due.Min(one => one.DueTime));
        }
    }

    /// <summary>The size of the next part. Beside callers, the parts are spread evenly over the time.</summary>
    /// <param name="begun">When the last part began.</param>
    private async Task<int> NextSize(long begun, bool isBesideCallers, CancellationToken cancellation)
    {
        if (!isBesideCallers)
        {
            return _atOnce;
        }

        if (_part - _clock.GetElapsedTime(begun) is { Ticks: > 0 } left)
        {
            await Task.Delay(left, cancellation);
        }

        return Math.Clamp((int)(_clock.GetElapsedTime(begun).TotalSeconds * _perSecondBesideCallers), 1, _atOnce);
    }

    private void Warn(Exception failed)
    {
        if (_warnings.Admits())
        {
            LogFailed(failed);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What fell due was not settled; it is tried again")]
    private partial void LogFailed(Exception failed);
}
