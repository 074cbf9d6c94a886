using CoalitionGateway.Access;
using CoalitionGateway.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Store;

namespace CoalitionGateway.Privacy;

/// <summary>Withdraws all that a member has consented to, one by one, so that each consent tells it.</summary>
internal sealed class EndedConsents(CommandJournal journal, LedgerStore store, ConsentReader consents, NoticesInForce notices)
{
    /// <param name="actor">The caller who withdraws.</param>
    /// <param name="member">The member whose consents end.</param>
    /// <param name="cause">The event that ends them: consents that were given after it, by the log's order, stay.</param>
    /// <param name="cancellation">Ends it between two.</param>
    /// <returns>Those that this call ended.</returns>
    public async Task<IReadOnlyList<Consent>> End(Caller actor, MemberId member, Event cause, CancellationToken cancellation)
    {
        var stored = await store.Read(rows => rows.Find(new StoredEvent.Of(cause.Id)), cancellation);
        var place = stored?.LogIndex ?? throw new InvalidOperationException($"Event {cause.Id} is not in the log.");
        var ended = new List<Consent>();
        foreach (var consent in await consents.Consents(member, null, int.MaxValue, cancellation))
        {
            if (consent.GiveLogIndex < place && notices.StateOf(consent, cause.Time)?.IsInForce() == true)
            {
                try
                {
                    ended.Add((await journal.Submit<ConsentWithdrawn>(new WithdrawConsent(actor.Issue(Guid.CreateVersion7()), member, consent.PartnerId, consent.Purpose, notices) { GivenBefore = place })).Consent);
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
