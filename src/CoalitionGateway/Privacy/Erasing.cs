using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Privacy;

/// <summary>
/// Erases members. The ledger's part is one command. Further steps outside the ledger follow: fingerprints of requests
/// are emptied, tokens end, keys are destroyed. Each step can be repeated. A caller that gives up undoes nothing, and
/// another gateway finishes the steps that this gateway did not: see <see cref="ErasureSchedule"/>.
/// </summary>
internal sealed class Erasing(
    CommandJournal journal, LedgerStore store, MemberKeyStore keys, EndedCallers callers, NoticesInForce notices, PersonalRecords records,
    PrivacyReader reader, TimeProvider clock)
{
    // Longer than a gateway caches a token. A token that is new to a gateway is refused because of the erasure itself.
    private static readonly TimeSpan _tokensEnd = TimeSpan.FromHours(1);

    /// <exception cref="RefusedException">A rule refused the erasure; nothing was done.</exception>
    /// <exception cref="StoreUnavailableException">A database does not answer. A repeated call continues.</exception>
    public async Task<MemberErased> Erase(CommandContext issue, MemberId member, bool settlesPoints)
    {
        var made = await journal.Submit<MemberErased>(new EraseMember(issue, member, settlesPoints, notices));
        await Finish(made, CancellationToken.None);
        return made;
    }

    /// <summary>Decides an erasure that settles points, and does nothing. A hold is told in place of the erasure.</summary>
    /// <exception cref="RefusedException">There is no such member.</exception>
    public async Task<(MemberErased? Erased, DateTime? HeldUntil)> Preview(CommandContext issue, MemberId member, CancellationToken cancellation)
    {
        var (asked, now) = (new EraseMember(issue, member, SettlesPoints: true, notices), Ledger.Clock.Truncate(clock.GetUtcNow()));
        var state = await store.Read(rows => asked.Needs(rows, now), cancellation);
        var decided = asked.Decide(state, now);
        return decided.Refusal is { } refusal && refusal.Reason != RefusalReason.ErasureHeld
            ? throw new RefusedException(refusal)
            : (decided.Event as MemberErased, decided.Event is null ? state.Holds.Max(hold => hold.UntilTime) : null);
    }

    /// <summary>Does all steps that follow an erasure, even if some were done before.</summary>
    public async Task Finish(MemberErased made, CancellationToken cancellation)
    {
        // Once the log covers the erasure, it covers all earlier events of the member too.
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
            await callers.EndMember(member, clock.GetUtcNow() + _tokensEnd, cancellation);
        }

        // Lists the members as erased, so it follows the other steps. Keys that open another member's profile are kept.
        await keys.Destroy(all, await reader.SealedBy(all, MemberKey.PrefixOf, cancellation), made.Id, made.Time, cancellation);
        try
        {
            await journal.Submit<ErasureFinished>(new FinishErasure(Caller.Gateway.NewContext(Guid.CreateVersion7()), made.MemberId));
        }
        catch (RefusedException)
        {
            // Another gateway finished the erasure too.
        }
    }
}
