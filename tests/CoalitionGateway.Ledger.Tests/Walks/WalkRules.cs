using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>What a walk meets more often than others.</summary>
internal enum WalkFocus
{
    None = 0,

    /// <summary>Campaigns that members activate.</summary>
    Offers,

    /// <summary>Campaigns for purchases at several brands.</summary>
    Brands,

    /// <summary>Tiers in which no points expire.</summary>
    Pauses,

    /// <summary>Lost cards, choices of a programme, and invitations to pools.</summary>
    Cards,

    /// <summary>Payments with points, rewards and vouchers. Walks with a negative seed have it.</summary>
    Spending,

    /// <summary>Vouchers, payouts and payment codes. Walks with the lowest seeds have it.</summary>
    Claims,
}

/// <summary>Random rules. Their numbers are small and few, so that purchases meet their edges.</summary>
internal sealed class WalkRules(Random random, WalkFocus focus)
{
    public static readonly string[] Categories = ["food", "fuel", "gift"];

    // A programme keeps its measure: a counter adds up what counted, whatever the measure was.

    public T Any<T>(params T[] of) => of[random.Next(of.Length)];

    public bool Is(int percent) => random.Next(100) < percent;

    public Terms Terms()
    {
        var rates = new List<Rate> { Rate("SEK") };
        if (Is(40))
        {
            rates.Insert(0, Rate("EUR"));
        }

        return new Terms(
            rates, Any(Rounding.Down, Rounding.Down, Rounding.Nearest, Rounding.Up),
            [.. Categories.Where(_ => Is(40)).Select(category => new CategoryFactor(category, Any<long>(0, 50, 133, 200)))],
            Any<long>(0, 0, 0, 7, 60)) { AcceptsPoints = focus == WalkFocus.Claims && Is(60) };
    }

    public ProgrammeRules ProgrammeRules(ProgrammeId programme)
    {
        var pending = Any<long>(0, 0, 0, 1, 2, 14, 30);
        // Points can be used before they expire: see WalkFindingTests.
        var months = pending > 0 ? Any<long>(2, 3, 12) : Any<long>(0, 0, 1, 2, 3, 12);
        var snap = Any(ExpirySnap.Day, ExpirySnap.Day, ExpirySnap.MonthEnd, ExpirySnap.QuarterEnd, ExpirySnap.YearEnd, ExpirySnap.NextFirst, ExpirySnap.FixedDate);
        var isFixed = snap == ExpirySnap.FixedDate;
        var expiry = new Expiry(months, Any<long>(0, 0, 10, 45), snap, isFixed ? Any<long>(2, 3, 9) : 0, isFixed ? Any<long>(15, 28, 30, 31) : 0);
        return new ProgrammeRules(new LotRule(pending, Is(focus >= WalkFocus.Spending ? 95 : 75) ? expiry : null), Caps(45, 300))
        {
            Tiers = Is(focus == WalkFocus.Pauses ? 95 : 60) ? Tiers() : null,
            Referral = Is(50) ? new ReferralRule(Any<long>(0, 40, 90), Any<long>(0, 25), Any<long>(0, 90, 200), Any<long>(0, 1, 2)) : null,
            Inactivity = Is(45) ? new InactivityRule(Any<long>(1, 1, 2, 3), Is(50), Is(30)) : null,
            Activities = [.. WalkWorld.Activities.Where(_ => Is(50)).Select(Activity)],
            Spending = focus >= WalkFocus.Spending && Is(95) ? Spending() : null,
        };
    }

    /// <param name="before">The version before; null for a new campaign.</param>
    public CampaignRule Campaign(DateTime now, CampaignRule? before)
    {
        var effect = Any(CampaignEffect.Percent, CampaignEffect.Fixed, CampaignEffect.Fixed, CampaignEffect.PerUnit, CampaignEffect.PerSpend, CampaignEffect.Bands, CampaignEffect.Bands);
        var amount = effect switch
        {
            CampaignEffect.Percent => Any<long>(50, 100, 100, 233),
            CampaignEffect.Bands => 0,
            _ => Any<long>(1, 10, 10, 10),
        };
        var hasBudget = before is null ? Is(50) : before.BudgetPoints > 0;
        var payer = before is null ? Any(Given.Aurora, Given.Beanery) : before.PayerId;
        var filter = Filter();
        return new CampaignRule(
            before?.FromTime ?? now.AddHours(Is(70) ? 0 : random.Next(60)), (before?.UntilTime > now ? before.UntilTime : now).AddDays(random.Next(10, Is(30) ? 60 : 500)),
            filter, effect, amount,
            effect is CampaignEffect.PerSpend or CampaignEffect.Bands ? new Money("SEK", Any<long>(5_000_000, 7_000_000, 20_000_000)) : null,
            effect == CampaignEffect.Bands ? [new Band(20_000_000, 5), new Band(60_000_000, 30), new Band(150_000_000, Any<long>(31, 100, 500))] : [],
            Is(55) ? Any("first", "first", "first", "second") : "", Caps(40, 20), Is(25), hasBudget ? payer : null,
            hasBudget ? Math.Max(1, (before?.BudgetPoints ?? 0) + Any<long>(-4000, -60, 20, 60, 300, 2000)) : 0)
        {
            ActivateUntilTime = filter.TogetherDays == 0 && Is(focus == WalkFocus.Offers ? 85 : 8) ? now.AddDays(random.Next(1, Is(30) ? 60 : 700)) : null,
        };
    }

