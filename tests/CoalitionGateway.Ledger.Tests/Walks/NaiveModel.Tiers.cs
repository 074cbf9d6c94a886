using System.Numerics;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>A tier that a membership has for some time.</summary>
internal sealed record ModelTier(MembershipId Membership, string Id, DateTime From, DateTime Until);

/// <summary>Tiers: what counts towards them, found anew from all purchases, and for how long they are kept, day by day.</summary>
internal sealed partial class NaiveModel
{
    private readonly List<ModelTier> _tiers = [];

    /// <summary>The highest tier of a rule that a membership has at a time; null: none.</summary>
    private TierLevel? TierAt(TierRule? rule, MembershipId membership, DateTime time)
    {
        TierLevel? highest = null;
        foreach (var level in rule?.Levels ?? [])
        {
            if (_tiers.Any(tier => tier.Membership == membership && tier.Id == level.Id && tier.From <= time && IsKept(tier, time)))
            {
                highest = level;
            }
        }

        return highest;
    }

    /// <summary>The end of the tier in which a purchase earns, if no points expire in it; null: they do.</summary>
    private DateTime? PausedUntil(ModelFacts facts, MembershipId membership) => facts.Tier is { PausesExpiry: true } held
        ? _tiers.Where(tier => tier.Membership == membership && tier.Id == held.Id && tier.From <= facts.Time && facts.Time < tier.Until).Max(tier => (DateTime?)tier.Until)
        : null;

    private bool IsKept(ModelTier tier, DateTime time) =>
        time < (fault == ModelFault.KeepsTierADayLonger ? tier.Until.AddDays(1) : tier.Until) || fault == ModelFault.KeepsTierWithoutEnd;

    /// <summary>The tier whose factor a purchase gets.</summary>
    private TierLevel? FactorOf(ModelFacts facts, TierRule? rule, MembershipId membership, long agreed)
    {
        if (rule is null || fault != ModelFault.EarnsInReachedTierAtOnce)
        {
            return facts.Tier;
        }

        var counted = CountedFor(rule, membership, facts.Day) + CountsFor(rule, facts, agreed);
        return rule.Levels.LastOrDefault(level => level.Threshold <= counted) ?? facts.Tier;
    }

    /// <summary>Counts a purchase towards the tiers, and gives the tier that it reaches or renews.</summary>
    private ((string Period, long Counts)? Climbs, string Told, ModelTier? Pausing) Climb(
        ModelFacts facts, TierRule? rule, MembershipId membership, ProgrammeId programme, List<ModelAward> awards)
    {
        if (rule is null)
        {
            return (null, "", null);
        }

        var countsAll = rule.Measure == TierMeasure.AllPoints && fault != ModelFault.CountsOneAwardForTier;
        var agreed = countsAll || fault == ModelFault.CountsAllAwardsForTier ? awards.Sum(award => award.Points) : awards[0].Points;
        var counts = CountsFor(rule, facts, agreed);
        var counted = CountedFor(rule, membership, facts.Day) + counts;
        var until = WalkWorld.DaysOf(programme).StartOf(EndOf(rule, facts.Day));
        var reached = rule.Levels.LastOrDefault(level => level.Threshold <= counted);
        var from = ReachedAt(rule, facts, membership, counts);
        if (reached is not null && IsHeldAnyway(rule, reached, membership, from, until))
        {
            reached = null;
        }

        var tier = reached is null ? null : new ModelTier(membership, reached.Id, from, until);
        if (tier is not null)
        {
            _tiers.Add(tier);
        }

        var above = rule.Levels.Where(level => facts.Tier is null || !IsAsHigh(rule, facts.Tier, level));
        var next = above.FirstOrDefault(level => level.Threshold > counted);
        var missing = next is null ? 0 : next.Threshold - counted;
        DateTime? reachedUntil = reached is null ? null : until;
        var told = WalkAnswers.Climbed(facts.Tier?.Id ?? "", reached?.Id ?? "", reachedUntil, next?.Id ?? "", missing);
        return ((PeriodsOf(rule, facts.Day)[0], counts), told, reached is { PausesExpiry: true } ? tier : null);
    }

    /// <summary>The time of the latest purchase that has counted when a purchase reaches a tier.</summary>
    private DateTime ReachedAt(TierRule rule, ModelFacts facts, MembershipId membership, long counts)
    {
        var periods = PeriodsOf(rule, facts.Day);
        var counting = _purchases.Values.Where(made => made.Membership == membership && made.Climbs is { Counts: > 0 } climbs && periods.Contains(climbs.Period));
        var times = counting.Select(made => made.Time).ToList();
        if (counts > 0 || times.Count == 0)
        {
            times.Add(facts.Time);
        }

        return fault == ModelFault.DatesTierBack ? facts.Time : times.Max();
    }

    /// <summary>Whether a membership has a tier, or a higher one, for as long already.</summary>
    private bool IsHeldAnyway(TierRule rule, TierLevel reached, MembershipId membership, DateTime time, DateTime until)
    {
        var longer = _tiers.Where(tier => tier.Membership == membership && tier.From <= time)
            .Where(tier => tier.Until >= until || fault == ModelFault.NeverRenewsTier);
        var held = longer.Select(tier => rule.Levels.FirstOrDefault(level => level.Id == tier.Id)).OfType<TierLevel>();
        return held.Any(level => fault == ModelFault.LowerTierReplacesHigher ? level == reached : IsAsHigh(rule, level, reached));
    }

