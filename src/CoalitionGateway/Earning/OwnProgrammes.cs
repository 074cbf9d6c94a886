using System.Collections.Concurrent;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Store;

namespace CoalitionGateway.Earning;

/// <summary>
/// Which programme is a partner's own. Remembered: it never changes. A brand sees how points fell on what a member
/// has and owes in its own programme alone; in another's it would learn the member's balance there.
/// </summary>
internal sealed class OwnProgrammes(SqliteStore store)
{
    private readonly ConcurrentDictionary<PartnerId, ProgrammeId> _known = [];

    public ProgrammeId? Of(PartnerId partner)
    {
        if (_known.TryGetValue(partner, out var own))
        {
            return own;
        }

        return store.Read(rows => rows.Find(new Programme.OwnedBy(partner))) is { } found ? _known.GetOrAdd(partner, found.Id) : null;
    }
}
