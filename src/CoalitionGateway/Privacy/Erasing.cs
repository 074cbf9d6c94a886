using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Privacy;

/// <summary>
/// Erases members. The ledger's part is one command; what is apart from it follows, each step such that it can be done
/// again: what requests asked for is forgotten, tokens end, keys are destroyed. A caller that gives up takes
/// nothing back, and what a gateway did not finish another does: see <see cref="ErasureSchedule"/>.
/// </summary>
internal sealed class Erasing(
    CommandJournal journal, LedgerStore store, MemberKeyStore keys, EndedCallers callers, NoticesInForce notices, PersonalRecords records,
    PrivacyReader reader, TimeProvider clock)
{
    // Longer than a gateway knows any token: where it meets one anew, the erasure itself ends it.
    private static readonly TimeSpan _tokensEnd = TimeSpan.FromHours(1);

    /// <exception cref="RefusedException">A rule refused it; nothing was done.</exception>
    /// <exception cref="StoreUnavailableException">A database does not answer: repeat it, it goes on where it stopped.</exception>
    public async Task<MemberErased> Erase(CommandContext issue, MemberId member, bool settlesPoints)
    {
        var made = await journal.Submit<MemberErased>(new EraseMember(issue, member, settlesPoints, notices));
        await Finish(made, CancellationToken.None);
        return made;
    }

    /// <summary>Does what follows from an erasure; all of it, however often it was begun before.</summary>
    public async Task Finish(MemberErased made, CancellationToken cancellation)
    {
        // The log covers the erasure when it covers all that was done for the member before.
        await records.Covered(made.Id, cancellation);
        var (events, former) = await records.History(made.MemberId, cancellation);
        MemberId[] all = [made.MemberId, .. former];
        foreach (var member in all)
        {
            await reader.Forget(member, events, cancellation);
        }

        store.Scrub();
        foreach (var member in all)
        {
            await callers.EndTokensOf(Caller.Of(member), clock.GetUtcNow() + _tokensEnd, cancellation);
        }

        // What is in this list is done. A key that still opens another's profile stays for that one.
        await keys.Destroy(all, await reader.SealedBy(all, MemberKey.PrefixOf, cancellation), made.Id, made.Time, cancellation);
        try
        {
            await journal.Submit<ErasureFinished>(new FinishErasure(Caller.Gateway.NewContext(Guid.CreateVersion7()), made.MemberId));
        }
        catch (RefusedException)
        {
            // Another gateway finished it too.
        }
    }
}
