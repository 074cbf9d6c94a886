using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Rewards;

namespace CoalitionGateway.Rewards;

/// <summary>What a member at a till of the programme's own brand could use now.</summary>
/// <param name="SpendablePoints">The most points that can be spent at once.</param>
/// <param name="Rewards">The rewards that the member may claim, if they had the points, the most expensive first.</param>
/// <param name="CampaignIds">The campaigns that run at the brand.</param>
internal sealed record IdentifiedMember(
    Programme Programme, Holdings Holdings, long SpendablePoints, string? TierId, IReadOnlyList<Reward> Rewards, IReadOnlyList<string> CampaignIds)
{
    public static IdentifiedMember? Find(WorkingState rows, Membership membership, PartnerId partner, DateTime now)
    {
        if (rows.Find(new Programme.Of(membership.ProgrammeId)) is not { } programme)
        {
            return null;
        }

        var holdings = Holdings.Find(rows, programme.Id, membership.Id, now);
        var tier = TierStanding.Find(rows, membership, now)?.Tier?.Id;
        var rewards = Reward.Latest(rows.FindAll(new Reward.ByProgramme(programme.Id))).Where(reward => reward.Runs(now) && reward.IsFor(tier))
            .Where(reward => HasLeft(rows, membership.Id, reward)).OrderByDescending(reward => reward.Rule.PricePoints).ToArray();
        return new IdentifiedMember(
            programme, holdings, ProgrammeTerms.RulesAt(rows, programme.Id, now).Spending?.Within(holdings.AvailablePoints) ?? 0, tier, rewards,
            [
                .. Campaign.At(rows.FindAll(new Campaign.ByProgramme(programme.Id)), now)
                    .Where(campaign => campaign.Rule.Filter.Brands.Count == 0 || campaign.Rule.Filter.Brands.Contains(partner)).Select(campaign => campaign.Id),
            ]);
    }

    /// <summary>Whether some of a reward is left, and the member has not claimed as many as each member can.</summary>
    private static bool HasLeft(WorkingState rows, MembershipId membership, Reward reward)
    {
        var stock = reward.Rule.StockCount > 0 ? RewardStock.Find(rows, reward.ProgrammeId, reward.Id).ClaimedCount : 0;
        var own = reward.Rule.MaxPerMember > 0 ? Counter.Find(rows, membership, reward.ClaimsRule, "").Count : 0;
        return (reward.Rule.StockCount == 0 || stock < reward.Rule.StockCount) && (reward.Rule.MaxPerMember == 0 || own < reward.Rule.MaxPerMember);
    }
}
