using CoalitionGateway.Audit;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.MemberKeys;
using CoalitionGateway.Pools;
using CoalitionGateway.Store;

namespace CoalitionGateway.Privacy;

/// <summary>Collects what there is about a member.</summary>
internal sealed class PersonalRecords(
    LedgerStore store, MemberReader members, PoolReader pools, ConsentReader consents, SealedProfiles profiles, AuditLog log, TimeProvider clock)
{
    private const int _atOnce = 1000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <summary>What there is up to an event, which is among it.</summary>
    /// <exception cref="StoreUnavailableException">The log does not cover the event in time.</exception>
    public async Task<PersonalRecord> Until(EventId last, MemberId member, CancellationToken cancellation)
    {
        await Covered(last, cancellation);
        var events = await Entries(member, cancellation);
        var (earlier, _) = await Earlier(events, cancellation);
        var given = await consents.Consents(member, null, int.MaxValue, cancellation);
        var ids = await pools.Pools(member, null, int.MaxValue, cancellation);
        var partners = given.Select(consent => consent.PartnerId)
            .Concat(events.Concat(earlier.Select(found => found.Entry)).Select(found => found.Event.Partner).OfType<PartnerId>()).ToHashSet();
        var (profile, holdings, pictures, names, restriction, refusal) = await store.Read(
            rows => (
                rows.Find(new Profile.Of(member)),
                rows.FindAll(new Membership.ByMember(member)).Select(membership => Holdings.Find(rows, membership.ProgrammeId, membership.Id)).ToArray(),

                // Invitations that have ended are kept, and so told.
                ids.Select(id => PoolPicture.Find(rows, id, member, DateTime.MinValue)).ToArray(),
                partners.ToDictionary(id => id, id => rows.Find(new Partner.Of(id))?.DisplayName ?? id.Value),
                rows.Find(new Restriction.Of(member)),
                rows.Find(new SharingRefusal.Of(member))),
            cancellation);
        return new PersonalRecord(
            member, await profiles.Open(profile, cancellation), await members.Memberships(member, cancellation), holdings, [.. pictures.OfType<PoolPicture>()], given, events, earlier,
            await members.RefusedRequests(member, cancellation), names)
        {
            Restriction = restriction,
            SharingRefusal = refusal,
        };
    }

    /// <summary>All events about a member and about the memberships that came to them, and the former holders all of whose memberships came here.</summary>
    public async Task<(IReadOnlyList<Event> Events, IReadOnlyCollection<MemberId> Former)> History(MemberId member, CancellationToken cancellation)
    {
        var own = await Entries(member, cancellation);
        var (earlier, former) = await Earlier(own, cancellation);
        return ([.. own.Concat(earlier.Select(found => found.Entry)).Select(entry => entry.Event)], former);
    }

    /// <summary>Waits until the log covers an event, and so all that were decided before it.</summary>
    /// <exception cref="StoreUnavailableException">It does not in time.</exception>
    public async Task Covered(EventId last, CancellationToken cancellation)
    {
        for (var begun = clock.GetTimestamp(); !await log.Covers(last, cancellation); await Task.Delay(_pause, cancellation))
        {
            if (clock.GetElapsedTime(begun) > _patience)
            {
                throw new StoreUnavailableException("The audit log lags behind; what it has would not be all.");
            }
        }
    }

    private async Task<List<LoggedEvent>> Entries(MemberId member, CancellationToken cancellation)
    {
        var view = new LogView(member, null, IsOfficers: false);
        var events = new List<LoggedEvent>();
        for (var next = 0L; await log.Entries(view, next, _atOnce, cancellation) is { Count: > 0 } found; next = found[^1].LogIndex + 1)
        {
            events.AddRange(found);
        }

        return events;
    }

    /// <summary>What happened to memberships before they were linked to the member: all of it where their former holder has none left.</summary>
    private async Task<(IReadOnlyList<Happening> Earlier, IReadOnlyCollection<MemberId> Gone)> Earlier(IReadOnlyList<LoggedEvent> own, CancellationToken cancellation)
    {
        var (found, came, held) = (new Dictionary<long, Happening>(), new HashSet<MembershipId>(), new Dictionary<MemberId, MembershipId[]>());
        var open = new Queue<MembershipLinked>(own.Select(entry => entry.Event).OfType<MembershipLinked>());
        for (var seen = new HashSet<(MemberId, MembershipId)>(); open.TryDequeue(out var link);)
        {
            if (!seen.Add((link.FormerMemberId, link.MembershipId)))
            {
                continue;
            }

            var isGone = await store.Read(rows => rows.FindAll(new Membership.ByMember(link.FormerMemberId)).Count == 0, cancellation);
            var entries = await Entries(link.FormerMemberId, cancellation);
            came.Add(link.MembershipId);
            if (isGone)
            {
                held[link.FormerMemberId] = [.. entries.Select(entry => entry.Event).Select(HeldBy).OfType<MembershipId>()];
            }

            foreach (var entry in entries)
            {
                var happening = new Happening(entry, isGone ? null : link.MembershipId);
                if (happening.IsConcerned)
                {
                    found[entry.LogIndex] = happening;
                }

                if (entry.Event is MembershipLinked before && before.MembershipId == link.MembershipId)
                {
                    open.Enqueue(before);
                }
            }
        }

        // One whose memberships went to several members is none of them.
        return ([.. found.Values], [.. held.Where(former => former.Value.All(came.Contains)).Select(former => former.Key)]);
    }

    /// <summary>The membership that an event gave to its member.</summary>
    private static MembershipId? HeldBy(Event made) => made switch
    {
        MemberEnrolled enrolled => enrolled.MembershipId,
        MembershipLinked linked => linked.MembershipId,
        _ => null,
    };
}
