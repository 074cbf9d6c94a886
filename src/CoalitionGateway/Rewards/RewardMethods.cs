using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Rewards;

internal sealed class PublishRewardMethod(LedgerStore store) : GovernedMethod<V1.PublishRewardRequest, RewardPublished, V1.PublishRewardResponse>
{
    protected override Command ToCommand(V1.PublishRewardRequest request, CommandContext context)
    {
        var reward = request.Reward;
        InvalidFieldsException.Unless(
            (reward.FromTime < reward.UntilTime, "reward.until_time", "must be after from_time."),
            (reward.Texts.All(text => Languages.All.Contains(text.Language)), "reward.texts",
                $"has an unknown language; use {string.Join(", ", Languages.All)}."),
            (reward.Texts.DistinctBy(text => text.Language).Count() == reward.Texts.Count, "reward.texts",
                "has a language twice; send it once."),
            (reward.TierIds.Distinct().Count() == reward.TierIds.Count, "reward.tier_ids", "has a tier twice; send it once."),
            (reward.PartnerIds.Distinct().Count() == reward.PartnerIds.Count, "reward.partner_ids", "has a brand twice; send it once."),
            (reward.Payout is not { MaxPoints: > 0 } capped
                || capped.MaxPoints / reward.PricePoints * reward.PricePoints >= Math.Max(capped.LeastPoints, reward.PricePoints),
                "reward.payout.max_points", "must be 0, or as large as a multiple of price_points that is at least least_points."),
            (!reward.Returnable || reward.EntitlementDays == 0, "reward.returnable",
                "must be false with entitlement_days: an entitlement that has begun is not given back."),
            (reward.PriceMoney is null || reward.Payout is null, "reward.price_money",
                "must be absent with a payout: members do not ask for its vouchers."),
            (reward.Version == 0, "reward.version", "must be 0: the gateway numbers the versions."),
            (reward.LeftCount == 0, "reward.left_count", "must be 0: send stock_count."));
        return reward.ToCommand(context);
    }

    protected override async Task<V1.PublishRewardRequest?> Before(V1.PublishRewardRequest request, CancellationToken cancellation) =>
        await store.Read(rows => Reward.Latest(rows, new ProgrammeId(request.Reward.ProgrammeId), request.Reward.RewardId), cancellation) is { } found
            ? new V1.PublishRewardRequest { Reward = found.ToWire(0) } : null;

    protected override async Task<V1.PublishRewardResponse> Answer(RewardPublished made)
    {
        var claimed = await store.Read(rows => RewardStock.Find(rows, made.ProgrammeId, made.RewardId).ClaimedCount, CancellationToken.None);
        return new V1.PublishRewardResponse { Reward = made.Reward.ToWire(claimed), PublishTime = made.Time.ToWire() };
    }
}
