using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>Refuses all sharing once for a member whose browser asks so (W3C Global Privacy Control, "Sec-GPC: 1").</summary>
internal sealed class GlobalPrivacyControl(CommandJournal journal, LedgerStore store, NoticesInForce notices)
{
    public async Task Hear(MemberId member, CancellationToken cancellation)
    {
        if (await store.Read(rows => rows.Find(new SharingRefusal.Of(member)), cancellation) is null)
        {
            await journal.Submit<SharingRefused>(
                new RefuseSharing(Caller.Of(member).NewContext(Guid.CreateVersion7()), member, RefusalSignal.GlobalPrivacyControl, notices));
        }
    }
}
