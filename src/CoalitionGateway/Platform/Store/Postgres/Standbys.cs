using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// The database's standbys, which answer reads that may be a moment old. A standby is used if it has replayed the turn that
/// the caller has seen, and every turn that is older than two seconds.
/// </summary>
internal sealed class Standbys : BackgroundService
{
    /// <summary>How often the primary is asked for its last turn.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan _longestSilence = 5 * Pace;
    private readonly LedgerStore _store;
    private readonly TimeProvider _clock;
    private readonly Standby[] _all;
    private volatile Turn? _needed;
    private int _next;

    public Standbys(GatewayOptions options, LedgerStore store, TimeProvider clock)
    {
        (_store, _clock) = (store, clock);
        var given = new NpgsqlConnectionStringBuilder(options.PostgresStandbys);
        _all = [.. (given.Host ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(host => new Standby(host, options.PostgresStandbys, clock))];
    }

    /// <summary>Begins a snapshot of a standby that has a turn; null if no standby has it.</summary>
    public async Task<(LedgerContext Context, long Turn)?> Snapshot(long seen, CancellationToken cancellation)
    {
        if (_needed is not { } needed || _clock.GetElapsedTime(needed.Known) > _longestSilence)
        {
            return null;
        }

        var first = (uint)Interlocked.Increment(ref _next);
        for (var i = 0u; i < _all.Length; i++)
        {
            if (await _all[(first + i) % (uint)_all.Length].Snapshot(Math.Max(seen, needed.Number), cancellation) is { } found)
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
    /// Learns the primary's last turn once a second. Standbys need the turn of the second before, so that the replay has a
    /// second to follow.
    /// </summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(Pace);
        long? before = null;
        do
        {
            try
            {
                var last = await _store.LastTurn(stoppingToken).WaitAsync(Pace, stoppingToken);
                _needed = before is { } number ? new Turn(number, _clock.GetTimestamp()) : null;
                before = last;
            }
            catch (Exception failed) when (failed is not OperationCanceledException && (failed is TimeoutException || _store.Unavailable(failed) is not null))
            {
                // The primary does not answer. The standbys go on for a few seconds with what was known.
            }
        }
        while (await pace.WaitForNextTickAsync(stoppingToken));
    }

    /// <param name="Number">The number of a turn that every standby must have replayed.</param>
    /// <param name="Known">When the primary told its turn, as a timestamp of the clock.</param>
    private sealed record Turn(long Number, long Known);
}
