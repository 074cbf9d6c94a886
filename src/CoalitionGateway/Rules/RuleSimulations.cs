using System.Runtime.CompilerServices;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Rules;

/// <summary>
/// Replays recorded purchases under other rules: see <see cref="RuleSimulation"/>. One simulation runs at a time. While the
/// journal works for callers, it pauses after each part, so that they keep most of the processors.
/// </summary>
internal sealed class RuleSimulations(IDbContextFactory<LedgerContext> contexts, CommandJournal journal, TimeProvider clock) : IDisposable
{
    private const int _part = 1000;

    /// <summary>While the journal is busy, a simulation pauses for this multiple of the time that its last part took.</summary>
    private const int _pausesWhileBusy = 2;

    private static readonly TimeSpan _slice = TimeSpan.FromDays(1);
    private readonly SemaphoreSlim _one = new(1);

    public void Dispose() => _one.Dispose();

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
                await foreach (var part in Purchases(published, start, end, cancellation))
                {
                    await Add(simulation, part, cancellation);
                }

                yield return start = end;
            }
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task Add(RuleSimulation simulation, PurchaseRecorded[] purchases, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        var published = Task.Run(() => simulation.Published(purchases), cancellation);
        var tried = simulation.Tried(purchases);
        simulation.Add(purchases, await published, tried);
        if (journal.IsBusy)
        {
            await Task.Delay(clock.GetElapsedTime(begun) * _pausesWhileBusy, clock, cancellation);
        }
    }

    /// <summary>The purchases of a period in parts, by their time. The next part is read while the last one is replayed.</summary>
    private async IAsyncEnumerable<PurchaseRecorded[]> Purchases(RuleBook published, DateTime from, DateTime until, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var ahead = Task.FromResult<PurchaseRecorded[]>([]);
        try
        {
            foreach (var part in (await Ids(context, published, from, until, cancellation)).Chunk(_part))
            {
                var read = await ahead;
                ahead = Task.Run(() => Events(context, part, cancellation), cancellation);
                yield return read;
            }

            yield return await ahead;
        }
        finally
        {
            // A context is not left while it reads.
            await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The events of a period's purchases, by their time. Brand by brand, because the index of purchases begins with it.</summary>
    private static Task<List<EventId>> Ids(LedgerContext context, RuleBook published, DateTime from, DateTime until, CancellationToken cancellation)
    {
        PartnerId[] brands = [.. published.Brands];
        var id = published.Programme.Id;
        return context.Set<Purchase>()
            .Where(row => brands.Contains(row.PartnerId) && row.PurchaseTime >= from && row.PurchaseTime < until && row.ProgrammeId == id && !row.IsReturn)
            .OrderBy(row => row.PurchaseTime).ThenBy(row => row.PartnerId).ThenBy(row => row.Reference)
            .Select(row => row.EventId).ToListAsync(cancellation);
    }

    /// <summary>
    /// The events in the order of their ids in <paramref name="ids"/>. A query of its own: joined with the purchases of a day,
    /// the database reads all events.
    /// </summary>
    private static async Task<PurchaseRecorded[]> Events(LedgerContext context, EventId[] ids, CancellationToken cancellation)
    {
        var found = await context.Set<StoredEvent>().Where(row => ids.Contains(row.Id)).Select(row => new { row.Id, row.Body }).ToDictionaryAsync(row => row.Id, row => row.Body, cancellation);
        return [.. ids.Select(id => (PurchaseRecorded)EventCodec.Decode(found[id]))];
    }
}
