using System.Numerics;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>A purchase as the model sees it. The day and the minute are those of the programme's zone.</summary>
internal sealed record ModelFacts(PartnerId Partner, Money Amount, DateTime Time, PurchaseDetails? Details, DateOnly Day, int Minute)
{
    public IReadOnlyList<PurchaseLine> Lines { get; } = Details?.Lines ?? [];

    public long PaidMicros { get; } = Details?.PaidWithPointsMicros ?? 0;

    /// <summary>The tier in which the purchase earns; null: none.</summary>
    public TierLevel? Tier { get; set; }
}

/// <summary>The points that one rule gives for one purchase, before caps and budgets, in exact fractions.</summary>
internal static class ModelPoints
{
    /// <param name="lines">Empty: the whole amount.</param>
    public static long Base(Terms terms, Money amount, IEnumerable<PurchaseLine> lines, long paidMicros, ModelFault fault)
    {
        var rate = terms.Rates.Single(found => found.Spend.CurrencyCode == amount.CurrencyCode);
        if (amount.Micros < rate.MinimumMicros && fault != ModelFault.IgnoresMinimum)
        {
            return 0;
        }

        // The amount that earns, as a fraction of micros.
        var (top, bottom) = (Weighed(terms, amount, [.. lines], fault), (BigInteger)100);
        if (fault != ModelFault.EarnsOnPaidWithPoints)
        {
            (top, bottom) = (top * (amount.Micros - paidMicros), bottom * amount.Micros);
        }

        if (rate.WholeSpendOnly && fault != ModelFault.EarnsOnPartOfSpend)
        {
            return (long)(top / (bottom * rate.Spend.Micros)) * rate.Points;
        }

        (top, bottom) = (top * rate.Points, bottom * rate.Spend.Micros);
        var rounding = fault == ModelFault.RoundsUp && terms.Rounding == Rounding.Down ? Rounding.Up : terms.Rounding;
        return rounding switch
        {
            Rounding.Down => (long)(top / bottom),
            Rounding.Nearest => (long)(((2 * top) + bottom) / (2 * bottom)),
            _ => (long)((top + bottom - 1) / bottom),
        };
    }

    public static bool Counts(CampaignRule rule, ModelFacts facts)
    {
        var filter = rule.Filter;
        var isInHours = true;
        if (filter.FromMinute < filter.UntilMinute)
        {
            isInHours = facts.Minute >= filter.FromMinute && facts.Minute < filter.UntilMinute;
        }
        else if (filter.UntilMinute != 0 || filter.FromMinute != 0)
        {
            isInHours = !(facts.Minute < filter.FromMinute && facts.Minute >= filter.UntilMinute);
        }

        var hasBrand = filter.Brands.Count == 0 || filter.Brands.Any(brand => brand == facts.Partner);
        var hasCategory = filter.Categories.Count == 0 || Matching(rule, facts).Any(line => line.AmountMicros >= 0);
        var hasChannel = filter.Channels.Count == 0 || filter.Channels.Any(channel => channel == (facts.Details?.Channel ?? SalesChannel.Unspecified));
        var hasWeekday = filter.Weekdays.Count == 0 || filter.Weekdays.Any(weekday => weekday == facts.Day.DayOfWeek);
        var hasTier = filter.Tiers.Count == 0 || (facts.Tier is { } tier && filter.Tiers.Any(id => id == tier.Id));
        var hasMinimum = filter.Minimum is null || (filter.Minimum.Value.CurrencyCode == facts.Amount.CurrencyCode && filter.Minimum.Value.Micros <= facts.Amount.Micros);
        return isInHours && hasBrand && hasCategory && hasChannel && hasWeekday && hasTier && hasMinimum;
    }

    public static long Wanted(CampaignRule rule, ModelFacts facts, Terms terms, ModelFault fault)
    {
        if (facts.PaidMicros == facts.Amount.Micros && fault != ModelFault.AwardsWhatPointsPaid)
        {
            return 0;
        }

        var lines = Matching(rule, facts);
        var hasCategories = rule.Filter.Categories.Count > 0;
        BigInteger micros = facts.Amount.Micros;
        if (hasCategories)
        {
            micros = BigInteger.Max(0, lines.Sum(line => line.AmountMicros));
        }

        var earning = (long)(micros * (facts.Amount.Micros - facts.PaidMicros) / facts.Amount.Micros);
        switch (rule.Effect)
        {
            case CampaignEffect.Percent:
                return (long)((BigInteger)Base(terms, facts.Amount, lines, facts.PaidMicros, fault) * rule.Amount / 100);
            case CampaignEffect.Fixed:
                return rule.Amount;
            case CampaignEffect.PerUnit:
                return Math.Max(0, lines.Sum(line => line.QuantityThousandths)) / 1000 * rule.Amount;
            default:
                if (rule.Spend!.Value.CurrencyCode != facts.Amount.CurrencyCode)
                {
                    return 0;
                }

                return rule.Effect == CampaignEffect.PerSpend ? earning / rule.Spend.Value.Micros * rule.Amount : OfBand(rule, earning);
        }
    }

    public static long OfBand(CampaignRule rule, long micros)
    {
        var points = 0L;
        foreach (var band in rule.Bands)
        {
            points = micros >= band.FromMicros ? band.Points : points;
        }

        return points;
    }

    private static PurchaseLine[] Matching(CampaignRule rule, ModelFacts facts) =>
        [.. facts.Lines.Where(line => rule.Filter.Categories.Count == 0 || rule.Filter.Categories.Any(category => category == line.Category))];

    /// <summary>The amount with the factors of its lines, in hundredths of micros.</summary>
    private static BigInteger Weighed(Terms terms, Money amount, PurchaseLine[] lines, ModelFault fault)
    {
        if (lines.Length == 0)
        {
            return (BigInteger)amount.Micros * 100;
        }

        BigInteger sum = 0;
        foreach (var line in lines)
        {
            var factor = terms.Categories.SingleOrDefault(found => found.Category == line.Category)?.FactorPercent ?? 100;
            sum += (BigInteger)line.AmountMicros * (fault == ModelFault.ForgetsCategoryFactors ? 100 : factor);
        }

        return BigInteger.Max(0, sum);
    }
}
