using CoalitionGateway.Audit;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Pools;
using CoalitionGateway.Store;

namespace CoalitionGateway.Privacy;

/// <summary>All that there is about a member: what is kept, and the log's entries.</summary>
internal sealed record PersonalRecord(
    MemberId MemberId, Profile? Profile, IReadOnlyList<NumberedMembership> Numbers, IReadOnlyList<Holdings> Holdings,
    IReadOnlyList<PoolPicture> Pools, IReadOnlyList<Consent> Consents, IReadOnlyList<LoggedEvent> Events,
    IReadOnlyDictionary<PartnerId, string> PartnerNames)
{
    public IEnumerable<MemberDisclosed> Disclosures => Events.Select(found => found.Event).OfType<MemberDisclosed>();

    public IEnumerable<ConsentEvent> ConsentEvents => Events.Select(found => found.Event).OfType<ConsentEvent>();

    /// <summary>The changes of the member's own accounts, one for each event and programme.</summary>
    public IEnumerable<Movement> Movements()
    {
        var own = Holdings.Select(holdings => holdings.MembershipId.ToString()).ToHashSet();
        return from found in Events
               from posting in found.Event.Postings
               let lines = posting.Lines.Where(line => own.Contains(line.Account.Holder.Split('/')[^1])).ToLookup(line => line.Account.Kind, line => line.AmountPoints)
               where lines.Count > 0
               select new Movement(
                   found.Event, posting.ProgrammeId, lines[AccountKind.Points].Sum(), lines[AccountKind.PoolShare].Sum(), -lines[AccountKind.Receivable].Sum());
    }
}

/// <summary>Points held, pooled and owed more by an event; negative: less.</summary>
internal sealed record Movement(Event Event, ProgrammeId ProgrammeId, long Points, long PooledPoints, long OwedPoints);

/// <summary>Collects what there is about a member.</summary>
internal sealed class PersonalRecords(
    LedgerStore store, MemberReader members, PoolReader pools, ConsentReader consents, AuditLog log, TimeProvider clock)
{
    private const int _atOnce = 1000;

    /// <param name="member">About whom.</param>
    /// <param name="isOfficers">Whether an officer asks, who sees who else was involved.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<(PersonalRecord Record, LogView View)> Of(MemberId member, bool isOfficers, CancellationToken cancellation)
    {
        var view = new LogView(member, null, isOfficers);
        var events = new List<LoggedEvent>();
        for (var next = 0L; await log.Entries(view, next, _atOnce, cancellation) is { Count: > 0 } found; next = found[^1].LogIndex + 1)
        {
            events.AddRange(found);
        }

        var given = await consents.Consents(member, null, int.MaxValue, cancellation);
        var ids = await pools.Pools(member, null, int.MaxValue, cancellation);
        var partners = given.Select(consent => consent.PartnerId).Concat(events.Select(found => found.Event.Partner).OfType<PartnerId>()).ToHashSet();
        var now = clock.GetUtcNow().UtcDateTime;
        var (profile, holdings, pictures, names) = await store.Read(
            rows => (
                rows.Find(new Profile.Of(member)),
                rows.FindAll(new Membership.ByMember(member)).Select(membership => Holdings.Find(rows, membership.ProgrammeId, membership.Id)).ToArray(),
                ids.Select(id => PoolPicture.Find(rows, id, member, now)).ToArray(),
                partners.ToDictionary(id => id, id => rows.Find(new Partner.Of(id))?.DisplayName ?? id.Value)),
            cancellation);
        var numbers = await members.Memberships(member, cancellation);
        return (new PersonalRecord(member, profile, numbers, holdings, [.. pictures.OfType<PoolPicture>()], given, events, names), view);
    }
}
