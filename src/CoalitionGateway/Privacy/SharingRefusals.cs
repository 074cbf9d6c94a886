using CoalitionGateway.Access;
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
internal sealed class SharingRefusals(CommandJournal journal, LedgerStore store, EndedConsents ended)
{
    /// <returns>The refusal, and the consents that it ended.</returns>
    public async Task<(SharingRefused Made, IReadOnlyList<Consent> Ended)> Refuse(Issue issue, MemberId member, RefusalSignal signal, CancellationToken cancellation)
    {
        // What is given after the refusal stays, also when this is a retry of it.
        var made = await journal.Submit<SharingRefused>(new RefuseSharing(issue, member, signal));
        return (made, await ended.End(issue.Caller, member, made, cancellation));
    }

    /// <summary>The same for a member whose browser says so. Who has refused before is not asked to again; what that left undone is done.</summary>
    public async Task Hear(MemberId member, CancellationToken cancellation)
    {
        var caller = Caller.Of(member);
        var before = await store.Read(
            rows => rows.Find(new SharingRefusal.Of(member)) is { } refusal ? rows.Find(new StoredEvent.Of(refusal.EventId)) : null, cancellation);
        if (before is not null)
        {
            await ended.End(caller, member, EventCodec.Decode(before.Body), cancellation);
        }
        else
        {
            await Refuse(caller.Issue(Guid.CreateVersion7()), member, RefusalSignal.GlobalPrivacyControl, cancellation);
        }
    }

    /// <summary>A member whose other self has refused sharing has refused it.</summary>
    public async Task Follow(MemberId member, MemberId former, CancellationToken cancellation)
    {
        if (await store.Read(rows => rows.Find(new SharingRefusal.Of(former)), cancellation) is not null)
        {
            await Hear(member, cancellation);
        }
    }
}