    public RewardRule Reward(DateTime now)
    {
        var rule = new RewardRule(
            Any<long>(5, 10, 20), [new RewardText("en", "A reward")], null, now.AddHours(-random.Next(30)), now.AddDays(random.Next(1, 90)), Any<long>(0, 0, 1, 1, 2, 3),
            Any<long>(0, 0, 0, 1, 2), Any<long>(1, 5, 40), [], Is(70) ? [] : [Any(Given.Aurora, Given.Beanery)]);
        return focus != WalkFocus.Claims ? rule : rule with
        {
            Partners = Is(50) ? [Given.Aurora, Given.Beanery] : rule.Partners, Channels = Is(80) ? [] : [Any(SalesChannel.Store, SalesChannel.App)],
            EntitlementDays = Any<long>(0, 1, 3), IsReturnable = Is(60), PriceMoney = rule.PricePoints == 5 ? null : new Money("EUR", rule.VoucherDays * 1_000_000),
        };
    }

    /// <summary>A reward that the gateway pays out on every day.</summary>
    public RewardRule PaidOut(DateTime now) => Reward(now) with
    {
        PriceMoney = null, FromTime = now.AddHours(-Any(1, 30)), UntilTime = now.AddDays(900), StockCount = Any<long>(0, 0, 0, 2, 9), MaxPerMember = Any<long>(0, 0, 0, 3),
        Payout = Is(95) ? new Payout([], 0, Any<long>(1, 10, 25, 40), Any<long>(0, 0, 40), Is(70) ? "g" : "") : null,
    };

    private SpendingRule Spending() => new(
        Any<long>(1, 1, 5, 25), Any<long>(0, 0, 1, 20), Any<long>(100, 100, 50), Any<long>(0, 0, 20), Any<long>(1, 60, 60, 3000, 10_080), Any<long>(0, 0, 1, 7));

    private Rate Rate(string currency)
    {
        var spend = Any<long>(500_000, 1_000_000, 1_000_000, 7_000_000, 10_000_000);
        return new Rate(Any<long>(1, 1, 3, 7, 40), new Money(currency, spend), Any<long>(0, 0, 20_000_000, 50_000_000), Is(30));
    }

    private CampaignFilter Filter()
    {
        var (from, until) = Is(12) ? (random.Next(1440), random.Next(1, 1440)) : (0, 0);
        var isCounting = Is(25);
        var nth = isCounting && Is(40) ? random.Next(1, 4) : 0;
        var together = Is(focus == WalkFocus.Brands ? 70 : 5) ? Any<long>(1, 2, 10, 40) : 0;
        return new CampaignFilter(
            together > 0 ? [Given.Aurora, Given.Beanery] : Is(15) ? [Any(Given.Aurora, Given.Beanery)] : [],
            Is(25) ? [.. Categories.Where(_ => Is(50)).DefaultIfEmpty("food")] : [],
            Is(8) ? [Any(SalesChannel.Store, SalesChannel.Web, SalesChannel.App)] : [],
            Is(12) ? [.. Enum.GetValues<DayOfWeek>().Where(_ => Is(60)).DefaultIfEmpty(DayOfWeek.Monday)] : [],
            from, until, Is(12) ? new Money("SEK", Any<long>(20_000_000, 50_000_000)) : null,
            nth, isCounting && nth == 0 ? random.Next(2, 5) : 0)
        {
            TogetherDays = together,
            Tiers = Is(10) ? Any<string[]>(["gold"], ["silver", "gold"]) : [],
        };
    }

    private ActivityRule Activity(string id) => new(id, Any<long>(5, 20, 35), Caps(70, 20));

    private TierRule Tiers()
    {
        var measure = Any(TierMeasure.Points, TierMeasure.Spend, TierMeasure.Purchases, TierMeasure.Points, TierMeasure.Spend, TierMeasure.AllPoints, TierMeasure.Units);
        var scale = measure switch { TierMeasure.Points or TierMeasure.AllPoints => 20, TierMeasure.Spend => 60_000_000, _ => 1L };
        var silver = new TierLevel("silver", scale * Any(1, 2, 4), Any<long>(100, 125, 150), Is(20), Is(focus == WalkFocus.Pauses ? 60 : 5));
        var gold = new TierLevel("gold", silver.Threshold + (scale * Any(1, 2, 6)), Any<long>(133, 200, 350), Is(40), Is(focus == WalkFocus.Pauses ? 80 : 10));
        var isRolling = Is(40);
        var (currency, keeps) = (measure == TierMeasure.Spend ? "SEK" : "", Any<long>(0, 0, 1, 3, 12));
        return new TierRule(measure, currency, Any(1, 4, 11), keeps, Is(75) ? [silver, gold] : [gold])
        {
            IsRolling = isRolling, PeriodMonths = isRolling ? Any(1, 2, 5) : Any(1, 1, 2, 3, 6, 12),
        };
    }

    private List<Cap> Caps(int percent, long scale)
    {
        var caps = new List<Cap>();
        while (Is(percent) && caps.Count < 3)
        {
            var period = (CapPeriod)random.Next(1, 8);
            var count = period == CapPeriod.Purchase || Is(70) ? 0 : random.Next(1, 4);
            caps.Add(new Cap(period, count == 0 || Is(30) ? scale * Any<long>(1, 2, 5) : 0, count));
        }

        return caps;
    }
}
