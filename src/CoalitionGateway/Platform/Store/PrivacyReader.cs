using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store;

/// <summary>
/// Reads the records that members' rights leave, and empties the fingerprints of erased members' requests.
/// </summary>
internal sealed class PrivacyReader(IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>The notifications that a partner has not acknowledged, the earliest first.</summary>
    public async Task<IReadOnlyList<Notification>> Notifications(PartnerId partner, (DateTime Day, Guid Id)? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var (day, id) = after is { } last ? (Clock.ToUnixMicroseconds(last.Day), last.Id) : (0, Guid.Empty);
        return await context.Set<Notification>().FromSql(
            $"SELECT * FROM notification WHERE partner_id = {partner.Value} AND (day, id) > ({day}, {context.Stored(id)}) ORDER BY day, id LIMIT {count}")
            .ToListAsync(cancellation);
    }

    /// <summary>The events that say who asked for data about a member, the newest first, each with its place in the log.</summary>
    /// <param name="before">The log index of the last event of the page before; null: from the newest.</param>
    public async Task<IReadOnlyList<(long LogIndex, Event Event)>> Accesses(MemberId member, long? before, int count, CancellationToken cancellation)
    {
        EventKind[] kinds = [EventKind.Of<MemberDisclosed>(), EventKind.Of<AuditRead>()];
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await context.Set<LogMember>().Where(place => place.MemberId == member && (before == null || place.LogIndex < before))
            .Join(context.Set<StoredEvent>(), place => place.LogIndex, row => row.LogIndex, (_, row) => row)
            .Where(row => kinds.Contains(row.Kind) && !context.Set<VoidedEvent>().Any(found => found.EventId == row.Id))
            .OrderByDescending(row => row.LogIndex).Select(row => new { row.LogIndex, row.Body }).Take(count).ToListAsync(cancellation);
        return [.. found.Select(row => (row.LogIndex, EventCodec.Decode(row.Body)))];
    }

    /// <summary>All erasures that the ledger knows of.</summary>
    public async Task<IReadOnlyList<Erasure>> Erasures(CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Erasure>().ToListAsync(cancellation);
    }

    /// <summary>All profiles with a field that does not begin with the prefix of sealed texts.</summary>
    public async Task<IReadOnlyList<Profile>> ProfilesWithout(string prefix, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Profile>().Where(row =>
            (row.DisplayName != null && !row.DisplayName.StartsWith(prefix)) || (row.BirthDate != null && !row.BirthDate.StartsWith(prefix))
            || (row.Email != null && !row.Email.StartsWith(prefix)) || (row.PhoneNumber != null && !row.PhoneNumber.StartsWith(prefix))
            || (row.PostalCode != null && !row.PostalCode.StartsWith(prefix)) || (row.CountryCode != null && !row.CountryCode.StartsWith(prefix)))
            .ToListAsync(cancellation);
    }

    /// <summary>
    /// Empties the fingerprints of requests: of all the member's own requests, and of the requests that led to these events.
    /// </summary>
    public async Task Forget(MemberId member, IEnumerable<Event> events, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var own = Caller.Of(member).ToString();
        await Blank(context.Set<StoredAnswer>().Where(row => row.Caller == own), cancellation);
        foreach (var some in events.Select(made => made.Header).GroupBy(header => header.Actor.ToString()).SelectMany(group => group.Chunk(500), (group, chunk) => (Caller: group.Key, Headers: chunk)))
        {
            var ids = some.Headers.Select(header => header.RequestId).ToArray();
            await Blank(context.Set<StoredAnswer>().Where(row => row.Caller == some.Caller && ids.Contains(row.RequestId)), cancellation);
        }
    }

    /// <summary>
    /// Members with a membership, after an id and in the order of ids, each with the time of the last event about the
    /// member. Events in which others only looked at the member's data do not count.
    /// </summary>
    public async Task<IReadOnlyList<(MemberId Member, DateTime? LastTime)>> LastSeen(MemberId? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var members = await context.Set<Membership>().FromSql($"SELECT * FROM membership WHERE member_id > {context.Stored(after?.Value ?? Guid.Empty)} AND member_id <> id")
            .Select(row => row.MemberId).Distinct().OrderBy(id => id).Take(count).ToListAsync(cancellation);
        // What officers and partners read, and what the gateway does by itself, says nothing about the member.
        EventKind[] others = [EventKind.Of<AuditRead>(), EventKind.Of<MemberDisclosed>(), EventKind.Of<LotsSettled>(), EventKind.Of<ReferralPaid>()];
        var found = new List<(MemberId, DateTime?)>();
        foreach (var member in members)
        {
            var last = await context.Set<LogMember>().Where(row => row.MemberId == member).OrderByDescending(row => row.Number)
                .Join(context.Set<StoredEvent>().Where(row => !others.Contains(row.Kind)), row => row.LogIndex, row => row.LogIndex, (_, row) => (DateTime?)row.Time)
                .FirstOrDefaultAsync(cancellation);
            found.Add((member, last));
        }

        return found;
    }

    /// <summary>The members among these whose keys still seal profiles of others.</summary>
    /// <param name="prefixOf">The prefix of a field that a member's key sealed.</param>
    public async Task<IReadOnlySet<MemberId>> SealedBy(IReadOnlyCollection<MemberId> members, Func<MemberId, string> prefixOf, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = new HashSet<MemberId>();
        foreach (var member in members)
        {
            var prefix = prefixOf(member);
            if (await context.Set<Profile>().AnyAsync(
                row => row.DisplayName!.StartsWith(prefix) || row.BirthDate!.StartsWith(prefix) || row.Email!.StartsWith(prefix) || row.PhoneNumber!.StartsWith(prefix)
                    || row.PostalCode!.StartsWith(prefix) || row.CountryCode!.StartsWith(prefix),
                cancellation))
            {
                found.Add(member);
            }
        }

        return found;
    }

    /// <summary>
    /// Empties fingerprints, but not those of requests to erase: they hold no data of the member, and a retry must get its
    /// answer.
    /// </summary>
    private static Task<int> Blank(IQueryable<StoredAnswer> requests, CancellationToken cancellation) =>
        requests.Where(row => row.Method != nameof(EraseMember)).ExecuteUpdateAsync(set => set.SetProperty(row => row.Fingerprint, Array.Empty<byte>()), cancellation);
}
