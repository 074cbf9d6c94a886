using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Tests.Tiers;

/// <summary>
/// Tiers as published programmes have them. Ada buys at the Beanery, where each pound gives a point. Silver is reached from 350
/// pounds a year and gives a quarter more, gold from 1,000 pounds a half more. A tier is kept for the next year.
/// </summary>
public sealed class TierTests
{
    private static readonly TierRule _spend = new(
        TierMeasure.Spend, "GBP", 1, 12, [new TierLevel("silver", 350_000_000, 125, false), new TierLevel("gold", 1_000_000_000, 150, true)]);

    private readonly MemoryJournal _journal = new(new MemoryStore(), new RowMemory());
    private readonly DateTime _start = new(2027, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    private DateTime _now;
    private int _id;

    public TierTests()
    {
        _now = _start;
        _journal.Commit(
            Given.Partner(Given.Beanery), Given.Programme(Given.Stars, Given.Beanery), Given.Agreement(Given.Beanery, Given.Stars),
            new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada));
    }

    /// <summary>Ulta: after 480 of 500, a purchase of 60 earns 60 at the old factor, and the next one 75.</summary>
    [Fact]
    public void Purchase_ThatReachesATier_EarnsAtTheOldFactor_AndTheNextOneAtTheNew()
    {
        Publish(_spend with { Levels = [new TierLevel("platinum", 500_000_000, 125, false)] });
        Assert.Equal((480, "", "platinum", 20_000_000), Told(Buy(480)));
        Assert.Equal((60, "platinum", "", 0), Told(Buy(60)));
        Assert.Equal((75, "", "", 0), Told(Buy(60)));
    }

    /// <summary>
    /// A purchase that arrives late can complete a tier. The tier then begins with the latest purchase that counted: a purchase
    /// from before that earns in no tier, however late it arrives.
    /// </summary>
    [Fact]
    public void Tier_ThatALatePurchaseReaches_BeginsWithTheLatestThatCounted()
    {
        Publish(_spend);
        Buy(200, _start);
        Buy(140, _start.AddDays(19));
        _now = _start.AddDays(30);
        Assert.Equal("silver", Buy(10, _start.AddDays(4)).Tier!.ReachedId);

        Assert.Equal(100, Buy(100, _start.AddDays(9)).GivenPoints);
        Assert.Equal(125, Buy(100, _start.AddDays(19)).GivenPoints);
        Assert.Equal("", Buy(100, _start.AddDays(2)).Tier!.ReachedId);
    }

    /// <summary>Purchases in other currencies do not count: neither do they reach a tier, nor does a tier begin with one.</summary>
    [Fact]
    public void Purchase_InACurrencyThatDoesNotCount_MovesNoTier()
    {
        var agreement = Given.Agreement(Given.Beanery, Given.Stars);
        _journal.Commit(agreement with { Terms = agreement.Terms with { Rates = [.. agreement.Terms.Rates, new Rate(1, new Money("EUR", 1_000_000))] } });
        Publish(_spend);
        Buy(340, _start);
        _now = _start.AddDays(30);
        Buy(5, _start.AddDays(20), "EUR");
        Assert.Equal("silver", Buy(10, _start.AddDays(4)).Tier!.ReachedId);

        Assert.Equal("", Buy(30, _start.AddDays(2), "EUR").Tier!.ReachedId);
        Assert.Equal(125, Buy(100, _start.AddDays(5)).GivenPoints);
        Assert.Equal(100, Buy(100, _start.AddDays(3)).GivenPoints);
    }

    /// <summary>Sephora: a tier lasts for the rest of the year and the next one.</summary>
    [Fact]
    public void Tier_ReachedInAYear_LastsToTheEndOfTheNext()
    {
        Publish(_spend);
        var reached = Buy(350).Tier!;
        Assert.Equal(("silver", new DateTime(2029, 1, 1, 0, 0, 0, DateTimeKind.Utc)), (reached.ReachedId, reached.UntilTime));

        _now = new DateTime(2028, 12, 31, 23, 59, 59, DateTimeKind.Utc);
        Assert.Equal(125, Buy(100).GivenPoints);
        _now = new DateTime(2029, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        Assert.Equal(100, Buy(100).GivenPoints);
    }

    [Fact]
    public void Tier_ReachedAgainInTheNextYear_IsRenewed_AndOnlyOnce()
    {
        Publish(_spend);
        Buy(350);
        _now = _now.AddYears(1);
        Assert.Equal("", Buy(349).Tier!.ReachedId);
        var renewed = Buy(1).Tier!;
        Assert.Equal(("silver", new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc)), (renewed.ReachedId, renewed.UntilTime));
        Assert.Equal("", Buy(1).Tier!.ReachedId);
    }

