using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Tiers;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Rules;

internal static class RuleMapping
{
    private const int _daysOfWeek = 7;
    private const int _monthsOfYear = 12;

    public static PublishProgrammeTerms ToCommand(this V1.ProgrammeTerms terms, CommandContext context) =>
        new(context, new ProgrammeId(terms.ProgrammeId), terms.ToRules()) { FromTime = terms.FromTime?.ToTime() };

    public static ProgrammeRules ToRules(this V1.ProgrammeTerms terms) =>
        new(new LotRule(terms.PendingDays, ToExpiry(terms.Expiry)), ToCaps(terms.Caps))
        {
            Tiers = ToTiers(terms.Tiers),
            Activities = [.. terms.Activities.Select(rule => new ActivityRule(rule.ActivityId, rule.Points, ToCaps(rule.Caps)))],
            Referral = terms.Referral is { } referral
                ? new ReferralRule(referral.ReferrerPoints, referral.ReferredPoints, referral.WithinDays, referral.MaxReferrals)
                : null,
            Inactivity = terms.Inactivity is { } inactivity ? new InactivityRule(inactivity.Months, inactivity.AwardsCount, inactivity.ToMonthEnd) : null,
            ReminderDays = terms.ReminderDays,
            Spending = terms.Spending is { } spending
                ? new SpendingRule(
                    spending.StepPoints, spending.MinPoints, spending.MaxBillPercent, spending.ApprovalAbovePoints, spending.ReservationMinutes, spending.GraceDays)
                : null,
        };

    public static V1.PublishProgrammeTermsResponse ToWire(this ProgrammeTermsPublished made) => new() { Terms = made.Terms.ToWire(), PublishTime = made.Time.ToWire() };

    public static V1.ProgrammeTerms ToWire(this ProgrammeTerms row) => new()
    {
        ProgrammeId = row.ProgrammeId.Value,
        PendingDays = row.Rules.Lots.PendingDays,
        Expiry = row.Rules.Lots.Expiry is { } expiry ? ToWire(expiry) : null,
        Caps = { row.Rules.Caps.Select(ToWire) },
        Tiers = row.Rules.Tiers is { } tiers ? ToWire(tiers) : null,
        Activities =
        {
            row.Rules.Activities.Select(rule => new V1.ActivityRule { ActivityId = rule.Id, Points = rule.Points, Caps = { rule.Caps.Select(ToWire) } }),
        },
        Referral = row.Rules.Referral is { } referral ? ToWire(referral) : null,
        Inactivity = row.Rules.Inactivity is { } rule ? new V1.InactivityRule { Months = rule.Months, AwardsCount = rule.AwardsCount, ToMonthEnd = rule.ToMonthEnd } : null,
        ReminderDays = row.Rules.ReminderDays,
        Spending = row.Rules.Spending is { } spending ? ToWire(spending) : null,
        FromTime = row.FromTime.ToWire(),
        Version = row.Version,
    };

    private static V1.SpendingRule ToWire(SpendingRule rule) => new()
    {
        StepPoints = rule.StepPoints, MinPoints = rule.MinPoints, MaxBillPercent = rule.MaxBillPercent, ApprovalAbovePoints = rule.ApprovalAbovePoints,
        ReservationMinutes = rule.ReservationMinutes, GraceDays = rule.GraceDays,
    };

    private static V1.ReferralRule ToWire(ReferralRule rule) => new()
    {
        ReferrerPoints = rule.ReferrerPoints, ReferredPoints = rule.ReferredPoints, WithinDays = rule.WithinDays, MaxReferrals = rule.MaxReferrals,
    };

    private static TierRule? ToTiers(V1.TierRule? tiers) => tiers is null ? null : new TierRule(
        (TierMeasure)(int)tiers.Measure, tiers.CurrencyCode, tiers.StartMonth, tiers.KeepMonths,
        [.. tiers.Levels.Select(level => new TierLevel(level.TierId, level.Threshold, level.FactorPercent, level.KeepsPoints, level.PausesExpiry))])
    {
        PeriodMonths = tiers.PeriodMonths == 0 ? _monthsOfYear : tiers.PeriodMonths,
        IsRolling = tiers.IsRolling,
    };

    private static V1.TierRule ToWire(TierRule tiers) => new()
    {
        Measure = (V1.TierMeasure)(int)tiers.Measure,
        CurrencyCode = tiers.CurrencyCode,
        StartMonth = tiers.StartMonth,
        KeepMonths = tiers.KeepMonths,
        PeriodMonths = tiers.PeriodMonths,
        IsRolling = tiers.IsRolling,
        Levels =
        {
            tiers.Levels.Select(level => new V1.TierLevel { TierId = level.Id, Threshold = level.Threshold, FactorPercent = level.FactorPercent, KeepsPoints = level.KeepsPoints, PausesExpiry = level.PausesExpiry }),
        },
    };

    public static PublishCampaign ToCommand(this V1.Campaign campaign, CommandContext context) =>
        new(context, new ProgrammeId(campaign.ProgrammeId), campaign.CampaignId, campaign.ToRule());

    public static CampaignRule ToRule(this V1.Campaign campaign) => new(
        campaign.FromTime.ToTime(), campaign.UntilTime.ToTime(), ToFilter(campaign.Filter), (CampaignEffect)(int)campaign.Effect, campaign.Amount,
        campaign.Spend?.ToMoney(), [.. campaign.Bands.Select(band => new Band(band.FromMicros, band.Points))], campaign.Group, ToCaps(campaign.Caps),
        campaign.KeptOnReturn, campaign.PayerId.Length > 0 ? new PartnerId(campaign.PayerId) : null, campaign.BudgetPoints)
    {
        ActivateUntilTime = campaign.ActivateUntilTime?.ToTime(),
    };

