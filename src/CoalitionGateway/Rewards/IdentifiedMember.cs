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
/// <param name="Standing">The member's tier and the way to the next one; null: the programme has no tiers.</param>
/// <param name="CampaignIds">The campaigns that run at the brand.</param>
internal sealed record IdentifiedMember(
    Programme Programme, MembershipId MembershipId, Holdings Holdings, long SpendablePoints, TierStanding? Standing,
    IReadOnlyList<string> CampaignIds)
{
    private const int _mostRewards = 20;

    /// <summary>The member's tier; null: none.</summary>
    public string? TierId => Standing?.Tier?.Id;

    /// <summary>The rewards that the member can claim now, the most expensive first.</summary>
    public IReadOnlyList<Reward> Rewards { get; private init; } = [];

    /// <summary>The cheapest reward that the member lacks points for, those with a payout included; null: there is none.</summary>
    public Reward? Next { get; private init; }

    public static IdentifiedMember? Find(WorkingState rows, Membership membership, PartnerId partner, DateTime now)
    {
        if (rows.Find(new Programme.Of(membership.ProgrammeId)) is not { } programme)
        {
            return null;
        }

        var holdings = Holdings.Find(rows, programme.Id, membership.Id, now);
        return new IdentifiedMember(
            programme, membership.Id, holdings,
            ProgrammeTerms.RulesAt(rows, programme.Id, now).Spending?.Within(holdings.AvailablePoints, programme.PointValue) ?? 0,
            TierStanding.Find(rows, membership, now),
            [
                .. Campaign.At(rows.FindAll(new Campaign.ByProgramme(programme.Id)), now)
                    .Where(campaign => campaign.Rule.Filter.Brands.Count == 0 || campaign.Rule.Filter.Brands.Contains(partner))
                        .Select(campaign => campaign.Id),
            ]);
    }

    /// <summary>The member with what they can claim of a catalogue.</summary>
    /// <param name="catalogue">The rewards that are left, the most expensive first.</param>
    public IdentifiedMember With(WorkingState rows, IReadOnlyList<Reward> catalogue, DateTime now)
    {
        var own = catalogue.Where(reward => reward.Runs(now) && reward.IsFor(TierId));
        return this with
        {
            Rewards = [.. own.Where(reward => reward.Rule.Payout is null && reward.NeededPoints <= Holdings.AvailablePoints).Where(MayClaim)
                .Take(_mostRewards)],
            Next = own.Where(reward => reward.NeededPoints > Holdings.AvailablePoints).OrderBy(reward => reward.NeededPoints)
                .FirstOrDefault(MayClaim),
        };

        bool MayClaim(Reward reward) =>
            reward.Rule.MaxPerMember == 0 || Counter.Find(rows, MembershipId, reward.ClaimsRule, "").Count < reward.Rule.MaxPerMember;
    }
}
