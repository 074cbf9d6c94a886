using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Telemetry;

namespace CoalitionGateway.Platform.Log;

/// <summary>
/// Takes committed events into the audit log's tree, once a second: an event is covered by a signed checkpoint two seconds
/// after its answer at most, unless the database is out of reach. The gateway that leads does it; where two take themselves for it, one at a time.
/// </summary>
internal sealed partial class Sequencer(LedgerStore store, JournalRoute route, LogSigner signer, TimeProvider clock, ILogger<Sequencer> log, Instruments instruments)
    : BackgroundService
{
    private const int _most = 4096;
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _repeated = TimeSpan.FromMinutes(1);
    private long _upToDate = clock.GetTimestamp();
    private (string Message, long Time)? _logged;

    /// <summary>Takes in all events that are committed and not taken in yet, unless another gateway is at it.</summary>
    public void TakeIn()
    {
        while (store.Sequence(_most, signer) == _most)
        {
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        instruments.WatchLog(() => clock.GetElapsedTime(Volatile.Read(ref _upToDate)).TotalSeconds);
        instruments.WatchUnproved(() => signer.StoppedBy is null ? 0 : 1);
        using var timer = new PeriodicTimer(_pause, clock);
        do
        {
            // It waits for the database: on a thread that no call needs.
            await Task.Factory.StartNew(TryTakeIn, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        while (await Wait(timer, stoppingToken));

        // The journal has stopped by now: nothing of this gateway's stays uncovered.
        TryTakeIn();
    }

    private void TryTakeIn()
    {
        try
        {
            // A gateway that follows nobody takes events in. Where nobody leads, all try, and one at a time does it.
            if (route.Leader is null)
            {
                TakeIn();
            }

            Volatile.Write(ref _upToDate, clock.GetTimestamp());
            _logged = null;
        }
        catch (Exception failed)
        {
            // The next try may find the database again; what is missing from the log, or forged, is for people to look at.
            if (_logged is not var (message, time) || message != failed.Message || clock.GetElapsedTime(time) >= _repeated)
            {
                _logged = (failed.Message, clock.GetTimestamp());
                LogFailed(failed);
            }
        }
    }

    private static async Task<bool> Wait(PeriodicTimer timer, CancellationToken cancellation)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The audit log was not brought up to date")]
    private partial void LogFailed(Exception failed);
}
