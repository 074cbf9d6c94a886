using CoalitionGateway.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Store;

namespace CoalitionGateway.Privacy;

/// <summary>
/// Refuses all sharing for a member. The refusal itself holds from its answer on; that each consent which was in force is
/// withdrawn shows it to the member, and ends it for partners that ask.
/// </summary>
internal sealed class SharingRefusals(CommandJournal journal, LedgerStore store, ConsentReader consents, NoticesInForce notices)
{
    /// <returns>The refusal, and the consents that it ended.</returns>
    public async Task<(SharingRefused Made, IReadOnlyList<Consent> Ended)> Refuse(Issue issue, MemberId member, RefusalSignal signal, CancellationToken cancellation)
    {
        var made = await journal.Submit<SharingRefused>(new RefuseSharing(issue, member, signal), cancellation);
        var ended = new List<Consent>();
        foreach (var consent in await consents.Consents(member, null, int.MaxValue, cancellation))
        {
            // What was given after the refusal stays, also when this is a retry of it.
            if (notices.StateOf(consent, made.Time)?.IsInForce() == true && consent.GiveTime <= made.Time)
            {
                ended.Add((await Withdraw(issue.Caller, consent, cancellation)).Consent);
            }
        }

        return (made, ended);
    }

    /// <summary>The same for a member whose browser says so, unless they have refused before.</summary>
    public async Task Hear(MemberId member, CancellationToken cancellation)
    {
        if (await store.Read(rows => rows.Find(new SharingRefusal.Of(member)), cancellation) is null)
        {
            await Refuse(Fresh(new Caller(CallerKind.Member, member.ToString())), member, RefusalSignal.GlobalPrivacyControl, cancellation);
        }
    }

    private Task<ConsentWithdrawn> Withdraw(Caller caller, Consent consent, CancellationToken cancellation) =>
        journal.Submit<ConsentWithdrawn>(new WithdrawConsent(Fresh(caller), consent.MemberId, consent.PartnerId, consent.Purpose, notices), cancellation);

    private static Issue Fresh(Caller caller) => new(caller, Guid.CreateVersion7(), new EventId(Guid.CreateVersion7()));
}
