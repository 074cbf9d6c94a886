using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Compliance;

/// <summary>Reads the officers' records (requests, holds, breaches), and counts for the record of processing.</summary>
internal sealed class ComplianceReader(IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>Requests, ordered by due time.</summary>
    public async Task<IReadOnlyList<DataRequest>> Requests(
        MemberId? member, bool includeClosed, (DateTime Due, EventId Id)? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var (due, id) = after is { } last ? (Ledger.Clock.ToUnixMicroseconds(last.Due), last.Id.Value) : (0L, Guid.Empty);
        return await context.Set<DataRequest>().FromSql($"SELECT * FROM data_request WHERE (due_time, id) > ({due}, {context.Stored(id)})")
            .Where(row => (member == null || row.MemberId == member) && (includeClosed || row.CloseTime == null))
            .OrderBy(row => row.DueTime).ThenBy(row => row.Id).Take(count).ToListAsync(cancellation);
    }

    /// <summary>Holds that were not released, in the order in which they were placed.</summary>
    public async Task<IReadOnlyList<Hold>> Holds(MemberId? member, EventId? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Hold>().FromSql($"SELECT * FROM hold WHERE id > {context.Stored(after?.Value ?? Guid.Empty)}")
            .Where(row => member == null || row.MemberId == member).OrderBy(row => row.Id).Take(count).ToListAsync(cancellation);
    }

    /// <summary>Breaches, the latest first.</summary>
    public async Task<IReadOnlyList<Breach>> Breaches(EventId? before, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var end = before?.Value ?? new Guid(Enumerable.Repeat((byte)0xff, 16).ToArray());
        return await context.Set<Breach>().FromSql($"SELECT * FROM breach WHERE id < {context.Stored(end)}")
            .OrderByDescending(row => row.Id).Take(count).ToListAsync(cancellation);
    }

    /// <summary>The number of members with a membership, and the number of erased members.</summary>
    public async Task<(long Members, long Erased)> Counts(CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var members = await context.Database.SqlQuery<long>($"SELECT count(DISTINCT member_id) AS \"Value\" FROM membership WHERE member_id <> id").SingleAsync(cancellation);
        return (members, await context.Set<Erasure>().LongCountAsync(cancellation));
    }

    /// <summary>All partners, each with its agreed purposes and the number of consents in force for each purpose.</summary>
    /// <param name="validNotices">The valid notice versions. Consents on other versions are not counted.</param>
    /// <param name="now">The time of the count. Consents that expired by then are not counted.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<IReadOnlyList<(Partner Partner, IReadOnlyList<Purpose> Purposes, IReadOnlyDictionary<Purpose, long> InForce)>> Recipients(
        IReadOnlyList<string> validNotices, DateTime now, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var partners = await context.Set<Partner>().OrderBy(row => row.Id).ToListAsync(cancellation);
        var agreed = await context.Set<AgreedPurposes>().ToDictionaryAsync(row => row.PartnerId, cancellation);
        var given = await context.Set<Consent>()
            .Where(row => (row.State == ConsentState.Given || row.State == ConsentState.Renewed) && validNotices.Contains(row.NoticeVersion) && (row.ExpireTime == null || row.ExpireTime > now))
            .GroupBy(row => new { row.PartnerId, row.Purpose }).Select(group => new { group.Key.PartnerId, group.Key.Purpose, Count = group.LongCount() })
            .ToListAsync(cancellation);
        return
        [
            .. partners.Select(partner => (
                partner, agreed.GetValueOrDefault(partner.Id)?.List ?? [],
                (IReadOnlyDictionary<Purpose, long>)given.Where(row => row.PartnerId == partner.Id).ToDictionary(row => row.Purpose, row => row.Count))),
        ];
    }
}
