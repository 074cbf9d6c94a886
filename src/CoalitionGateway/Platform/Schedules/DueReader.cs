using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Schedules;

/// <summary>Reads what fell due, by the index on its time.</summary>
internal sealed class DueReader(IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>What fell due by a time, the earliest first.</summary>
    /// <param name="after">The last one before; null: from the beginning.</param>
    public async Task<IReadOnlyList<Due>> Until(DateTime time, Due? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var (until, from) = (Clock.ToUnixMicroseconds(time), after is null ? long.MinValue : Clock.ToUnixMicroseconds(after.DueTime));
        return await context.Set<Due>().FromSql(
            $"SELECT * FROM due WHERE due_time <= {until} AND (due_time, kind, subject) > ({from}, {after?.Kind ?? ""}, {after?.Subject ?? ""}) ORDER BY due_time, kind, subject LIMIT {count}")
            .ToListAsync(cancellation);
    }

    /// <summary>All of a kind, whether it fell due or not.</summary>
    public async Task<IReadOnlyList<Due>> Of(string kind, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Due>().Where(row => row.Kind == kind).OrderBy(row => row.DueTime).ToListAsync(cancellation);
    }
}
