using System.Runtime.CompilerServices;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Rules;

/// <summary>
/// Replays recorded purchases under other rules: see <see cref="RuleSimulation"/>. One simulation runs at a time, and it
/// pauses again and again, so that callers keep a part of the processors.
/// </summary>
internal sealed class RuleSimulations(IDbContextFactory<LedgerContext> contexts) : IDisposable
{
    private static readonly TimeSpan _slice = TimeSpan.FromDays(1);
    private readonly SemaphoreSlim _one = new(1);

    public void Dispose() => _one.Dispose();

    /// <summary>The rules of a programme; null if there is none.</summary>
    public async Task<RuleBook?> Rules(ProgrammeId id, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Programme>().SingleOrDefaultAsync(row => row.Id == id, cancellation) is { } programme
            ? new RuleBook(
                programme,
                await context.Set<Agreement>().Where(row => row.ProgrammeId == id).ToListAsync(cancellation),
                await context.Set<ProgrammeTerms>().Where(row => row.ProgrammeId == id).ToListAsync(cancellation),
                await context.Set<Campaign>().Where(row => row.ProgrammeId == id).ToListAsync(cancellation))
            : null;
    }

    public async Task<bool> IsPartner(PartnerId id, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Partner>().AnyAsync(row => row.Id == id, cancellation);
    }

    /// <summary>Adds the purchases of a period to a simulation. After each day, it gives the time through which it is.</summary>
    public async IAsyncEnumerable<DateTime> Run(
        RuleSimulation simulation, RuleBook published, DateTime from, DateTime until, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            for (var start = from; start < until;)
            {
                var end = start < until - _slice ? start + _slice : until;
                await using var context = await contexts.CreateDbContextAsync(cancellation);
                await foreach (var body in Purchases(context, published, start, end).WithCancellation(cancellation))
                {
                    simulation.Add((PurchaseRecorded)EventCodec.Decode(body));
                }

                yield return start = end;
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The events of a period's purchases, by their time. Brand by brand, because the index of purchases begins with it.</summary>
    private static IAsyncEnumerable<byte[]> Purchases(LedgerContext context, RuleBook published, DateTime from, DateTime until)
    {
        PartnerId[] brands = [.. published.Brands];
        var id = published.Programme.Id;
        return context.Set<Purchase>()
            .Where(row => brands.Contains(row.PartnerId) && row.PurchaseTime >= from && row.PurchaseTime < until && row.ProgrammeId == id && !row.IsReturn)
            .OrderBy(row => row.PurchaseTime).ThenBy(row => row.PartnerId).ThenBy(row => row.Reference)
            .Join(context.Set<StoredEvent>(), row => row.EventId, stored => stored.Id, (row, stored) => stored.Body)
            .AsAsyncEnumerable();
    }
}
