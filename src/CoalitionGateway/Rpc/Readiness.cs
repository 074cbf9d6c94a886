using CoalitionGateway.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Shared;
using CoalitionGateway.Store;
using CoalitionGateway.Telemetry;

namespace CoalitionGateway.Rpc;

/// <summary>
/// Whether calls can be served. It asks the store itself, once a second: an outage shows without traffic, and so does
/// its end, when nobody sends calls here any more.
/// </summary>
internal sealed class Readiness : BackgroundService
{
    /// <summary>How often the store is asked, and how long it may take to answer.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>How far this process's clock may be ahead of the database's: the log's time follows the clock that is furthest ahead.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromSeconds(2);

    private static readonly Partner.Of _nobody = new(new PartnerId("nobody"));
    private readonly CommandJournal _journal;
    private readonly OpenStreams _streams;
    private readonly LedgerStore _store;
    private readonly SharedRedis _redis;
    private readonly Preparation _preparation;
    private readonly TimeProvider _clock;
    private Task? _asked;
    private volatile bool _hasAnswered = true;
    private volatile bool _wasReachable = true;
    private volatile bool _isAhead;

    public Readiness(
        CommandJournal journal, OpenStreams streams, LedgerStore store, SharedRedis redis, Preparation preparation, TimeProvider clock, Instruments instruments)
    {
        (_journal, _streams, _store, _redis, _preparation, _clock) = (journal, streams, store, redis, preparation, clock);
        instruments.WatchStore(() => IsStoreReachable);
        if (redis.IsConfigured)
        {
            instruments.WatchRedis(() => redis.IsReachable);
        }
    }

    /// <summary>The process runs and can change things; if not, only a new start helps.</summary>
    public bool IsAlive => _journal.IsRunning;

    public bool IsReady =>
        IsAlive && !_preparation.IsPending && !_streams.Stopping.IsCancellationRequested && IsStoreReachable && !_journal.IsStuck && !_isAhead;

    /// <summary>What is wrong with the gateway, or away without harm to calls, in words; empty if nothing is.</summary>
    public string Lacks =>
        (_journal.IsStuck ? "; the journal waits for its commit" : "")
        + (_isAhead ? "; this clock is ahead of the database's" : "")
        + (_redis is { IsConfigured: true, IsReachable: false } ? "; Redis does not answer" : "");

    // A write that failed since the store was last asked tells sooner than the next question will.
    private bool IsStoreReachable => _hasAnswered && (_store.IsReachable || !_wasReachable);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(Pace);
        while (await pace.WaitForNextTickAsync(stoppingToken))
        {
            _wasReachable = _store.IsReachable;
            _hasAnswered = await Answers(stoppingToken);
        }
    }

    /// <summary>One question at a time: one that hangs is waited for, and not asked again.</summary>
    private async Task<bool> Answers(CancellationToken cancellation)
    {
        if (_asked is null or { IsCompleted: true })
        {
            _asked = _store.Read(rows => rows.Find(_nobody), CancellationToken.None);
        }

        try
        {
            await _asked.WaitAsync(Pace, cancellation);
            _isAhead = await _store.OwnTime(cancellation).WaitAsync(Pace, cancellation) is { } stored && _clock.GetUtcNow() - stored > MostAhead;
            return true;
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            return false;
        }
    }
}
