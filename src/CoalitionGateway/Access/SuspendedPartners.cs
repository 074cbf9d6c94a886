using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Store;

namespace CoalitionGateway.Access;

/// <summary>
/// Whether a partner is suspended, looked at when a token of its is first met: another authority may go on giving it some.
/// While the store does not answer nobody is; no call does anything then.
/// </summary>
internal sealed class SuspendedPartners(LedgerStore store)
{
    public async ValueTask<bool> Contains(Caller caller, CancellationToken cancellation)
    {
        if (caller.Kind != CallerKind.Partner)
        {
            return false;
        }

        try
        {
            return await store.Read(rows => rows.Find(new PartnerClient.Of(caller.Id)), cancellation) is { IsSuspended: true };
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
