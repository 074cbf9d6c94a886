using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Telemetry;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CoalitionGateway.Platform.Store;

/// <summary>
/// Whether the store answers, and whether this process's clock agrees with the database's. A loop asks the store once a
/// second, so that an outage and its end show without traffic, and a health check costs the store nothing.
/// </summary>
internal sealed class StoreHealth : BackgroundService, IHealthCheck
{
    /// <summary>How often the store is asked, and how long it may take to answer.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How far this process's clock may be ahead of the database's. The log's time follows the clock that is furthest ahead.
    /// </summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromSeconds(2);

    private static readonly Partner.Of _nobody = new(new PartnerId("nobody"));
    private readonly LedgerStore _store;
    private readonly TimeProvider _clock;
    private Task? _asked;
    private volatile bool _hasAnswered = true;
    private volatile bool _wasReachable = true;
    private volatile bool _isAhead;

    public StoreHealth(LedgerStore store, TimeProvider clock, Instruments instruments)
    {
        (_store, _clock) = (store, clock);
        instruments.WatchStore(() => IsReachable);
    }

    // A write that failed since the last question shows an outage before the next question does.
    private bool IsReachable => _hasAnswered && (_store.IsReachable || !_wasReachable);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        !IsReachable ? HealthCheckResult.Unhealthy("the store does not answer")
        : _isAhead ? HealthCheckResult.Unhealthy("this clock is ahead of the database's")
        : HealthCheckResult.Healthy());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(Pace);
        while (await pace.WaitForNextTickAsync(stoppingToken))
        {
            _wasReachable = _store.IsReachable;
            _hasAnswered = await Answers(stoppingToken);
        }
    }

    /// <summary>Asks one question at a time: while one hangs no other is asked.</summary>
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
