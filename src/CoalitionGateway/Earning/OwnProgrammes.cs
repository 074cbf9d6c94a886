using System.Collections.Concurrent;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Earning;

/// <summary>
/// Which programme is a partner's own. Remembered: it never changes. A brand sees how points fell on what a member
/// has and owes in its own programme alone; in another's it would learn the member's balance there.
/// </summary>
internal sealed class OwnProgrammes(LedgerStore store)
{
    private readonly ConcurrentDictionary<PartnerId, ProgrammeId> _known = [];

    public async ValueTask<ProgrammeId?> Of(PartnerId partner, CancellationToken cancellation)
    {
        if (_known.TryGetValue(partner, out var own))
        {
            return own;
        }

        return await store.Read(rows => rows.Find(new Programme.OwnedBy(partner)), cancellation) is { } found ? _known.GetOrAdd(partner, found.Id) : null;
    }
}
