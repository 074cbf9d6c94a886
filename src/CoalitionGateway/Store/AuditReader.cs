using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Members;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Store;

internal sealed record ProgrammeSums(ProgrammeId ProgrammeId, long HeldPoints, long OwedPoints, long SumPoints, long EntryCount);

/// <summary>Reads the audit trail and the ledger's sums.</summary>
internal sealed class AuditReader(IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>Events of some kinds, in the order of their ids: that of the time at which they were asked for.</summary>
    public async Task<IReadOnlyList<Event>> Events(
        EventKind[] kinds, IReadOnlyCollection<MemberId>? members, PartnerId? partner, EventId? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var bodies = await context.Events
            .FromSqlRaw(Audited("id > {0}", kinds), context.Stored(after?.Value ?? Guid.Empty))
            .Where(row => (members == null || members.Contains(row.MemberId!.Value)) && (partner == null || row.PartnerId == partner))
            .OrderBy(row => row.Id).Select(row => row.Body).Take(count).ToListAsync(cancellation);
        return [.. bodies.Select(body => EventCodec.Decode(body))];
    }

    /// <summary>
    /// The members that have held a membership number, its present holder first: linking makes a membership another
    /// member's, and what was recorded about the former one stays theirs.
    /// </summary>
    public async Task<IReadOnlyList<MemberId>> Holders(ProgrammeId programme, string number, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var membership = await context.MembershipNumbers.Where(row => row.ProgrammeId == programme && row.Number == number)
            .Join(context.Memberships, row => row.MembershipId, found => found.Id, (_, found) => found).FirstOrDefaultAsync(cancellation);
        var holders = new List<MemberId>();
        for (MemberId? holder = membership?.MemberId; holder is { } known && !holders.Contains(known);)
        {
            holders.Add(known);
            var links = await context.Events
                .FromSqlRaw(Audited("member_id = {0}", EventKind.MembershipLinked), context.Stored(known.Value))
                .Select(row => row.Body).ToListAsync(cancellation);
            holder = links.Select(body => (MembershipLinked)EventCodec.Decode(body))
                .FirstOrDefault(link => link.MembershipId == membership!.Id)?.FormerMemberId;
        }

        return holders;
    }

    /// <summary>The sums of each programme, from the balances: the entries themselves are for <c>coalition verify</c>.</summary>
    public async Task<IReadOnlyList<ProgrammeSums>> Summaries(CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Accounts.GroupBy(account => account.ProgrammeId).OrderBy(group => group.Key)
            .Select(group => new ProgrammeSums(
                group.Key,
                group.Sum(account => account.Kind == AccountKind.Points || account.Kind == AccountKind.PoolShare ? account.BalancePoints : 0),
                -group.Sum(account => account.Kind == AccountKind.Receivable ? account.BalancePoints : 0),
                group.Sum(account => account.BalancePoints),
                group.Sum(account => account.Version)))
            .ToListAsync(cancellation);
    }

    /// <summary>Audited events of some kinds; the kinds stand in the text, so that the partial indexes serve.</summary>
    private static string Audited(string condition, params EventKind[] kinds) =>
        $"SELECT * FROM event WHERE {LedgerContext.IsAudited} AND kind IN ({string.Join(", ", kinds.Select(kind => (int)kind))}) AND {condition}";
}
