using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Rewards;

/// <summary>Reads lists of rewards, redemptions and vouchers.</summary>
internal sealed class RewardReader(IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>
    /// A programme's rewards in their latest versions, in the order of their ids, with how many were claimed; null if there is no
    /// such programme.
    /// </summary>
    /// <param name="runs">The time at which they run; null: any.</param>
    /// <param name="withPayouts">Whether those with a payout are included, which members do not claim.</param>
    public async Task<IReadOnlyList<(Reward Reward, long Claimed)>?> Rewards(
        ProgrammeId id, string? after, DateTime? runs, bool withPayouts, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        if (!await context.Set<Programme>().AnyAsync(row => row.Id == id, cancellation))
        {
            return null;
        }

        var found = new List<(Reward Reward, long Claimed)>();
        for (var isLast = false; !isLast && found.Count < count; )
        {
            var wanted = count - found.Count;
            var page = await Latest(context, id, after, wanted, cancellation);
            (isLast, after) = (page.Count < wanted, page.Count > 0 ? page[^1].Reward.Id : after);

            // The times are inside the rules.
            found.AddRange(page.Where(row => (runs is not { } time || row.Reward.Runs(time))
                && (withPayouts || row.Reward.Rule.Payout is null)));
        }

        return found;
    }

    /// <summary>The latest versions of the next rewards, and how many were claimed.</summary>
    private static async Task<IReadOnlyList<(Reward Reward, long Claimed)>> Latest(
        LedgerContext context, ProgrammeId id, string? after, int count, CancellationToken cancellation)
    {
        var page = await context.Set<Reward>().FromSqlRaw(
            """
            SELECT reward.* FROM reward
            WHERE reward.programme_id = {0} AND reward.id > {1} AND NOT EXISTS (
              SELECT 1 FROM reward AS later WHERE later.programme_id = reward.programme_id AND later.id = reward.id
                AND later.version > reward.version)
            ORDER BY reward.id LIMIT {2}
            """, id.Value, after ?? "", count).ToListAsync(cancellation);
        string[] ids = count == int.MaxValue ? [] : [.. page.Select(row => row.Id)];
        var claimed = await context.Set<RewardStock>()
            .Where(row => row.ProgrammeId == id && (count == int.MaxValue || ids.Contains(row.RewardId)))
            .ToDictionaryAsync(row => row.RewardId, row => row.ClaimedCount, cancellation);
        return [.. page.Select(reward => (reward, claimed.GetValueOrDefault(reward.Id)))];
    }

    /// <summary>The programmes that have rewards.</summary>
    public async Task<IReadOnlyList<ProgrammeId>> ProgrammesWithRewards(CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Reward>().Select(row => row.ProgrammeId).Distinct().ToListAsync(cancellation);
    }

    /// <summary>
    /// Members of a programme with at least so many points, in the order of their memberships' ids. Points that have expired and
    /// are not swept yet count; the rule that decides looks again.
    /// </summary>
    /// <param name="after">The last membership of the page before; null: from the first.</param>
    /// <param name="now">Points that become usable later do not count.</param>
    /// <returns>The members of the page, and its last membership; null: it was the last page.</returns>
    public async Task<(IReadOnlyList<(MembershipId MembershipId, MemberId MemberId)> Holders, MembershipId? After)> Holders(
        ProgrammeId programme, long least, MembershipId? after, DateTime now, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var page = await context.Set<Membership>().FromSqlRaw(
            "SELECT * FROM membership WHERE programme_id = {0} AND id > {1} AND merged_into_id IS NULL ORDER BY id LIMIT {2}",
            programme.Value, context.Stored(after?.Value ?? Guid.Empty), count).ToListAsync(cancellation);
        MembershipId[] ids = [.. page.Select(row => row.Id)];
        var lots = await context.Set<Lot>().Where(row => ids.Contains(row.MembershipId))
            .Select(row => new { row.MembershipId, row.AccountId, row.Holder, row.UsableTime }).ToListAsync(cancellation);
        var accounts = page.ToDictionary(row => AccountRef.Points(programme, row.Id).Id, row => row.Id);
        foreach (var lot in lots.Where(lot => lot.Holder == lot.MembershipId.ToString() && !(lot.UsableTime > now)))
        {
            accounts[lot.AccountId] = lot.MembershipId;
        }

        Guid[] all = [.. accounts.Keys];
        var held = await context.Set<Account>().Where(row => all.Contains(row.Id)).Select(row => new { row.Id, row.BalancePoints })
            .ToListAsync(cancellation);
        var points = held.GroupBy(row => accounts[row.Id]).ToDictionary(group => group.Key, group => group.Sum(row => row.BalancePoints));
        return ([.. page.Where(row => !row.IsErased && points.GetValueOrDefault(row.Id) >= least).Select(row => (row.Id, row.MemberId))],
            page.Count < count ? null : page[^1].Id);
    }

    /// <summary>A purchase with its event, or a return, of a partner's reference; null if there is none.</summary>
    public async Task<(Purchase Row, PurchaseRecorded? Made)?> Purchase(PartnerId partner, string reference, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await context.Set<Purchase>().Where(row => row.PartnerId == partner && row.Reference == reference)
            .Join(context.Set<StoredEvent>(), row => row.EventId, stored => stored.Id, (row, stored) => new { Row = row, stored.Body })
                .SingleOrDefaultAsync(cancellation);
        return found is null ? null : (found.Row, EventCodec.Decode(found.Body) as PurchaseRecorded);
    }

    /// <summary>Redemptions at a brand, the newest first: their ids are time-ordered.</summary>
    public async Task<IReadOnlyList<Redemption>> Redemptions(PartnerId partner, EventId? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Redemption>().FromSql(
            $"""
            SELECT * FROM redemption WHERE partner_id = {partner.Value} AND id < {context.Stored(after?.Value ?? Guid.AllBitsSet)}
            ORDER BY id DESC LIMIT {count}
            """)
            .ToListAsync(cancellation);
    }

    /// <summary>A member's redemptions, the newest first, those of merged memberships included.</summary>
    public async Task<IReadOnlyList<Redemption>> Redemptions(MemberId member, EventId? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Redemption>().FromSqlRaw(
            $$"""
            SELECT redemption.* FROM redemption
            WHERE redemption.membership_id IN ({{LedgerContext.MembershipsOfMember}})
              AND redemption.id < {1}
            ORDER BY redemption.id DESC LIMIT {2}
            """, context.Stored(member.Value), context.Stored(after?.Value ?? Guid.AllBitsSet), count).ToListAsync(cancellation);
    }

    /// <summary>A member's vouchers, the newest first, those of merged memberships included.</summary>
    public async Task<IReadOnlyList<Voucher>> Vouchers(MemberId member, EventId? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Voucher>().FromSqlRaw(
            $$"""
            SELECT voucher.* FROM voucher
            WHERE voucher.membership_id IN ({{LedgerContext.MembershipsOfMember}})
              AND voucher.id < {1}
            ORDER BY voucher.id DESC LIMIT {2}
            """, context.Stored(member.Value), context.Stored(after?.Value ?? Guid.AllBitsSet), count).ToListAsync(cancellation);
    }
}
