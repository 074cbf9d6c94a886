using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Contract;
using CapPeriod = CoalitionGateway.V1.CapPeriod;
using Effect = CoalitionGateway.V1.CampaignEffect;
using Snap = CoalitionGateway.V1.ExpirySnap;

namespace CoalitionGateway.Rules;

/// <summary>Checks rules that no field alone can break: which fields go together. A rule that contradicts itself is refused.</summary>
internal static class RuleFormMapping
{
    private const int _monthsOfYear = 12;

    /// <exception cref="InvalidFieldsException">The fields do not fit together.</exception>
    public static void Check(V1.ProgrammeTerms terms) => InvalidFieldsException.Unless(
    [
        .. terms.Expiry is { } expiry ? Of(expiry) : [],
        .. Of(terms.Caps, "terms.caps"),
        .. terms.Tiers is { } tiers ? Of(tiers) : [],
        .. terms.Activities.SelectMany((rule, i) => Of(rule.Caps, $"terms.activities[{i}].caps")),
        (terms.Activities.DistinctBy(rule => rule.ActivityId).Count() == terms.Activities.Count, "terms.activities", "has an activity twice; send it once."),
        (terms.Referral is not { ReferrerPoints: 0, ReferredPoints: 0 }, "terms.referral", "gives nobody points; set some, or leave referral out."),
    ]);

    /// <exception cref="InvalidFieldsException">The fields do not fit together.</exception>
    public static void Check(V1.Campaign campaign)
    {
        var (effect, filter) = (campaign.Effect, campaign.Filter ?? new V1.CampaignFilter());
        var needsSpend = effect is Effect.PerSpend or Effect.Bands;
        InvalidFieldsException.Unless(
        [
            (campaign.FromTime < campaign.UntilTime, "campaign.until_time", "must be after from_time."),
            (effect == Effect.Bands ? campaign.Amount == 0 : campaign.Amount > 0, "campaign.amount", effect == Effect.Bands ? "must be 0: the bands have the points." : "must be 1 or more."),
            (needsSpend == campaign.Spend is not null, "campaign.spend", needsSpend ? "is missing; the effect needs it." : "must be absent: the effect does not use it."),
            ((effect == Effect.Bands) == (campaign.Bands.Count > 0), "campaign.bands", effect == Effect.Bands ? "is missing; the effect needs it." : "must be empty: the effect does not use it."),
            (campaign.Bands.Zip(campaign.Bands.Skip(1)).All(pair => pair.First.FromMicros < pair.Second.FromMicros && pair.First.Points < pair.Second.Points), "campaign.bands", "must rise in from_micros and in points."),
            (!filter.CountsWholePurchase || filter.Categories.Count > 0, "campaign.filter.counts_whole_purchase", "needs categories."),
            (filter.NumberPeriod == CapPeriod.Unspecified || (filter.NumberPeriod != CapPeriod.Purchase && (filter.Nth > 0 || filter.EveryNth > 0)), "campaign.filter.number_period", "needs nth or every_nth, and is no CAP_PERIOD_PURCHASE."),
            (filter.Nth == 0 || filter.EveryNth == 0, "campaign.filter.every_nth", "must be 0 where nth is set."),
            (filter.TogetherDays == 0 || filter.PartnerIds.Distinct().Count() is >= 2 and <= 5, "campaign.filter.together_days", "needs 2 to 5 partner_ids."),
            (filter.TogetherDays == 0 || (filter.Nth == 0 && filter.EveryNth == 0), "campaign.filter.together_days", "does not go with nth and every_nth."),
            (filter.TogetherDays == 0 || campaign.ActivateUntilTime is null, "campaign.activate_until_time", "must be absent with together_days."),
            (campaign.ActivateUntilTime is null || campaign.ActivateUntilTime <= campaign.UntilTime, "campaign.activate_until_time", "must not be after until_time."),
            (campaign.ActivateUntilTime is null || campaign.Group.Length == 0, "campaign.activate_until_time", "does not go with group."),
            (campaign.PayerId.Length > 0 == campaign.BudgetPoints > 0, "campaign.budget_points", "and payer_id go together: send both or neither."),
            .. Of(campaign.Caps, "campaign.caps"),
        ]);
    }

    private static (bool Holds, string Field, string Problem)[] Of(V1.Expiry expiry) =>
    [
        (expiry.Months > 0 || expiry.Days > 0 || expiry.Snap != Snap.Day, "terms.expiry", "would let points expire on the day of the purchase; set months or days, or leave expiry out."),
        ((expiry.Snap == Snap.FixedDate) == expiry.FixedMonth > 0, "terms.expiry.fixed_month", "is 1 to 12 with EXPIRY_SNAP_FIXED_DATE and otherwise 0."),
        ((expiry.Snap == Snap.FixedDate) == expiry.FixedDay > 0, "terms.expiry.fixed_day", "is 1 to 31 with EXPIRY_SNAP_FIXED_DATE and otherwise 0."),
        (expiry.FixedMonth == 0 || expiry.FixedDay <= DateTime.DaysInMonth(2028, (int)expiry.FixedMonth), "terms.expiry.fixed_day", "is no day of that month."),
    ];

    private static (bool Holds, string Field, string Problem)[] Of(V1.TierRule tiers) =>
    [
        ((tiers.Measure == V1.TierMeasure.Spend) == Currencies.Has(tiers.CurrencyCode), "terms.tiers.currency_code", "is an ISO 4217 currency with TIER_MEASURE_SPEND and otherwise empty."),
        (tiers.IsRolling || tiers.PeriodMonths == 0 || (tiers.PeriodMonths <= _monthsOfYear && _monthsOfYear % tiers.PeriodMonths == 0), "terms.tiers.period_months", "must be 1, 2, 3, 4, 6 or 12, unless the period rolls."),
        (!tiers.IsRolling || tiers.PeriodMonths > 0, "terms.tiers.period_months", "is missing; a rolling period needs it."),
        (tiers.Levels.Zip(tiers.Levels.Skip(1)).All(pair => pair.First.Threshold < pair.Second.Threshold), "terms.tiers.levels", "must rise in threshold."),
        (tiers.Levels.DistinctBy(level => level.TierId).Count() == tiers.Levels.Count, "terms.tiers.levels", "has a tier twice; send it once."),
    ];

    private static IEnumerable<(bool Holds, string Field, string Problem)> Of(IReadOnlyList<V1.Cap> caps, string path) => caps.SelectMany((cap, i) => new[]
    {
        (cap.MaxPoints > 0 || cap.MaxCount > 0, $"{path}[{i}]", "caps nothing; set max_points or max_count."),
        (cap.MaxCount == 0 || cap.Period != CapPeriod.Purchase, $"{path}[{i}].max_count", "must be 0 for one purchase."),
    });
}
