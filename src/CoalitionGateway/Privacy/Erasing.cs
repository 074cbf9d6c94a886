using CoalitionGateway.Access;
using CoalitionGateway.Audit;
using CoalitionGateway.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.MemberKeys;
using CoalitionGateway.Store;

namespace CoalitionGateway.Privacy;

/// <summary>
/// Erases members. The ledger's part is one command; what is apart from it follows, each step such that it can be done
/// again: keys are destroyed, tokens end, consents end, and what requests asked for is forgotten.
/// </summary>
internal sealed class Erasing(
    CommandJournal journal, LedgerStore store, MemberKeyStore keys, RevokedTokens tokens, ConsentReader consents, PersonalRecords records,
    PrivacyReader reader, NoticesInForce notices, TimeProvider clock)
{
    // Longer than any access token lasts.
    private static readonly TimeSpan _tokensEnd = TimeSpan.FromHours(1);

    /// <exception cref="RefusedException">A rule refused it; nothing was done.</exception>
    /// <exception cref="StoreUnavailableException">A database does not answer: repeat it, it goes on where it stopped.</exception>
    public async Task<MemberErased> Erase(Issue issue, MemberId member, bool settlesPoints, CancellationToken cancellation)
    {
        var made = await journal.Submit<MemberErased>(new EraseMember(issue, member, settlesPoints), cancellation);
        await Finish(made, cancellation);
        return made;
    }

    /// <summary>Does what follows from an erasure; all of it, however often it was begun before.</summary>
    public async Task Finish(MemberErased made, CancellationToken cancellation)
    {
        var member = made.MemberId;
        await tokens.Add(new Caller(CallerKind.Member, member.ToString()).ToString(), clock.GetUtcNow() + _tokensEnd);
        foreach (var consent in await consents.Consents(member, null, int.MaxValue, cancellation))
        {
            if (notices.StateOf(consent, made.Time)?.IsInForce() == true)
            {
                await Withdraw(consent, made, cancellation);
            }
        }

        // The log covers the erasure when it covers all that was done for the member before.
        await records.Covered(made.Id, cancellation);
        var (events, former) = await records.History(member, cancellation);
        foreach (var one in former.Append(member))
        {
            await reader.Forget(one, events, cancellation);
        }

        store.Scrub();

        // Last: what is in this list is done.
        await keys.Destroy([member, .. former], made.Id, made.Time, cancellation);
    }

    private async Task Withdraw(Consent consent, MemberErased made, CancellationToken cancellation)
    {
        try
        {
            var issue = new Issue(made.Header.Actor, Guid.CreateVersion7(), new EventId(Guid.CreateVersion7()));
            await journal.Submit<ConsentWithdrawn>(new WithdrawConsent(issue, consent.MemberId, consent.PartnerId, consent.Purpose, notices), cancellation);
        }
        catch (RefusedException)
        {
            // Another try withdrew it meanwhile.
        }
    }
}
