using System.Collections.Frozen;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Telemetry;

namespace CoalitionGateway.Platform.Schedules;

/// <summary>
/// Settles due items once a second. While the journal works for callers, the sweep pauses after each part. The gateway that
/// leads runs the sweep. A sweep can stop anywhere and run again: each item is settled once. Nothing waits for a sweep, because a due item takes
/// effect at its due time.
/// </summary>
internal sealed partial class Sweeper : BackgroundService
{
    /// <summary>The time between two sweeps.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private const int _page = 1024;
    private const int _mostAtOnce = 256;

    /// <summary>While the journal is busy, the sweep pauses for this multiple of the time that its last part took.</summary>
    private const int _waitsWhileBusy = 2;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _betweenWarnings = TimeSpan.FromMinutes(1);

    private readonly int _atOnce;
    private readonly DueReader _reader;
    private readonly JournalRoute _route;
    private readonly CommandJournal _journal;
    private readonly FrozenDictionary<string, ISchedule> _schedules;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private double _lag;
    private long _nextWarning;

    public Sweeper(
        DueReader reader, JournalRoute route, CommandJournal journal, IEnumerable<ISchedule> schedules, GatewayOptions options, TimeProvider clock, Instruments instruments,
        ILogger<Sweeper> log)
    {
        // A sweep leaves most places of the journal's queue to callers.
        _atOnce = Math.Clamp(options.JournalCapacity / 8, 1, _mostAtOnce);
        (_reader, _route, _journal, _clock, _log) = (reader, route, journal, clock, log);
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

        var (settled, now) = (0, Clock.Truncate(_clock.GetUtcNow()));
        Due? last = null;
        while (await _reader.Until(now, last, _page, cancellation) is { Count: > 0 } found)
        {
            if (last is null)
            {
                Volatile.Write(ref _lag, (now - found[0].DueTime).TotalSeconds);
            }

            foreach (var some in found.Chunk(_atOnce))
            {
                var begun = _clock.GetTimestamp();
                settled += (await Task.WhenAll(some.Select(due => Settle(due, cancellation)))).Count(isSettled => isSettled);
                await LetCallersPass(_clock.GetElapsedTime(begun) * _waitsWhileBusy, cancellation);
            }

            last = found[^1];
        }

        Volatile.Write(ref _lag, 0);
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

    private async Task<bool> Settle(Due due, CancellationToken cancellation)
    {
        if (!_schedules.TryGetValue(due.Kind, out var schedule))
        {
            // A newer version of the gateway scheduled this kind, and settles it.
            return false;
        }

        try
        {
            await schedule.Settle(due, cancellation);
            return true;
        }
        catch (RefusedException)
        {
            // A caller's command has settled the item meanwhile.
            return false;
        }
        catch (Exception failed) when (failed is not (OperationCanceledException or StoreUnavailableException))
        {
            Warn(failed);
            return false;
        }
    }

    /// <summary>Waits while the journal works for callers, but not longer than a given time.</summary>
    private async Task LetCallersPass(TimeSpan most, CancellationToken cancellation)
    {
        for (var begun = _clock.GetTimestamp(); _journal.IsBusy && _clock.GetElapsedTime(begun) < most;)
        {
            await Task.Delay(_pause, cancellation);
        }
    }

    private void Warn(Exception failed)
    {
        var now = _clock.GetTimestamp();
        var next = Interlocked.Read(ref _nextWarning);
        if (next <= now && Interlocked.CompareExchange(ref _nextWarning, now + (long)(_betweenWarnings.TotalSeconds * _clock.TimestampFrequency), next) == next)
        {
            LogFailed(failed);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What fell due was not settled; it is tried again")]
    private partial void LogFailed(Exception failed);
}
