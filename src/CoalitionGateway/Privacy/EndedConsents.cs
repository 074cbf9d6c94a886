using CoalitionGateway.Access;
using CoalitionGateway.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Store;

namespace CoalitionGateway.Privacy;

/// <summary>Withdraws all that a member has consented to, one by one, so that each consent tells it.</summary>
internal sealed class EndedConsents(CommandJournal journal, ConsentReader consents, NoticesInForce notices)
{
    /// <param name="actor">Who withdraws.</param>
    /// <param name="member">Whose consents end.</param>
    /// <param name="givenUntil">Those given after this time stay.</param>
    /// <param name="cancellation">Ends it between two.</param>
    /// <returns>Those that this call ended.</returns>
    public async Task<IReadOnlyList<Consent>> End(Caller actor, MemberId member, DateTime givenUntil, CancellationToken cancellation)
    {
        var ended = new List<Consent>();
        foreach (var consent in await consents.Consents(member, null, int.MaxValue, cancellation))
        {
            if (notices.StateOf(consent, givenUntil)?.IsInForce() == true && consent.GiveTime <= givenUntil)
            {
                try
                {
                    ended.Add((await journal.Submit<ConsentWithdrawn>(new WithdrawConsent(actor.Issue(Guid.CreateVersion7()), member, consent.PartnerId, consent.Purpose, notices))).Consent);
                }
                catch (RefusedException)
                {
                    // It was ended meanwhile by another call.
                }
            }
        }

        return ended;
    }
}
