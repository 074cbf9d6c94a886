using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Rules;

/// <summary>Reads what will expire in a programme. What a sweep has not posted yet is among it.</summary>
internal sealed class ExpiryReader(IDbContextFactory<LedgerContext> contexts)
{
    private const int _mostTimes = 1000;
    private const int _atOnce = 500;

    /// <summary>The points with a date of their own that expire until a time, the earliest first.</summary>
    public async Task<IReadOnlyList<(DateTime EndTime, long Points, long Members)>> Dated(ProgrammeId programme, DateTime until, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var lots = from lot in context.Set<Lot>()
                   where lot.ProgrammeId == programme && lot.ExpireTime != null && lot.ExpireTime <= until
                   join account in context.Set<Account>() on lot.AccountId equals account.Id
                   join pause in context.Set<ExpiryPause>() on lot.MembershipId equals pause.MembershipId into pauses
                   from pause in pauses.DefaultIfEmpty()
                   join inactivity in context.Set<Inactivity>() on lot.MembershipId equals inactivity.MembershipId into inactivities
                   from inactivity in inactivities.DefaultIfEmpty()
                   where EF.Functions.Like(lot.Holder, "%/%") || inactivity == null || inactivity.EndTime > until || lot.ExpireTime < inactivity.EndTime
                   select new
                   {
                       lot.MembershipId, account.BalancePoints,
                       EndTime = pause != null && pause.FromTime <= lot.ExpireTime!.Value && pause.UntilTime > lot.ExpireTime!.Value ? pause.UntilTime : lot.ExpireTime!.Value,
                   };
        var found = await lots.Where(lot => lot.EndTime <= until).GroupBy(lot => lot.EndTime).OrderBy(group => group.Key).Take(_mostTimes)
            .Select(group => new { group.Key, Points = group.Sum(lot => lot.BalancePoints), Members = group.Select(lot => lot.MembershipId).Distinct().LongCount() })
            .ToListAsync(cancellation);
        return [.. found.Select(time => (time.Key, time.Points, time.Members))];
    }

    /// <summary>The points that expire until a time because their members do nothing, without those that have expired before.</summary>
    public async Task<(long Points, long Members)> Inactive(ProgrammeId programme, DateTime until, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var (points, members) = (0L, 0L);
        var ends = from inactivity in context.Set<Inactivity>()
                   join membership in context.Set<Membership>() on inactivity.MembershipId equals membership.Id
                   where membership.ProgrammeId == programme && inactivity.EndTime <= until
                   join pause in context.Set<ExpiryPause>() on inactivity.MembershipId equals pause.MembershipId into pauses
                   from pause in pauses.DefaultIfEmpty()
                   where pause == null || inactivity.EndTime < pause.FromTime || pause.UntilTime <= until
                   orderby inactivity.MembershipId
                   select new { inactivity.MembershipId, inactivity.EndTime };
        foreach (var part in (await ends.ToListAsync(cancellation)).Chunk(_atOnce))
        {
            var endOf = part.ToDictionary(row => row.MembershipId.ToString(), row => row.EndTime, StringComparer.Ordinal);
            string[] holders = [.. endOf.Keys];
            var lots = await context.Set<Lot>().Where(lot => holders.Contains(lot.Holder)).ToListAsync(cancellation);
            var holderOf = lots.Where(lot => !(lot.ExpireTime < endOf[lot.Holder])).Select(lot => (lot.AccountId, lot.Holder))
                .Concat(part.Select(row => (AccountRef.Points(programme, row.MembershipId).Id, row.MembershipId.ToString()))).ToDictionary();
            Guid[] accounts = [.. holderOf.Keys];
            var held = await context.Set<Account>().Where(account => accounts.Contains(account.Id) && account.BalancePoints > 0)
                .Select(account => new { account.Id, account.BalancePoints }).ToListAsync(cancellation);
            points += held.Sum(account => account.BalancePoints);
            members += held.Select(account => holderOf[account.Id]).Distinct(StringComparer.Ordinal).LongCount();
        }

        return (points, members);
    }
}
