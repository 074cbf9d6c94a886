using CoalitionGateway.Client;
using CoalitionGateway.Portal.Layout;
using CoalitionGateway.V1;

namespace CoalitionGateway.Portal.Spending;

/// <summary>The rewards of a programme, as a member sees them.</summary>
internal static class Rewards
{
    /// <summary>The rewards that members can claim now, the cheapest first.</summary>
    public static async Task<IReadOnlyList<Reward>> Claimable(Visit visit, string programmeId)
    {
        var asked = new ListRewardsRequest { ProgrammeId = programmeId, Claimable = true, PageSize = 200 };
        return [.. (await Pages.Of(asked, visit.Gateway.Rewards.ListRewardsAsync, page => page.Rewards, visit.Cancel).ToListAsync(visit.Cancel)).OrderBy(reward => reward.PricePoints)];
    }

    /// <summary>The cheapest reward out of reach, else the dearest in reach; null if there is none.</summary>
    public static Reward? Next(IReadOnlyList<Reward> rewards, long points) =>
        rewards.FirstOrDefault(reward => reward.PricePoints > points) ?? (rewards is [.., var dearest] ? dearest : null);
}