    public static V1.PublishCampaignResponse ToWire(this CampaignPublished made) => new() { Campaign = made.Campaign.ToWire(0), PublishTime = made.Time.ToWire() };

    /// <param name="row">The version.</param>
    /// <param name="leftPoints">What the budget has left, if the caller may know it; otherwise 0.</param>
    /// <param name="activation">The calling member's activation; null: none.</param>
    public static V1.Campaign ToWire(this Campaign row, long leftPoints, Activation? activation = null) => new()
    {
        ProgrammeId = row.ProgrammeId.Value,
        CampaignId = row.Id,
        FromTime = row.Rule.FromTime.ToWire(),
        UntilTime = row.Rule.UntilTime.ToWire(),
        Filter = ToWire(row.Rule.Filter),
        Effect = (V1.CampaignEffect)(int)row.Rule.Effect,
        Amount = row.Rule.Amount,
        Spend = row.Rule.Spend?.ToWire(),
        Bands = { row.Rule.Bands.Select(band => new V1.Band { FromMicros = band.FromMicros, Points = band.Points }) },
        Group = row.Rule.Group,
        Caps = { row.Rule.Caps.Select(ToWire) },
        KeptOnReturn = row.Rule.IsKeptOnReturn,
        PayerId = row.Rule.PayerId?.Value ?? "",
        BudgetPoints = row.Rule.BudgetPoints,
        Version = row.Version,
        LeftPoints = leftPoints,
        ActivateUntilTime = row.Rule.ActivateUntilTime?.ToWire(),
        ActivateTime = activation?.Time.ToWire(),
    };

    public static V1.ActivateCampaignResponse ToWire(this CampaignActivated made) => new()
    {
        PaidPoints = made.AmountPoints,
        Purchases = made.Paid.Count,
        AvailablePoints = made.AvailablePoints,
        UsableTime = made.Term.UsableTime?.ToWire(),
    };

    /// <summary>The standing on the wire. Null: the programme has no tiers.</summary>
    public static V1.GetTierResponse ToWire(this TierStanding? found) => found is null ? new V1.GetTierResponse() : new V1.GetTierResponse
    {
        TierId = found.Tier?.Id ?? "",
        UntilTime = found.UntilTime?.ToWire(),
        Counted = found.Counted,
        NextTierId = found.Next?.Id ?? "",
        Missing = found.Next is { } next ? Math.Max(0, next.Threshold - found.Counted) : 0,
        PeriodEndTime = found.PeriodEndTime.ToWire(),
    };

    private static Expiry? ToExpiry(V1.Expiry? expiry) =>
        expiry is null ? null : new Expiry(expiry.Months, expiry.Days, (ExpirySnap)(int)expiry.Snap, expiry.FixedMonth, expiry.FixedDay);

    private static V1.Expiry ToWire(Expiry expiry) => new()
    {
        Months = expiry.Months,
        Days = expiry.Days,
        Snap = (V1.ExpirySnap)(int)expiry.Snap,
        FixedMonth = expiry.FixedMonth,
        FixedDay = expiry.FixedDay,
    };

    private static Cap[] ToCaps(IEnumerable<V1.Cap> caps) => [.. caps.Select(cap => new Cap((CapPeriod)(int)cap.Period, cap.MaxPoints, cap.MaxCount))];

    private static V1.Cap ToWire(Cap cap) => new() { Period = (V1.CapPeriod)(int)cap.Period, MaxPoints = cap.MaxPoints, MaxCount = cap.MaxCount };

    private static CampaignFilter ToFilter(V1.CampaignFilter? filter) => filter is null ? CampaignFilter.All : new CampaignFilter(
        [.. filter.PartnerIds.Distinct().Select(id => new PartnerId(id))], [.. filter.Categories.Distinct()], [.. filter.Channels.Select(channel => (SalesChannel)(int)channel)],
        [.. filter.Weekdays.Select(day => (DayOfWeek)((int)day % _daysOfWeek))], filter.FromMinute, filter.UntilMinute, filter.Minimum?.ToMoney(), filter.Nth, filter.EveryNth)
    {
        Tiers = [.. filter.TierIds.Distinct()],
        Shops = [.. filter.Shops.Distinct()],
        CountsWholePurchase = filter.CountsWholePurchase,
        TogetherDays = filter.TogetherDays,
        NumberPeriod = filter.NumberPeriod == V1.CapPeriod.Unspecified ? CapPeriod.Ever : (CapPeriod)(int)filter.NumberPeriod,
    };

    private static V1.CampaignFilter ToWire(CampaignFilter filter) => new()
    {
        PartnerIds = { filter.Brands.Select(id => id.Value) },
        Categories = { filter.Categories },
        Channels = { filter.Channels.Select(channel => (V1.SalesChannel)(int)channel) },
        Weekdays = { filter.Weekdays.Select(day => (V1.Weekday)(day == DayOfWeek.Sunday ? _daysOfWeek : (int)day)) },
        FromMinute = filter.FromMinute,
        UntilMinute = filter.UntilMinute,
        Minimum = filter.Minimum?.ToWire(),
        Nth = filter.Nth,
        EveryNth = filter.EveryNth,
        TierIds = { filter.Tiers },
        Shops = { filter.Shops },
        CountsWholePurchase = filter.CountsWholePurchase,
        TogetherDays = filter.TogetherDays,
        NumberPeriod = filter.Counts ? (V1.CapPeriod)(int)filter.NumberPeriod : V1.CapPeriod.Unspecified,
    };
}
