using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Purchases;

namespace CoalitionGateway.Ledger.Tests.Earning;

/// <summary>Campaigns for purchases at several brands within some days.</summary>
public sealed class TogetherTests
{
    private readonly RuleBench _bench = new();

    public TogetherTests() => Publish(RuleBench.Campaign(100, _both));

    private static readonly CampaignFilter _both = CampaignFilter.All with { Brands = [Given.Beanery, Given.Aurora], TogetherDays = 7 };

    [Theory]
    [InlineData(0, true)]
    [InlineData(6, true)]
    [InlineData(7, false)]
    public void SecondBrand_WithinTheDays_Completes(int days, bool isComplete)
    {
        _bench.Buy(10, at: Given.Aurora);
        _bench.Now = _bench.Now.AddDays(days);

        var made = _bench.Buy(10);

        Assert.Equal((10, isComplete ? 120 : 20), (made.GivenPoints, _bench.Held.AvailablePoints));
        Assert.Equal(isComplete ? 1 : 0, Paid().Count);
    }

    [Fact]
    public void Award_IsInNoPurchase_AndNamesNoBrand()
    {
        _bench.Buy(10, at: Given.Aurora);
        var made = _bench.Buy(10);

        var paid = Assert.Single(Paid());
        Assert.DoesNotContain(made.AllAwards, award => award.Rule == AwardRule.Campaign);
        Assert.Equal((Caller.Gateway, null, Given.Ada, 100), (paid.Header.Actor, paid.Partner, paid.MemberId, paid.AmountPoints));
        Assert.Equal(20, _bench.Rows<Earned>().Sum(row => row.GivenPoints));
    }

    [Fact]
    public void LatePurchase_CompletesToo()
    {
        var bought = _bench.Now;
        _bench.Now = _bench.Now.AddDays(5);
        _bench.Buy(10);
        _bench.Now = _bench.Now.AddDays(20);

        _bench.Buy(10, at: Given.Aurora, time: bought);

        Assert.Equal(100, Assert.Single(Paid()).AmountPoints);
    }

    [Fact]
    public void ReturnedPurchase_NoLongerCounts()
    {
        _bench.Buy(10, "A", Given.Aurora);
        _bench.Return("A", at: Given.Aurora);
        _bench.Buy(10);
        Assert.Empty(Paid());
    }

    [Fact]
    public void OneBrandAlone_GivesNothing_AndFurtherPurchasesGiveAgain()
    {
        _bench.Buy(10);
        _bench.Buy(10);
        Assert.Empty(Paid());
        _bench.Buy(10, at: Given.Aurora);
        _bench.Buy(10);
        Assert.Equal(2, Paid().Count);
    }

    [Fact]
    public void CapAndBudget_LimitIt()
    {
        var bench = new RuleBench();
        bench.Publish("both", RuleBench.Campaign(100, _both, budget: 150) with { Caps = [new Cap(CapPeriod.Ever, 0, 2)] });
        bench.Buy(10, at: Given.Aurora);
        bench.Buy(10);
        bench.Buy(10);
        bench.Buy(10);

        Assert.Equal([(100L, 0L), (50, 50), (0, 100)], Paid(bench).Select(paid => (paid.AmountPoints, paid.WithheldPoints)));
    }

    [Fact]
    public void ProgrammesCap_CountsThePurchaseOnce_AndCutsBoth()
    {
        _bench.Publish(new ProgrammeRules(LotRule.None, [new Cap(CapPeriod.Day, 80, 0)]));
        _bench.Buy(10, at: Given.Aurora);
        _bench.Buy(10);

        Assert.Equal((60, 40), (Paid().Single().AmountPoints, Paid().Single().WithheldPoints));
        var counter = _bench.Rows<Counter>().Single(row => row.Rule.Length == 0);
        Assert.Equal((80, 2), (counter.Points, counter.Count));
    }

    [Fact]
    public void Debt_IsPaidOnce_ByThePurchaseFirst()
    {
        _bench.Buy(10, at: Given.Aurora);
        Outcome.Made<PointsAdjusted>(_bench.Run(new AdjustPoints(_bench.Next(), Given.Stars, "S-1", -60, AdjustmentReason.Correction, "c")));
        var made = _bench.Buy(10);
        Assert.Equal((10, 40), (made.SettledPoints, Paid().Single().SettledPoints));
        Assert.Equal((60, 0), (_bench.Held.AvailablePoints, _bench.Held.OwedPoints));
    }

    private void Publish(CampaignRule rule) => _bench.Publish("both", rule);

    private IReadOnlyList<CampaignPaid> Paid() => Paid(_bench);

    private static IReadOnlyList<CampaignPaid> Paid(RuleBench bench) =>
        [.. bench.Rows<StoredEvent>().Select(row => EventCodec.Decode(row.Body)).OfType<CampaignPaid>().OrderBy(made => made.Time)];
}
