using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Telemetry;

namespace CoalitionGateway.Platform.Log;

/// <summary>
/// Adds committed events to the audit log's tree, once a second. A signed checkpoint covers an event two seconds after its
/// answer at most, unless the database is out of reach. The gateway that leads does this. If several gateways act as leader,
/// only one of them at a time does this.
/// </summary>
internal sealed partial class Sequencer(LedgerStore store, JournalRoute route, LogSigner signer, TimeProvider clock, ILogger<Sequencer> log, Instruments instruments)
    : BackgroundService
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _repeated = TimeSpan.FromMinutes(1);
    private long _upToDate = clock.GetTimestamp();
    private (string Message, long Time)? _logged;

    /// <summary>Adds all committed events that are not in the tree yet, unless another gateway is adding events.</summary>
    public void TakeIn()
    {
        while (store.Sequence(store.SequencedAtOnce, signer) == store.SequencedAtOnce)
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
            // The call waits for the database, so it runs on a thread that no other call needs.
            await Task.Factory.StartNew(TryTakeIn, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        while (await Wait(timer, stoppingToken));

        // The journal has stopped by now, so that this covers the last events of this gateway.
        TryTakeIn();
    }

    private void TryTakeIn()
    {
        try
        {
            // A gateway that follows no leader adds events. If no gateway leads, all try, and one of them adds events at a
            // time.
            if (route.Leader is null)
            {
                TakeIn();
            }

            Volatile.Write(ref _upToDate, clock.GetTimestamp());
            _logged = null;
        }
        catch (Exception failed)
        {
            // The next try may find the database again. An event that is missing or forged needs a person to look at it.
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
