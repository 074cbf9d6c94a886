using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Rewards;

internal static class RewardMapping
{
    public static PublishReward ToCommand(this V1.Reward reward, CommandContext context) => new(
        context, new ProgrammeId(reward.ProgrammeId), reward.RewardId,
        new RewardRule(
            reward.PricePoints, [.. reward.Texts.OrderBy(text => text.Language, StringComparer.Ordinal).Select(text => new RewardText(text.Language, text.Name))],
            reward.Value?.ToMoney(), reward.FromTime.ToTime(), reward.UntilTime.ToTime(), reward.StockCount, reward.MaxPerMember, reward.VoucherDays,
            [.. reward.TierIds.Order(StringComparer.Ordinal)], [.. reward.PartnerIds.Order(StringComparer.Ordinal).Select(id => new PartnerId(id))]));

    public static V1.Reward ToWire(this Reward row, long claimed) => new()
    {
        ProgrammeId = row.ProgrammeId.Value,
        RewardId = row.Id,
        PricePoints = row.Rule.PricePoints,
        Texts = { row.ToTexts() },
        Value = row.Rule.Value?.ToWire(),
        FromTime = row.Rule.FromTime.ToWire(),
        UntilTime = row.Rule.UntilTime.ToWire(),
        StockCount = row.Rule.StockCount,
        MaxPerMember = row.Rule.MaxPerMember,
        VoucherDays = row.Rule.VoucherDays,
        TierIds = { row.Rule.TierIds },
        PartnerIds = { row.Rule.Partners.Select(id => id.Value) },
        Version = row.Version,
        LeftCount = row.Rule.StockCount > 0 ? Math.Max(0, row.Rule.StockCount - claimed) : 0,
    };

    /// <summary>A reward's names.</summary>
    public static IEnumerable<V1.RewardText> ToTexts(this Reward row) => row.Rule.Texts.Select(text => new V1.RewardText { Language = text.Language, Name = text.Name });

    public static ReservePoints ToCommand(this V1.ReservePointsRequest request, Caller caller) => new(
        caller.NewContext(request.RequestId), caller.PartnerId(), request.RedemptionReference, request.MembershipNumber,
        request.AmountPoints, request.Bill.ToMoney(), request.SpendNow);

    /// <param name="state">The state now.</param>
    public static V1.Redemption ToWire(this Redemption row, RedemptionState state) => new()
    {
        RedemptionId = row.Id.ToString(),
        PartnerId = row.PartnerId.Value,
        RedemptionReference = row.Reference,
        ProgrammeId = row.ProgrammeId.Value,
        State = (V1.RedemptionState)(int)state,
        AmountPoints = row.Points,
        Value = row.Worth(state == RedemptionState.Captured ? row.CapturedPoints : row.Points).ToWire(),
        CapturedPoints = row.CapturedPoints,
        RefundedPoints = row.RefundedPoints,
        NeedsApproval = row.NeedsApproval && row.ApproveTime is null && state == RedemptionState.Reserved,
        ReserveTime = row.ReserveTime.ToWire(),
        ExpireTime = row.ExpireTime.ToWire(),
    };

    /// <param name="reward">The version that was claimed.</param>
    public static V1.Voucher ToWire(this Voucher row, Reward reward, string code) => new()
    {
        VoucherId = row.Id.ToString(),
        VoucherCode = code,
        ProgrammeId = row.ProgrammeId.Value,
        RewardId = row.RewardId,
        RewardVersion = row.RewardVersion,
        PricePoints = row.PricePoints,
        ClaimTime = row.ClaimTime.ToWire(),
        ExpireTime = row.ExpireTime.ToWire(),
        UsedBy = row.UsedBy?.Value ?? "",
        UseTime = row.UseTime?.ToWire(),
        Texts = { reward.ToTexts() },
    };

    public static V1.IdentifyMemberResponse ToWire(this IdentifiedMember found)
    {
        var (points, value) = (found.Holdings.AvailablePoints, found.Programme.PointValue);
        return new V1.IdentifyMemberResponse
        {
            Balance = found.Holdings.ToWire(value, isMembers: false),
            SpendablePoints = found.SpendablePoints,
            SpendableValue = Redemption.WorthOf(found.SpendablePoints, value).ToWire(),
            TierId = found.TierId ?? "",
            Rewards = { found.Rewards.Select(reward => reward.ToReached(points)) },
            NextReward = found.Next?.ToReached(points),
            CampaignIds = { found.CampaignIds },
        };
    }

    private static V1.ReachedReward ToReached(this Reward reward, long points) =>
        new() { RewardId = reward.Id, PricePoints = reward.Rule.PricePoints, MissingPoints = Math.Max(0, reward.Rule.PricePoints - points), Texts = { reward.ToTexts() } };
}