    /// <summary>British Airways' year begins in April; without months to keep, a tier ends with it.</summary>
    [Fact]
    public void Year_FromAprilOn_CountsByTheDayOfThePurchase()
    {
        Publish(_spend with { StartMonth = 4, KeepMonths = 0 });
        var last = Buy(350).Tier!;
        Assert.Equal(("silver", new DateTime(2027, 3, 31, 23, 0, 0, DateTimeKind.Utc)), (last.ReachedId, last.UntilTime));
        _now = new DateTime(2027, 4, 2, 12, 0, 0, DateTimeKind.Utc);
        Assert.Equal((10, "", "silver", 340_000_000), Told(Buy(10)));
    }

    [Fact]
    public void LatePurchase_EarnsInTheTierThatWasHeldThen_AndCountsIntoItsOwnYear()
    {
        Publish(_spend);
        Buy(350);
        _now = _now.AddYears(1);
        Assert.Equal(100, Buy(100, at: _start.AddDays(-1)).GivenPoints);
        Assert.Equal(125, Buy(100, at: _start.AddDays(1)).GivenPoints);
        Assert.Equal((125, "", "gold", 900_000_000), Told(Buy(100)));
    }

    [Fact]
    public void Return_TakesItsPartOffTheWay_AndLeavesTheTier()
    {
        Publish(_spend);
        Buy(400);
        var reference = $"R-{_id}";
        _journal.Run([new ReversePurchase(Next(), Given.Beanery, reference, Given.Gbp(100_000_000))], _now);
        var after = Buy(10);
        Assert.Equal((12, "", "gold", 690_000_000), Told(after));
        _journal.Run([new ReversePurchase(Next(), Given.Beanery, reference, null)], _now);
        Assert.Equal(("silver", 980_000_000), (Buy(10).Tier!.HeldId, Buy(0.001m).Tier!.Missing + 1_000));
    }

    [Fact]
    public void Points_EarnedInATierThatKeepsThem_NeverExpire()
    {
        Publish(_spend, new LotRule(0, new Expiry(12, 0, ExpirySnap.Day)));
        Assert.NotNull(Buy(1000).Awards[0].Term.ExpireTime);
        var gold = Buy(100);
        Assert.Equal(150, gold.GivenPoints);
        Assert.All(gold.Awards, award => Assert.Null(award.Term.ExpireTime));
    }

    [Fact]
    public void Measure_OfPurchases_CountsThem_AndOfPointsCountsTheAgreements()
    {
        Publish(new TierRule(TierMeasure.Purchases, "", 1, 0, [new TierLevel("regular", 3, 200, false)]));
        Assert.Equal([10, 10, 10, 20], new[] { 1, 2, 3, 4 }.Select(_ => Buy(10).GivenPoints));
        Publish(new TierRule(TierMeasure.Points, "", 1, 0, [new TierLevel("regular", 3, 200, false), new TierLevel("top", 100, 300, false)]));
        _now = _now.AddYears(1);
        Assert.Equal((99, "regular", "top", 1), Told(Buy(99)));
        Assert.Equal((198, "top", "", 0), Told(Buy(99)));
    }

    /// <summary>Twelve visits in a month set off more for the three months after it.</summary>
    [Fact]
    public void Period_OfOneMonth_SetsOffMoreForTheNextMonths()
    {
        Publish(new TierRule(TierMeasure.Purchases, "", 1, 3, [new TierLevel("regular", 12, 200, false)]) { PeriodMonths = 1 });
        for (var i = 0; i < 11; i++)
        {
            Buy(10);
        }

        var reached = Buy(10);
        Assert.Equal((10, "regular"), (reached.GivenPoints, reached.Tier!.ReachedId));
        Assert.Equal(new DateTime(2027, 6, 30, 23, 0, 0, DateTimeKind.Utc), reached.Tier.UntilTime);
        Assert.Equal(20, Buy(10).GivenPoints);
        _now = new DateTime(2027, 6, 30, 22, 59, 0, DateTimeKind.Utc);
        Assert.Equal(20, Buy(10).GivenPoints);
        _now = _now.AddMinutes(1);
        Assert.Equal(10, Buy(10).GivenPoints);
    }

    /// <summary>Three nights in one purchase are three. A purchase without lines has none.</summary>
    [Fact]
    public void Units_AreThoseOfTheLines()
    {
        Publish(new TierRule(TierMeasure.Units, "", 1, 0, [new TierLevel("regular", 5, 200, false)]));
        Assert.Equal(5, Buy(100).Tier!.Missing);
        Assert.Equal(2, Stay(3).Tier!.Missing);
        Assert.Equal((300, "regular"), (Stay(3).GivenPoints, Stay(1).Tier!.HeldId));
    }