    private static bool IsAsHigh(TierRule rule, TierLevel one, TierLevel other) =>
        rule.Levels.SkipWhile(level => level.Id != other.Id).Any(level => level.Id == one.Id);

    private long CountsFor(TierRule rule, ModelFacts facts, long agreed) => rule.Measure switch
    {
        TierMeasure.Points or TierMeasure.AllPoints => agreed,
        TierMeasure.Units => Math.Max(0, facts.Lines.Sum(line => line.QuantityThousandths)) / (fault == ModelFault.CountsHalfUnitsForTier ? 500 : 1000),
        TierMeasure.Purchases => 1,
        _ when facts.Amount.CurrencyCode != rule.CurrencyCode => 0,
        _ => facts.Amount.Micros - (fault == ModelFault.CountsPaidWithPointsForTier ? 0 : facts.PaidMicros),
    };

    /// <summary>What has counted in the period of a day.</summary>
    private long CountedFor(TierRule rule, MembershipId membership, DateOnly day)
    {
        var periods = PeriodsOf(rule, day);
        return _purchases.Values.Where(made => made.Membership == membership && made.Climbs is not null)
            .Where(made => periods.Contains(made.Climbs!.Value.Period) || fault == ModelFault.CountsEverForTier)
            .Sum(CountsNow);
    }

    /// <summary>What a purchase counts as, less the part that was returned.</summary>
    private long CountsNow(ModelPurchase made)
    {
        var counts = made.Climbs!.Value.Counts;
        var returned = (long)((BigInteger)counts * made.ReturnedMicros / made.Amount.Micros);
        return fault == ModelFault.ReturnLeavesWayToTier ? counts : counts - returned;
    }

    private void LookAtTiers(WalkSight seen, ProgrammeId programme, MembershipId membership, DateTime now)
    {
        foreach (var tier in _tiers.Where(tier => tier.Membership == membership))
        {
            seen.AddTier(membership, tier.Id, tier.From, tier.Until);
        }

        if (RulesAt(programme, now).Tiers is not { } rule)
        {
            return;
        }

        var (days, tierNow) = (WalkWorld.DaysOf(programme), TierAt(rule, membership, now));
        var untils = _tiers.Where(tier => tier.Membership == membership && tier.Id == tierNow?.Id && tier.From <= now);
        var until = untils.Max(tier => (DateTime?)tier.Until);
        var next = tierNow is null ? rule.Levels[0] : rule.Levels.SkipWhile(level => level.Id != tierNow.Id).Skip(1).FirstOrDefault();
        var end = days.StartOf(NextStart(rule, days.DayOf(now)));
        seen.AddStanding(membership, tierNow?.Id ?? "", until, CountedFor(rule, membership, days.DayOf(now)), next?.Id ?? "", end);
    }

    /// <summary>The first day on which a tier that is reached on a day is not kept any more.</summary>
    private DateOnly EndOf(TierRule rule, DateOnly day)
    {
        day = NextStart(rule, day);
        for (var i = 0; i < rule.KeepMonths && fault != ModelFault.ForgetsKeepMonths; i++)
        {
            day = NextFirst(day);
        }

        return day;
    }

    private static DateOnly NextStart(TierRule rule, DateOnly day)
    {
        do
        {
            day = day.AddDays(1);
        }
        while (!IsStart(rule, day));

        return day;
    }

    private static DateOnly NextFirst(DateOnly day)
    {
        do
        {
            day = day.AddDays(1);
        }
        while (day.Day != 1);

        return day;
    }

    private static bool IsStart(TierRule rule, DateOnly day) =>
        day.Day == 1 && (rule.IsRolling || (day.Month + 12 - rule.StartMonth) % rule.PeriodMonths == 0);

    /// <summary>The names of the periods that are added up on a day, the day's own first: of a period that rolls, its months.</summary>
    private List<string> PeriodsOf(TierRule rule, DateOnly day)
    {
        while (!IsStart(rule, day))
        {
            day = day.AddDays(-1);
        }

        var measure = rule.Measure switch { TierMeasure.Spend => $"/{rule.CurrencyCode}", TierMeasure.Purchases => "/purchases", TierMeasure.AllPoints => "/all", TierMeasure.Units => "/units", _ => "" };
        if (!rule.IsRolling)
        {
            return [day.ToString("yyyy-MM-dd") + (rule.PeriodMonths == 12 ? "" : $"/{rule.PeriodMonths}") + measure];
        }

        var names = new List<string>();
        var months = fault == ModelFault.RollsOverOneMonthLess ? Math.Max(1, rule.PeriodMonths - 1) : rule.PeriodMonths;
        while (names.Count < months)
        {
            names.Add(day.ToString("yyyy-MM") + measure);
            day = day.AddDays(-1);
            day = day.AddDays(1 - day.Day);
        }

        return names;
    }
}
