using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Schedules;

/// <summary>Reads due items, by the index on the due time.</summary>
internal sealed class DueReader(IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>The items that fell due by a time, the earliest first.</summary>
    /// <param name="after">The last item of the page before; null: from the beginning.</param>
    public async Task<IReadOnlyList<Due>> Until(DateTime time, Due? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var (until, from) = (Clock.ToUnixMicroseconds(time), after is null ? long.MinValue : Clock.ToUnixMicroseconds(after.DueTime));
        return await context.Set<Due>().FromSql(
            $"SELECT * FROM due WHERE due_time <= {until} AND (due_time, kind, subject) > ({from}, {after?.Kind ?? ""}, {after?.Subject ?? ""}) ORDER BY due_time, kind, subject LIMIT {count}")
            .ToListAsync(cancellation);
    }

    /// <summary>All items of a kind, whether due already or later.</summary>
    public async Task<IReadOnlyList<Due>> Of(string kind, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Due>().Where(row => row.Kind == kind).OrderBy(row => row.DueTime).ToListAsync(cancellation);
    }
}