    /// <summary>The points of campaigns and of the tier itself count too.</summary>
    [Fact]
    public void AllPoints_AreThoseOfAllRules()
    {
        Publish(new TierRule(TierMeasure.AllPoints, "", 1, 0, [new TierLevel("half", 100, 150, false), new TierLevel("full", 300, 200, false)]));
        _journal.Run([new PublishCampaign(Next(), Given.Stars, "more", Earning.RuleBench.Campaign(40) with { FromTime = _start, UntilTime = _start.AddDays(9) })], _now);
        Assert.Equal((100, "half", 200), (Buy(60) is var first ? first.GivenPoints : 0, first.Tier!.ReachedId, first.Tier.Missing));
        Assert.Equal((130, 70), (Buy(60) is var second ? second.GivenPoints : 0, second.Tier!.Missing));
    }

    [Theory]
    [InlineData(3, 2, "2027-02-01", "2027-05-01")]
    [InlineData(6, 4, "2026-10-01", "2027-04-01")]
    [InlineData(12, 4, "2026-04-01", "2027-04-01")]
    [InlineData(12, 3, "2027-03-01", "2028-03-01")]
    [InlineData(1, 7, "2027-03-01", "2027-04-01")]
    public void Period_DividesTheYearFromItsStart(long months, long start, string from, string next)
    {
        var (rule, day) = (_spend with { PeriodMonths = months, StartMonth = start }, new DateOnly(2027, 3, 31));
        Assert.Equal((from, next), ($"{rule.StartOf(day):yyyy-MM-dd}", $"{rule.NextOf(day):yyyy-MM-dd}"));
    }

    [Fact]
    public void Period_ThatRolls_CountsTheLastMonths_AndKeepsTheTierFromTheMonthItWasReachedIn()
    {
        Publish(_spend with { PeriodMonths = 3, IsRolling = true, KeepMonths = 1, Levels = [new TierLevel("silver", 350_000_000, 125, false)] });
        Buy(200);
        _now = _start.AddMonths(2);
        var reached = Buy(150).Tier!;
        Assert.Equal(("silver", new DateTime(2027, 6, 30, 23, 0, 0, DateTimeKind.Utc)), (reached.ReachedId, reached.UntilTime));

        // In June the pounds of March are dropped: 150 of May are left, and with 199 more one pound is missing.
        _now = _start.AddMonths(3);
        Assert.Equal((248, "", "", 0), Told(Buy(199)));
        Assert.Equal(("silver", new DateTime(2027, 7, 31, 23, 0, 0, DateTimeKind.Utc)), Buy(1).Tier is { } again ? (again.ReachedId, again.UntilTime!.Value) : default);
        _now = _start.AddMonths(5);
        Assert.Equal(10, Buy(10).GivenPoints);
    }

    private static (long Points, string Reached, string Next, long Missing) Told(PurchaseRecorded made) =>
        (made.GivenPoints, made.Tier!.ReachedId, made.Tier.NextId, made.Tier.Missing);

    private void Publish(TierRule tiers, LotRule? lots = null) => _journal.Run(
        [new PublishProgrammeTerms(Next(), Given.Stars, new ProgrammeRules(lots ?? LotRule.None, []) { Tiers = tiers }) { FromTime = _start.AddYears(-5), MayBePast = true }], _now);

    private PurchaseRecorded Buy(decimal amount, DateTime? at = null, string currency = "GBP")
    {
        var context = Next();
        var made = _journal.Run([new RecordPurchase(context, Given.Beanery, $"R-{_id}", "S-1", new Money(currency, (long)(amount * 1_000_000)), at ?? _now)], _now)[0];
        return Assert.IsType<PurchaseRecorded>(made.Event);
    }

    private PurchaseRecorded Stay(long nights)
    {
        var context = Next();
        var lines = new PurchaseDetails([new PurchaseLine("", "", nights * 1000, nights * 100_000_000)], "", "", SalesChannel.Unspecified, 0);
        return Assert.IsType<PurchaseRecorded>(_journal.Run(
            [new RecordPurchase(context, Given.Beanery, $"R-{_id}", "S-1", Given.Gbp(nights * 100_000_000), _now) { Details = lines }], _now)[0].Event);
    }

    private CommandContext Next() => new(Given.Context.Caller, Given.Uuid(++_id), new EventId(Given.Uuid(0x10000 + _id)));
}
