using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Purchases;

namespace CoalitionGateway.Ledger.Tests.Earning;

/// <summary>Campaigns that a member activates. The purchases before count back.</summary>
public sealed class ActivationTests
{
    private readonly RuleBench _bench = new();

    [Fact]
    public void Activate_PaysThePurchasesBefore_AndLaterOnesAtOnce()
    {
        Publish(50);
        var first = _bench.Buy(10);

        Assert.Equal((10, 0, 50), (first.GivenPoints, first.Awards[1].Points, first.Awards[1].WaitingPoints));
        Assert.Equal(10, _bench.Held.AvailablePoints);

        var made = Activate();

        Assert.Equal((50, 60, 1), (made.AmountPoints, made.AvailablePoints, made.Paid.Count));
        Assert.Equal(50, _bench.Buy(10).Awards[1].Points);
        Assert.Equal(120, _bench.Held.AvailablePoints);
    }

    [Fact]
    public void Return_BeforeAndAfterTheActivation_TakesItsPartAndNoMore()
    {
        Publish(50);
        _bench.Buy(10, "R");
        _bench.Return("R", 4);
        Assert.Equal((6, 30), (_bench.Held.AvailablePoints, Activate().AmountPoints));

        _bench.Return("R", 3);
        Assert.Equal(3 + 15, _bench.Held.AvailablePoints);
        _bench.Return("R");

        Assert.Equal((0, 0), (_bench.Held.AvailablePoints, _bench.Held.OwedPoints));
        var earned = Assert.Single(_bench.Rows<Earned>());
        Assert.Equal((40, 40), (earned.GivenPoints, earned.TakenPoints));
    }

    [Fact]
    public void Return_OfAllBeforeTheActivation_LeavesNothingToPay_AndGivesTheCapBack()
    {
        _bench.Publish("ten", Rule(50) with { Caps = [new Cap(CapPeriod.Ever, 60, 0)] });
        _bench.Buy(10, "R");
        Assert.Equal(10, _bench.Buy(10).Awards[1].WaitingPoints);

        _bench.Return("R");

        Assert.Equal(10, Assert.Single(_bench.Rows<Counter>(), counter => counter.Rule == "ten").Points);
        Assert.Equal(10, Activate().AmountPoints);
    }

    [Theory]
    [InlineData(true, 50)]
    [InlineData(false, 20)]
    public void PointsThatStayOnReturn_AreThoseOfTheVersionOfThePurchase(bool stay, long paid)
    {
        _bench.Publish("ten", Rule(50) with { IsKeptOnReturn = stay });
        _bench.Buy(10, "R");
        _bench.Return("R", 6);

        _bench.Publish("ten", Rule(50) with { IsKeptOnReturn = !stay });

        Assert.Equal(paid, Activate().AmountPoints);
    }

    [Fact]
    public void WaitingPointsThatStayOnReturn_KeepTheProgrammesCap()
    {
        _bench.Publish(ProgrammeRules.None with { Caps = [new Cap(CapPeriod.Ever, 100, 0)] });
        _bench.Publish("ten", Rule(50) with { IsKeptOnReturn = true });
        _bench.Buy(10, "R");

        _bench.Return("R");

        Assert.Equal(50, Assert.Single(_bench.Rows<Counter>(), counter => counter.Rule.Length == 0).Points);
        Assert.Equal(50, Activate().AmountPoints);
        Assert.Equal(50, _bench.Buy(90).GivenPoints);
    }

    [Fact]
    public void CapThatLeavesNothing_LetsNoPurchaseWait()
    {
        _bench.Publish(ProgrammeRules.None with { Caps = [new Cap(CapPeriod.Ever, 10, 0)] });
        Publish(50);

        _bench.Buy(10);

        Assert.DoesNotContain(_bench.Rows<Counter>(), counter => counter.Rule == "ten/waiting");
        Assert.Empty(_bench.Rows<WaitingAward>());
    }

    [Fact]
    public void Budget_PaysWithTheActivation_AsFarAsItGoes()
    {
        _bench.Publish("ten", Rule(50, budget: 70));
        _bench.Buy(10, "R-1");
        _bench.Buy(10, "R-2");

        var made = Activate();

        Assert.Equal([50, 20], made.Paid.Select(paid => paid.Points));
        Assert.Equal(0, _bench.Rows<Account>().Single(account => account.Id == AccountRef.Budget(Given.Stars, "ten").Id).BalancePoints);
        _bench.Return("R-2");
        Assert.Equal(10 + 50, _bench.Held.AvailablePoints);
        Assert.Equal(20, _bench.Rows<Account>().Single(account => account.Id == AccountRef.Budget(Given.Stars, "ten").Id).BalancePoints);
    }

