using System.Collections.Concurrent;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Earning;

/// <summary>
/// The own programme of each partner, cached because it never changes. A brand sees how points were split between a member's
/// points and debt only in its own programme. In another programme, the split would reveal the member's balance there.
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
