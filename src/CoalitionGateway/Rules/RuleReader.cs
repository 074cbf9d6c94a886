using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Rules;

/// <summary>Reads versions of terms and campaigns.</summary>
internal sealed class RuleReader(IDbContextFactory<LedgerContext> contexts)
{
    public async Task<bool> IsProgramme(ProgrammeId id, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Programme>().AnyAsync(row => row.Id == id, cancellation);
    }

    /// <summary>All versions of the rules of a programme; null if there is no such programme.</summary>
    public async Task<RuleBook?> Book(ProgrammeId id, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Programme>().SingleOrDefaultAsync(row => row.Id == id, cancellation) is { } programme
            ? new RuleBook(
                programme,
                await context.Set<Agreement>().Where(row => row.ProgrammeId == id).ToListAsync(cancellation),
                await context.Set<ProgrammeTerms>().Where(row => row.ProgrammeId == id).ToListAsync(cancellation),
                await context.Set<Campaign>().Where(row => row.ProgrammeId == id).ToListAsync(cancellation))
            : null;
    }

    public async Task<bool> IsPartner(PartnerId id, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Partner>().AnyAsync(row => row.Id == id, cancellation);
    }

    /// <summary>The versions of a programme's terms, the newest first.</summary>
    /// <param name="before">The version that the page before ended with; null: from the newest.</param>
    public async Task<IReadOnlyList<ProgrammeTerms>> Terms(ProgrammeId id, long? before, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<ProgrammeTerms>().Where(row => row.ProgrammeId == id && (before == null || row.Version < before))
            .OrderByDescending(row => row.Version).Take(count).ToListAsync(cancellation);
    }

    /// <summary>A programme's campaigns in their latest versions, in the order of their ids, with what their budgets have left.</summary>
    public async Task<IReadOnlyList<(Campaign Campaign, long LeftPoints)>> Campaigns(ProgrammeId id, string? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await context.Set<Campaign>().FromSql(
            $"""
            SELECT * FROM campaign one
            WHERE programme_id = {id.Value} AND id > {after ?? ""}
            AND version = (SELECT max(version) FROM campaign other WHERE other.programme_id = one.programme_id AND other.id = one.id)
            ORDER BY id LIMIT {count}
            """).ToListAsync(cancellation);
        var budgets = found.Where(campaign => campaign.Rule.BudgetPoints > 0).ToDictionary(campaign => campaign.Id, campaign => AccountRef.Budget(id, campaign.Id).Id, StringComparer.Ordinal);
        Guid[] accounts = [.. budgets.Values];
        var left = await context.Set<Account>().Where(row => accounts.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.BalancePoints, cancellation);
        return [.. found.Select(campaign => (campaign, budgets.TryGetValue(campaign.Id, out var account) ? left.GetValueOrDefault(account) : 0))];
    }
}
