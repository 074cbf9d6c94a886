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
    /// <param name="http">The request of a sign-in.</param>
    /// <param name="account">Who signs in. Persons share nothing.</param>
    public async Task Hear(HttpContext http, AccountId account)
    {
        var cancellation = http.RequestAborted;
        if (http.Request.Headers["Sec-GPC"] != "1" || account.Member is not { } member)
        {
            return;
        }

        if (await store.Read(rows => rows.Find(new SharingRefusal.Of(member)), cancellation) is null)
        {
            await journal.Submit<SharingRefused>(
                new RefuseSharing(Caller.Of(member).NewContext(Guid.CreateVersion7()), member, RefusalSignal.GlobalPrivacyControl, notices));
        }
    }
}
