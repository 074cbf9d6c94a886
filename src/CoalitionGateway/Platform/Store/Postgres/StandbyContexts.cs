using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// Makes contexts of the store where standbys are configured. A call that may lag reads snapshots of a standby that has the
/// turn which its caller has seen; without such a standby it reads snapshots of the primary.
/// </summary>
internal sealed class StandbyContexts(LedgerStore store, Standbys standbys, IHttpContextAccessor calls) : IDbContextFactory<LedgerContext>
{
    public LedgerContext CreateDbContext() => store.CreateContext();

    public async Task<LedgerContext> CreateDbContextAsync(CancellationToken cancellationToken = default)
    {
        if (calls.HttpContext?.Features.Get<LaggingRead>() is not { } read)
        {
            return store.CreateContext();
        }

        var (context, turn) = read.Needed is { } needed && await standbys.Snapshot(needed, cancellationToken) is { } found
            ? found
            : await OfPrimary(read, cancellationToken);
        read.Saw(turn);
        return context;
    }

    private async Task<(LedgerContext Context, long Turn)> OfPrimary(LaggingRead read, CancellationToken cancellation)
    {
        read.IsFromPrimary = true;
        var context = (PostgresContext)store.CreateContext();
        try
        {
            return (context, (await context.BeginSnapshot(0, null, cancellation)).Last);
        }
        catch
        {
            await context.DisposeAsync();
            throw;
        }
    }
}

/// <summary>The reads of one call that may lag.</summary>
/// <param name="seen">The last turn that the caller says it has seen; null: it does not say, so its reads must be current.</param>
internal sealed class LaggingRead(long? seen)
{
    private readonly Lock _lock = new();
    private long? _turn;

    /// <summary>Whether a snapshot of the call is the primary's.</summary>
    public bool IsFromPrimary { get; set; }

    /// <summary>The turn that the call's next snapshot must have; null: it must be current.</summary>
    public long? Needed
    {
        get
        {
            lock (_lock)
            {
                return seen is { } before ? Math.Max(before, _turn ?? 0) : null;
            }
        }
    }

    /// <summary>The last turn that the call has read; null: it has read nothing.</summary>
    public long? Turn
    {
        get
        {
            lock (_lock)
            {
                return _turn;
            }
        }
    }

    public void Saw(long turn)
    {
        lock (_lock)
        {
            _turn = Math.Max(turn, _turn ?? 0);
        }
    }
}
