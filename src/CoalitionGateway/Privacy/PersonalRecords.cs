using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;
using CoalitionGateway.Ledger.SignIns;
using System.Runtime.CompilerServices;

namespace CoalitionGateway.Privacy;

/// <summary>Collects all data about a member.</summary>
internal sealed class PersonalRecords(
    LedgerStore store, MemberReader members, PoolReader pools, ConsentReader consents, SealedProfiles profiles, AuditLog log, LogReader reader, TimeProvider clock)
{
    private const int _atOnce = 200;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <summary>All data about a member up to and including an event.</summary>
    /// <exception cref="StoreUnavailableException">The log does not cover the event in time.</exception>
    public async Task<PersonalRecord> Until(EventId last, MemberId member, CancellationToken cancellation)
    {
        await Covered(last, cancellation);
        var sources = await SourcesOf(member, (await reader.Entry(last, cancellation))!.LogIndex + 1, cancellation);
        var given = await consents.Consents(member, null, int.MaxValue, cancellation);
        var (partners, received, choices) = await Summary(sources, cancellation);
        partners.UnionWith(given.Select(consent => consent.PartnerId));
        var now = Clock.Truncate(clock.GetUtcNow());
        var (profile, holdings, names, restriction, refusal, passkeys) = await store.Read(
            rows => (
                rows.Find(new Profile.Of(member)),
                rows.FindAll(new Membership.ByMember(member))
                    .Select(membership => (Holdings.Find(rows, membership.ProgrammeId, membership.Id, now), rows.Find(new Programme.Of(membership.ProgrammeId))?.PointValue)).ToArray(),
                partners.ToDictionary(id => id, id => rows.Find(new Partner.Of(id))?.DisplayName ?? id.Value),
                rows.Find(new Restriction.Of(member)),
                rows.Find(new SharingRefusal.Of(member)),
                rows.FindAll(new Passkey.ByAccount(member))),
            cancellation);
        return new PersonalRecord(
            sources, await profiles.Open(profile, cancellation), await members.Memberships(member, cancellation), holdings, given, names, received, choices)
        {
            Restriction = restriction,
            SharingRefusal = refusal,
            Passkeys = [.. passkeys.OrderBy(passkey => (passkey.CreateTime, passkey.Id))],
            Pools = PoolsOf(member, cancellation),
            Events = Entries(member, sources.Size, cancellation),
            All = All(sources, cancellation),
            Refused = RefusedOf(member, cancellation),
        };
    }

    /// <summary>
    /// All events about a member and about the memberships that were linked to the member, and the former holders whose
    /// memberships were all linked to the member.
    /// </summary>
    public async Task<(IReadOnlyList<Event> Events, IReadOnlyCollection<MemberId> Former)> History(MemberId member, CancellationToken cancellation)
    {
        var sources = await SourcesOf(member, (await reader.Checkpoint(null, cancellation))?.Size ?? 0, cancellation);
        var events = await All(sources, cancellation).Select(found => found.Entry.Event).ToListAsync(cancellation);
        return (events, sources.Gone);
    }

    /// <summary>Waits until the log covers an event, and with it all events decided earlier.</summary>
    /// <exception cref="StoreUnavailableException">The log does not cover the event in time.</exception>
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

    private async IAsyncEnumerable<LoggedEvent> Entries(MemberId member, long size, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var view = new LogView(member, null, IsOfficers: false);
        for (var next = 0L; await reader.Entries(next, size, member, null, view.Shows, _atOnce, cancellation) is { Count: > 0 } found; next = found[^1].LogIndex + 1)
        {
            foreach (var entry in found)
            {
                yield return entry;
            }
        }
    }

    /// <summary>The entries of all sources in the log's order.</summary>
    private async IAsyncEnumerable<Happening> All(Sources sources, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var streams = sources.Earlier
            .Select(former => Entries(former.Key, sources.Size, cancellation).Select(entry => new Happening(entry, former.Value)).Where(found => found.IsConcerned))
            .Append(Entries(sources.MemberId, sources.Size, cancellation).Select(entry => new Happening(entry, null)))
            .Select(stream => stream.GetAsyncEnumerator(cancellation)).ToArray();
        var heads = new PriorityQueue<IAsyncEnumerator<Happening>, long>();
        try
        {
            foreach (var stream in streams)
            {
                await Enter(stream);
            }

            for (var last = -1L; heads.TryDequeue(out var next, out var index); last = index)
            {
                // An entry about two members, such as a link, is returned once.
                if (index != last)
                {
                    yield return next.Current;
                }

                await Enter(next);
            }
        }
        finally
        {
            foreach (var stream in streams)
            {
                await stream.DisposeAsync();
            }
        }

        async ValueTask Enter(IAsyncEnumerator<Happening> stream)
        {
            if (await stream.MoveNextAsync())
            {
                heads.Enqueue(stream, stream.Current.Entry.LogIndex);
            }
        }
    }

    private async IAsyncEnumerable<PoolPicture> PoolsOf(MemberId member, [EnumeratorCancellation] CancellationToken cancellation)
    {
        PoolId? after = null;
        while (await pools.Pools(member, after, _atOnce, cancellation) is { Count: > 0 } ids)
        {
            // Expired invitations are still stored, so the document shows them.
            var now = Clock.Truncate(clock.GetUtcNow());
            var pictures = await store.Read(rows => ids.Select(id => PoolPicture.Find(rows, id, member, now, showsExpired: true)).ToArray(), cancellation);
            foreach (var picture in pictures.OfType<PoolPicture>())
            {
                yield return picture;
            }

            after = ids[^1];
        }
    }

    private async IAsyncEnumerable<StoredAnswer> RefusedOf(MemberId member, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var after = Guid.Empty; await members.RefusedRequests(member, after, _atOnce, cancellation) is { Count: > 0 } found; after = found[^1].RequestId)
        {
            foreach (var request in found)
            {
                yield return request;
            }
        }
    }

    /// <summary>The parts that stay short: the partners that occur, the fields that each received, the latest choices.</summary>
    private async Task<(HashSet<PartnerId> Partners, IReadOnlyList<Received> Received, IReadOnlyList<ProgrammeChosen> Choices)> Summary(
        Sources sources, CancellationToken cancellation)
    {
        var partners = new HashSet<PartnerId>();
        var received = new Dictionary<(PartnerId, Purpose), (HashSet<string> Fields, DateTime First, DateTime Last)>();
        var choices = new Dictionary<PartnerId, ProgrammeChosen>();
        await foreach (var found in All(sources, cancellation))
        {
            if (found.Entry.Event.Partner is { } partner)
            {
                partners.Add(partner);
            }

            if (found.Entry.Event is ProgrammeChosen chosen)
            {
                choices[chosen.PartnerId] = chosen;
            }
            else if (found.Entry.Event is MemberDisclosed { Released.Count: > 0 } made)
            {
                var (fields, first, last) = received.GetValueOrDefault((made.PartnerId, made.Purpose), ([], made.Time, made.Time));
                fields.UnionWith(made.Released);
                received[(made.PartnerId, made.Purpose)] = (fields, first < made.Time ? first : made.Time, last > made.Time ? last : made.Time);
            }
        }

        return (
            partners,
            [
                .. received.OrderBy(found => found.Key.Item1.Value, StringComparer.Ordinal).ThenBy(found => found.Key.Item2).Select(found => new Received(
                    found.Key.Item1, found.Key.Item2, found.Value.Fields, found.Value.First, found.Value.Last)),
            ],
            [.. choices.Values.OrderBy(made => made.PartnerId.Value, StringComparer.Ordinal)]);
    }

    /// <summary>Finds former holders of linked memberships. If one has no membership left, all their entries count.</summary>
    private async Task<Sources> SourcesOf(MemberId member, long size, CancellationToken cancellation)
    {
        var (earlier, came, held) = (new Dictionary<MemberId, HashSet<MembershipId>?>(), new HashSet<MembershipId>(), new Dictionary<MemberId, HashSet<MembershipId>>());
        var links = await Entries(member, size, cancellation).Select(entry => entry.Event).OfType<MembershipCame>().ToListAsync(cancellation);
        var open = new Queue<MembershipCame>(links);
        for (var seen = new HashSet<(MemberId, MembershipId)>(); open.TryDequeue(out var link);)
        {
            if (!seen.Add((link.FormerMemberId, link.MembershipId)))
            {
                continue;
            }

            came.Add(link.MembershipId);
            var isGone = await store.Read(rows => rows.FindAll(new Membership.ByMember(link.FormerMemberId)).Count == 0, cancellation);
            if (isGone)
            {
                earlier[link.FormerMemberId] = null;
                held.TryAdd(link.FormerMemberId, []);
            }
            else if (earlier.TryAdd(link.FormerMemberId, [link.MembershipId]) is false)
            {
                earlier[link.FormerMemberId]?.Add(link.MembershipId);
            }

            await foreach (var entry in Entries(link.FormerMemberId, size, cancellation))
            {
                if (isGone && HeldBy(entry.Event) is { } membership)
                {
                    held[link.FormerMemberId].Add(membership);
                }

                if (entry.Event is MembershipCame before
                    && (before.MembershipId == link.MembershipId || (before is MembershipsMerged { IntoId: var into } && into == link.MembershipId)))
                {
                    open.Enqueue(before);
                }
            }
        }

        // A former holder whose memberships went to several members is not the same person as any of them.
        return new Sources(
            member, earlier.ToDictionary(former => former.Key, former => (IReadOnlySet<MembershipId>?)former.Value),
            [.. held.Where(former => former.Value.All(came.Contains)).Select(former => former.Key)], size);
    }

    /// <summary>The membership that an event gave to its member; null if it gave none.</summary>
    private static MembershipId? HeldBy(Event made) => made switch
    {
        MemberEnrolled enrolled => enrolled.MembershipId,
        MembershipCame came => came.MembershipId,
        _ => null,
    };
}
