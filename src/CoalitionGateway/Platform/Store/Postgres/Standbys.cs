using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// The database's standbys, which answer reads that may lag. A standby is used if its snapshot has the turn that the caller has
/// seen, and every turn that is older than three seconds.
/// </summary>
internal sealed partial class Standbys : BackgroundService
{
    /// <summary>How often the primary is asked for its last turn.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>How old a turn may be that a standby has not replayed.</summary>
    public static readonly TimeSpan MostLag = 3 * Pace;

    private readonly LedgerStore _store;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Standby[] _all;
    private volatile Required? _required;
    private int _next;

    public Standbys(GatewayOptions options, LedgerStore store, TimeProvider clock, ILogger<Standbys> log)
    {
        (_store, _clock, _log) = (store, clock, log);
        _all = [.. HostsOf(options.PostgresStandbys).Select(host => new Standby(host, options.PostgresStandbys, clock, _log))];
    }

    /// <summary>The servers that a connection string names.</summary>
    /// <exception cref="ArgumentException">The text is no connection string.</exception>
    public static string[] HostsOf(string connectionString) =>
        (new NpgsqlConnectionStringBuilder(connectionString).Host ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Begins a snapshot of a standby that has a turn; null if no standby has it.</summary>
    public async Task<(LedgerContext Context, long Turn)?> Snapshot(long seen, CancellationToken cancellation)
    {
        if (_required is not { } required || _clock.GetElapsedTime(required.Asked) > MostLag)
        {
            return null;
        }

        var first = (uint)Interlocked.Increment(ref _next);
        for (var i = 0u; i < _all.Length; i++)
        {
            if (await _all[(first + i) % (uint)_all.Length].Snapshot(seen, required.Turn, cancellation) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (var standby in _all)
        {
            standby.Dispose();
        }
    }

    /// <summary>
    /// Asks the primary for its last turn once a second. A standby must have the turn that was the last one a second earlier, so
    /// that its replay has a second to catch up.
    /// </summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(Pace);
        Required? before = null;
        do
        {
            var asked = _clock.GetTimestamp();
            var last = await Last(stoppingToken) is { } turn ? new Required(turn, asked) : null;
            _required = last is not null && before is not null && _clock.GetElapsedTime(before.Asked) < 2 * Pace ? before : last is null ? _required : null;
            before = last;
        }
        while (await pace.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>The primary's last turn; null if the primary does not tell it in time.</summary>
    private async Task<Turn?> Last(CancellationToken stopping)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(Pace);
        try
        {
            return await _store.LastTurn(patience.Token);
        }
        catch (Exception failed) when (!stopping.IsCancellationRequested)
        {
            LogNotTold(failed);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The primary did not tell its last turn")]
    private partial void LogNotTold(Exception failed);

    /// <param name="Turn">A turn that a standby must have.</param>
    /// <param name="Asked">When the primary was asked for it, as a timestamp of the clock.</param>
    private sealed record Required(Turn Turn, long Asked);
}
