using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Rewards;

internal static class RewardMapping
{
    public static PublishReward ToCommand(this V1.Reward reward, CommandContext context) => new(
        context, new ProgrammeId(reward.ProgrammeId), reward.RewardId,
        new RewardRule(
            reward.PricePoints, [.. reward.Texts.OrderBy(text => text.Language, StringComparer.Ordinal)
                .Select(text => new RewardText(text.Language, text.Name))],
            reward.Value?.ToMoney(), reward.FromTime.ToTime(), reward.UntilTime.ToTime(), reward.StockCount, reward.MaxPerMember,
            reward.VoucherDays,
            [.. reward.TierIds.Order(StringComparer.Ordinal)],
            [.. reward.PartnerIds.Order(StringComparer.Ordinal).Select(id => new PartnerId(id))])
        {
            Channels = [.. reward.Channels.Order().Select(channel => (SalesChannel)(int)channel)],
            EntitlementDays = reward.EntitlementDays,
            PriceMoney = reward.PriceMoney?.ToMoney(),
            IsReturnable = reward.Returnable,
            Payout = reward.Payout is { } payout
                ? new Payout([.. payout.Months.Order().Select(month => (long)month)], payout.Day, payout.LeastPoints, payout.MaxPoints,
                payout.Group) : null,
        });

    public static V1.Reward ToWire(this Reward row, long claimed) => new()
    {
        ProgrammeId = row.ProgrammeId.Value,
        RewardId = row.Id,
        PricePoints = row.Rule.PricePoints,
        PriceMoney = row.Rule.PriceMoney?.ToWire(),
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
        Channels = { row.Rule.Channels.Select(channel => (V1.SalesChannel)(int)channel) },
        EntitlementDays = row.Rule.EntitlementDays,
        Returnable = row.Rule.IsReturnable,
        Payout = row.Rule.Payout is { } payout
            ? new V1.Payout { Months = { payout.Months.Select(month => (V1.Month)(int)month) }, Day = payout.Day,
                LeastPoints = payout.LeastPoints, MaxPoints = payout.MaxPoints, Group = payout.Group }
            : null,
    };

    /// <summary>A reward's names.</summary>
    public static IEnumerable<V1.RewardText> ToTexts(this Reward row) =>
        row.Rule.Texts.Select(text => new V1.RewardText { Language = text.Language, Name = text.Name });

    /// <param name="codeHash">The keyed hash of the payment code; null: none was shown.</param>
    public static ReservePoints ToCommand(this V1.ReservePointsRequest request, Caller caller, string? codeHash) => new(
        caller.NewContext(request.RequestId), caller.PartnerId(), request.RedemptionReference, request.MembershipNumber,
        request.AmountPoints, request.Bill.ToMoney(), request.SpendNow) { CodeHash = codeHash };

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
        PriceMoney = reward.Rule.PriceMoney?.ToWire(),
        ClaimTime = row.ClaimTime.ToWire(),
        ExpireTime = row.ExpireTime.ToWire(),
        UsedBy = row.UsedBy?.Value ?? "",
        UseTime = row.UseTime?.ToWire(),
        Texts = { reward.ToTexts() },
        Count = row.Count,
        Value = reward.WorthOf(row.Count),
        EntitledTime = row.EntitledTime?.ToWire(),
    };

    /// <summary>What a brand that was shown the code may know of a voucher.</summary>
    public static V1.GetVoucherResponse ToWire(this VoucherView found, PartnerId partner, DateTime now)
    {
        var (row, reward) = (found.Voucher!, found.Reward!);
        var isEntitled = row.UsedBy == partner && now < row.EntitledTime;
        return new V1.GetVoucherResponse
        {
            State = isEntitled ? V1.VoucherState.Entitled : row.UseTime is not null
                ? V1.VoucherState.Used : row.ExpireTime <= now ? V1.VoucherState.Expired : V1.VoucherState.Valid,
            Reward = reward.ToWire(reward.Rule.StockCount),
            Count = row.Count,
            Value = reward.WorthOf(row.Count),
            ExpireTime = row.ExpireTime.ToWire(),
            EntitledTime = isEntitled ? row.EntitledTime!.Value.ToWire() : null,
            PriceMoney = isEntitled ? null : reward.Rule.PriceMoney?.ToWire(),
        };
    }

    /// <summary>What a voucher is worth that gives the reward so many times; null: the reward does not say.</summary>
    public static V1.Money? WorthOf(this Reward reward, long count) =>
        reward.Rule.Value is { } value
            ? new Money(value.CurrencyCode, (long)Int128.Min((Int128)value.Micros * count, Money.MaxMicros)).ToWire() : null;

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

    public static V1.ElsewherePoints ToElsewherePoints(this IdentifiedMember found) => new()
    {
        ProgrammeId = found.Programme.Id.Value, SpendablePoints = found.SpendablePoints,
        SpendableValue = Redemption.WorthOf(found.SpendablePoints, found.Programme.PointValue).ToWire(),
    };

    public static V1.ElsewhereReward ToElsewhere(this Reward reward) =>
        new() { ProgrammeId = reward.ProgrammeId.Value, RewardId = reward.Id, PricePoints = reward.Rule.PricePoints,
            PriceMoney = reward.Rule.PriceMoney?.ToWire(), Texts = { reward.ToTexts() } };

    private static V1.ReachedReward ToReached(this Reward reward, long points) =>
        new() { RewardId = reward.Id, PricePoints = reward.Rule.PricePoints, MissingPoints = Math.Max(0, reward.NeededPoints - points),
            PriceMoney = reward.Rule.PriceMoney?.ToWire(), Texts = { reward.ToTexts() } };
}
