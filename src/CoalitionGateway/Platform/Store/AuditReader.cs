using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store;

internal sealed record ProgrammeSums(ProgrammeId ProgrammeId, long HeldPoints, long OwedPoints, long RedeemedPoints, long SumPoints, long EntryCount);

/// <summary>Reads the audit trail and the ledger's sums.</summary>
internal sealed class AuditReader(IDbContextFactory<LedgerContext> contexts)
{
    private static readonly AccountKind[] _held = [.. Enum.GetValues<AccountKind>().Where(kind => kind.IsHeld() || kind.IsPooled())];

    /// <summary>Events of some kinds, in the order in which they were decided, each with its place in the log.</summary>
    /// <param name="after">The log index of the last event of the page before; null: from the beginning.</param>
    public async Task<IReadOnlyList<(long LogIndex, Event Event)>> Events(
        EventKind[] kinds, IReadOnlyCollection<MemberId>? members, PartnerId? partner, long? after, int count, CancellationToken cancellation,
        DateTime? from = null, DateTime? to = null)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await context.Set<StoredEvent>()
            .FromSqlRaw(Audited("log_index > {0}", kinds), after ?? -1)
            .Where(row => (members == null || members.Contains(row.MemberId!.Value)) && (partner == null || row.PartnerId == partner)
                && (from == null || row.Time >= from) && (to == null || row.Time < to)
                && !context.Set<VoidedEvent>().Any(found => found.EventId == row.Id))
            .OrderBy(row => row.LogIndex).Select(row => new { row.LogIndex, row.Body }).Take(count).ToListAsync(cancellation);
        return [.. found.Select(row => (row.LogIndex, EventCodec.Decode(row.Body)))];
    }

    /// <summary>
    /// The ids under which a member was known, the present id first. If all memberships of an id went to another member, the
    /// id leads to that member. Empty: no member has or had the id.
    /// </summary>
    public async Task<IReadOnlyList<MemberId>> Identities(MemberId member, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        if (await Present(context, member, cancellation) is not { } present)
        {
            return [];
        }

        var found = new List<MemberId> { present };
        for (var i = 0; i < found.Count; i++)
        {
            var came = await Came(context, found[i], cancellation);
            found.AddRange(came.Select(made => made.FormerMemberId).Where(former => !found.Contains(former)).Distinct());
        }

        return found;
    }

    public async Task<bool> Has(PartnerId partner, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Partner>().AnyAsync(row => row.Id == partner, cancellation);
    }

    /// <summary>Whether a version of the notice was ever published.</summary>
    public async Task<bool> HasNotice(string version, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<PublishedNotice>().AnyAsync(row => row.Version == version, cancellation);
    }

    /// <summary>The member's erasure; null if the member was not erased.</summary>
    public async Task<Erasure?> Erasure(MemberId member, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Erasure>().FirstOrDefaultAsync(row => row.MemberId == member, cancellation);
    }

    private static async Task<MemberId?> Present(LedgerContext context, MemberId member, CancellationToken cancellation)
    {
        if (await context.Set<Membership>().AnyAsync(row => row.MemberId == member, cancellation) || await context.Set<Erasure>().AnyAsync(row => row.MemberId == member, cancellation))
        {
            return member;
        }

        var moved = await context.Set<StoredEvent>()
            .FromSqlRaw(Audited("member_id = {0}", EventKind.Of<MembershipMoved>()), context.Stored(member.Value))
            .OrderByDescending(row => row.LogIndex).Select(row => row.Body).FirstOrDefaultAsync(cancellation);
        return moved is null ? null : (await Remaining(context, ((MembershipMoved)EventCodec.Decode(moved)).MembershipId, cancellation)).MemberId;
    }

    /// <summary>A membership, or the one that it was merged into.</summary>
    private static async Task<Membership> Remaining(LedgerContext context, MembershipId id, CancellationToken cancellation)
    {
        var found = await context.Set<Membership>().FirstAsync(row => row.Id == id, cancellation);
        return found.MergedIntoId is { } into ? await context.Set<Membership>().FirstAsync(row => row.Id == into, cancellation) : found;
    }

    /// <summary>The memberships that came to a member from others, in the order of the log.</summary>
    private static async Task<IReadOnlyList<MembershipCame>> Came(LedgerContext context, MemberId member, CancellationToken cancellation)
    {
        var bodies = await context.Set<StoredEvent>()
            .FromSqlRaw(Audited("member_id = {0}", [.. MembershipCame.Kinds]), context.Stored(member.Value))
            .OrderBy(row => row.LogIndex).Select(row => row.Body).ToListAsync(cancellation);
        return [.. bodies.Select(body => (MembershipCame)EventCodec.Decode(body))];
    }

    /// <summary>
    /// The members that have held a membership number, or one that was merged with it, the present holder first. Linking moves
    /// a membership to another member, but the records about the former holder stay with that holder.
    /// </summary>
    public async Task<IReadOnlyList<MemberId>> Holders(ProgrammeId programme, string number, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var membership = await context.Set<MembershipNumber>().Where(row => row.ProgrammeId == programme && row.Number == number)
            .Join(context.Set<Membership>(), row => row.MembershipId, found => found.Id, (_, found) => found).FirstOrDefaultAsync(cancellation);
        return membership is null ? [] : [.. (await History(context, membership, cancellation)).Select(found => found.MemberId).Distinct()];
    }

    /// <summary>
    /// Who held a membership, and each membership that was merged into it, the present holder first. Movements before a move
    /// are in the log of the holder at that time.
    /// </summary>
    public static async Task<IReadOnlyList<(MemberId MemberId, MembershipId MembershipId)>> History(
        LedgerContext context, Membership membership, CancellationToken cancellation)
    {
        var found = new List<(MemberId MemberId, MembershipId MembershipId)> { (membership.MemberId, membership.Id) };
        for (var i = 0; i < found.Count; i++)
        {
            var came = await Came(context, found[i].MemberId, cancellation);
            found.AddRange(came
                .Where(made => made.MembershipId == found[i].MembershipId || (made is MembershipsMerged { IntoId: var into } && into == found[i].MembershipId))
                .Select(made => (made.FormerMemberId, made.MembershipId)).Where(holder => !found.Contains(holder)).ToArray());
        }

        return found;
    }

    /// <summary>
    /// The notices in force at a time, of those published by then. Before the first publication, the earliest notice counts.
    /// </summary>
    public async Task<NoticesInForce> NoticesAt(NoticesInForce now, DateTime time, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var all = await context.Set<PublishedNotice>().OrderBy(row => row.PublishTime).ThenBy(row => row.Version).ToListAsync(cancellation);
        var published = all.TakeWhile((row, i) => i == 0 || row.PublishTime <= time).ToList();
        var material = published.FindLastIndex(row => row.IsMaterial);
        return published.Count == 0 ? now : now with { Current = published[^1].Version, Valid = [.. published.Skip(Math.Max(0, material)).Select(row => row.Version)] };
    }

    /// <summary>
    /// The number of members whose data was released between two times, and the number of answers that released it.
    /// </summary>
    /// <param name="partner">Counts releases to this partner; null: to any partner.</param>
    public async Task<(long Members, long Disclosures)> Released(PartnerId? partner, DateTime from, DateTime to, CancellationToken cancellation)
    {
        const int atOnce = 1000;
        var (members, disclosures) = (new HashSet<MemberId>(), 0L);
        long? after = null;
        while (await Events([EventKind.Of<MemberDisclosed>()], null, partner, after, atOnce, cancellation, from, to) is { Count: > 0 } found)
        {
            foreach (var made in found.Select(row => (MemberDisclosed)row.Event).Where(made => made.Released.Count > 0))
            {
                members.Add(made.MemberId);
                disclosures++;
            }

            after = found[^1].LogIndex;
        }

        return (members.Count, disclosures);
    }

    /// <summary>All events of some kinds up to a time, in the order in which they were decided.</summary>
    /// <param name="members">Only events about these members; null: events about any member, or about none.</param>
    public async Task<IReadOnlyList<Event>> EventsUntil(
        EventKind[] kinds, IReadOnlyCollection<MemberId>? members, DateTime until, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var bodies = await context.Set<StoredEvent>()
            .FromSqlRaw(Audited("log_index >= {0}", kinds), 0L)
            .Where(row => (members == null || members.Contains(row.MemberId!.Value)) && row.Time <= until
                && !context.Set<VoidedEvent>().Any(found => found.EventId == row.Id))
            .OrderBy(row => row.LogIndex).Select(row => row.Body).ToListAsync(cancellation);
        return [.. bodies.Select(body => EventCodec.Decode(body))];
    }

    /// <summary>
    /// Consents in force that were given on a version of the notice, in the order of member, partner and purpose.
    /// </summary>
    /// <param name="language">Empty: any language.</param>
    public async Task<IReadOnlyList<Consent>> ConsentsOn(
        string version, string language, (MemberId Member, string Partner, Purpose Purpose)? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var (member, partner, purpose) = after is { } row ? (row.Member.Value, row.Partner, (int)row.Purpose) : (Guid.Empty, "", 0);
        return await context.Set<Consent>().FromSql(
            $"""
            SELECT * FROM consent WHERE notice_version = {version} AND ({language} = '' OR notice_language = {language})
              AND state IN ({(int)ConsentState.Given}, {(int)ConsentState.Renewed})
              AND (member_id, partner_id, purpose) > ({context.Stored(member)}, {partner}, {purpose})
            ORDER BY member_id, partner_id, purpose LIMIT {count}
            """).ToListAsync(cancellation);
    }

    /// <summary>
    /// The sums of each programme, from the balances. <c>coalition verify</c> checks the entries themselves.
    /// </summary>
    public async Task<IReadOnlyList<ProgrammeSums>> Summaries(CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Account>().GroupBy(account => account.ProgrammeId).OrderBy(group => group.Key)
            .Select(group => new ProgrammeSums(
                group.Key,
                group.Sum(account => _held.Contains(account.Kind) ? account.BalancePoints : 0),
                -group.Sum(account => account.Kind == AccountKind.Receivable ? account.BalancePoints : 0),
                group.Sum(account => account.Kind == AccountKind.Redeemed ? account.BalancePoints : 0),
                group.Sum(account => account.BalancePoints),
                group.Sum(account => account.Version)))
            .ToListAsync(cancellation);
    }

    /// <summary>
    /// SQL for audited events of some kinds. The kinds are literals in the text, so that the partial indexes can be used.
    /// </summary>
    private static string Audited(string condition, params EventKind[] kinds) =>
        $"SELECT * FROM event WHERE {LedgerContext.IsAudited} AND kind IN ({string.Join(", ", kinds.Select(kind => kind.Number))}) AND {condition}";
}