    [Fact]
    public void ProgrammesCap_CutsWhatWaits_AndAReturnGivesItBack()
    {
        _bench.Publish(new ProgrammeRules(CoalitionGateway.Ledger.Lots.LotRule.None, [new Cap(CapPeriod.Day, 30, 0)]));
        Publish(50);
        Assert.Equal((20, 30), (_bench.Buy(10, "R").Awards[1].WaitingPoints, _bench.Rows<Counter>().Single(row => row.Rule.Length == 0).Points));

        _bench.Return("R");

        Assert.Equal(0, _bench.Rows<Counter>().Single(row => row.Rule.Length == 0).Points);
        Assert.Equal(0, Activate().AmountPoints);
    }

    [Fact]
    public void Return_OfActivatedPointsThatExpired_ComesFromWhatExpired()
    {
        _bench.Publish(new ProgrammeRules(CoalitionGateway.Ledger.Lots.LotRule.None, []) { Inactivity = new CoalitionGateway.Ledger.Lots.InactivityRule(1, false) });
        _bench.Publish("ten", RuleBench.Campaign(30) with { ActivateUntilTime = Given.Now.AddDays(80) });
        _bench.Buy(100, "R-1");
        _bench.Now = _bench.Now.AddDays(40);
        Assert.Equal(30, Activate().AmountPoints);
        _bench.Buy(1000, "R-2");
        _bench.Return("R-2");
        _bench.Now = _bench.Now.AddDays(40);

        var made = _bench.Return("R-1");

        Assert.Equal((130, 0, 130), (made.TakenPoints, made.OwedPoints, made.Lapsed.Sum(part => part.Points)));
    }

    [Fact]
    public void KeptOnReturn_WaitsWhole()
    {
        _bench.Publish("ten", Rule(50) with { IsKeptOnReturn = true });
        _bench.Buy(10, "R");
        _bench.Return("R", 5);
        Assert.Equal(50, Activate().AmountPoints);
    }

    [Fact]
    public void VersionWithoutActivation_StillPaysWhatWaits()
    {
        Publish(50);
        _bench.Buy(10);
        _bench.Publish("ten", RuleBench.Campaign(50));
        Assert.Equal(50, Activate().AmountPoints);
    }

    [Fact]
    public void PurchaseThatArrivesAfterTheDeadline_DoesNotWait()
    {
        Publish(50);
        var bought = _bench.Now.AddDays(1);
        _bench.Now = _bench.Now.AddDays(11);
        Assert.Single(_bench.Buy(10, time: bought).AllAwards);
    }

    [Fact]
    public void MoreThan200Purchases_DoNotWait()
    {
        Publish(1);
        for (var i = 0; i < Campaign.MostWaiting; i++)
        {
            Assert.Equal(1, _bench.Buy(1).Awards[1].WaitingPoints);
        }

        Assert.Equal((0, 1), (_bench.Buy(1).Awards[1].WaitingPoints, _bench.Buy(1).Awards[1].WithheldPoints));
        Assert.Equal(Campaign.MostWaiting, Activate().AmountPoints);
    }

    [Fact]
    public void LatePurchase_FromBeforeTheActivation_GetsItsPointsAtOnce()
    {
        Publish(50);
        var bought = _bench.Now.AddDays(1);
        _bench.Now = _bench.Now.AddDays(2);
        Activate();
        Assert.Equal(50, _bench.Buy(10, time: bought).Awards[1].Points);
    }

    [Theory]
    [InlineData("ten", 0, "")]
    [InlineData("ten", 10, "ActivationOver(campaign_id) activate_until_time=2026-03-11T12:00:00.0000000Z")]
    [InlineData("other", 0, "CampaignNotFound(campaign_id) campaign_id=other")]
    [InlineData("plain", 0, "CampaignNotFound(campaign_id) campaign_id=plain")]
    public void Activate_EachFault_IsNamed(string campaign, int days, string refusal)
    {
        Publish(50);
        _bench.Publish("plain", RuleBench.Campaign(5));
        _bench.Now = _bench.Now.AddDays(days);
        Assert.Equal(refusal, _bench.Run(Command(campaign)).Refusal is { } found ? Outcome.Of(found) : "");
    }

    [Fact]
    public void Activate_Twice_IsRefused_AndAPurchaseAfterTheDeadlineDoesNotWait()
    {
        Publish(50);
        Activate();
        Assert.Equal(RefusalReason.CampaignActivated, _bench.Run(Command("ten")).Refusal?.Reason);

        var other = new RuleBench();
        other.Publish("ten", Rule(50));
        other.Now = other.Now.AddDays(11);
        Assert.Single(other.Buy(10).AllAwards);
    }

    private static CampaignRule Rule(long points, long budget = 0) =>
        RuleBench.Campaign(points, budget: budget) with { ActivateUntilTime = Given.Now.AddDays(10) };

    private void Publish(long points) => _bench.Publish("ten", Rule(points));

    private ActivateCampaign Command(string campaign) => new(_bench.Next(Caller.Of(Given.Ada)), Given.Ada, Given.Stars, campaign);

    private CampaignActivated Activate() => Outcome.Made<CampaignActivated>(_bench.Run(Command("ten")));
}
