using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.Tests.Earning;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Tests.Tiers;

/// <summary>A tier in which no points expire: what would have expired does so when the tier ends.</summary>
public sealed class ExpiryPauseTests
{
    private static readonly DateTime _tierEnd = new(2026, 5, 31, 23, 0, 0, DateTimeKind.Utc);
    private readonly RuleBench _bench = new();

    [Fact]
    public void PointsWithADate_StayUntilTheTierEnds_AndExpireThen()
    {
        Publish(new LotRule(0, new Expiry(0, 5, ExpirySnap.Day)));
        _bench.Buy(10);
        _bench.Buy(100);

        _bench.Now = _bench.Now.AddDays(20);
        Assert.Equal(110, _bench.Held.AvailablePoints);
        _bench.Now = _tierEnd.AddMicroseconds(-1);
        Assert.Equal(110, _bench.Held.AvailablePoints);
        _bench.Now = _tierEnd;
        Assert.Equal(0, _bench.Held.AvailablePoints);
    }

    /// <summary>The points of the activation end with the others, although they came after the end that the tier put off.</summary>
    [Fact]
    public void ReturnAfterTheTiersEnd_TakesWhatAnActivationGaveMeanwhile_FromWhatExpired()
    {
        Publish(LotRule.None, new InactivityRule(1, false));
        _bench.Publish("offer", RuleBench.Campaign(50) with { ActivateUntilTime = Given.Now.AddDays(80), UntilTime = Given.Now.AddDays(400) });
        _bench.Buy(100, "R");
        _bench.Now = _bench.Now.AddDays(40);
        Outcome.Made<CampaignActivated>(_bench.Run(new ActivateCampaign(_bench.Next(Caller.Of(Given.Ada)), Given.Ada, Given.Stars, "offer")));
        _bench.Now = _tierEnd.AddDays(1);
        Assert.Equal(0, _bench.Held.AvailablePoints);

        var made = _bench.Return("R");

        Assert.Equal((150, 0), (made.TakenPoints, made.OwedPoints));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sweep_MovesWhatIsPausedToTheTiersEnd_Once(bool isInactivity)
    {
        Publish(isInactivity ? LotRule.None : new LotRule(0, new Expiry(0, 5, ExpirySnap.Day)), isInactivity ? new InactivityRule(1, false) : null);
        _bench.Buy(10);
        _bench.Buy(100);
        var kind = isInactivity ? Inactivity.DueKind : Lot.DueKind;
        var due = _bench.Rows<Due>().Where(row => row.Kind == kind).MinBy(row => row.DueTime)!;
        _bench.Now = due.DueTime;

        Outcome.Made<ExpiryPaused>(Sweep(due));

        Assert.All(_bench.Rows<Due>().Where(row => row.Kind == kind), row => Assert.Equal(_tierEnd, row.DueTime));
        _bench.Now = _tierEnd;
        Assert.Equal(110, Outcome.Made<LotsSettled>(Sweep(due)).LapsedPoints);
        Assert.DoesNotContain(_bench.Rows<Due>(), row => row.Kind == kind);
    }

    [Fact]
    public void PointsThatExpiredBeforeTheTier_DoNotComeBack()
    {
        Publish(new LotRule(0, new Expiry(0, 5, ExpirySnap.Day)));
        _bench.Buy(10);
        _bench.Now = _bench.Now.AddDays(10);
        _bench.Buy(100);
        Assert.Equal(100, _bench.Held.AvailablePoints);
    }

    [Fact]
    public void ShareThatExpiredUnswept_DoesNotComeBack()
    {
        Publish(new LotRule(0, new Expiry(0, 5, ExpirySnap.Day)));
        var term = new Term(null, Given.Now.AddDays(5));
        var account = Lot.AccountOf(Given.Stars, $"{Given.Family}/{Given.AdaInStars}", term);
        _bench.Journal.Commit([Ledger.Accounts.Account.Open(account).Add(7), .. Lot.RowsOf(account)]);
        _bench.Now = _bench.Now.AddDays(10);
        _bench.Buy(100);

        Assert.Equal(7, Outcome.Made<LotsSettled>(_bench.Run(new SettleLots(_bench.Next(Caller.Gateway), account.Id))).LapsedPoints);
    }

    [Fact]
    public void TermsWithATierAlone_RecordPurchases()
    {
        Publish(LotRule.None);
        Assert.Equal("gold", _bench.Buy(100).Tier!.ReachedId);
    }

    private Answer Sweep(Due due) => _bench.Run(due.Kind == Lot.DueKind
        ? new SettleLots(_bench.Next(Caller.Gateway), Guid.Parse(due.Subject))
        : SettleInactivity.For(due, _bench.Next(Caller.Gateway)));

    private void Publish(LotRule lots, InactivityRule? inactivity = null) => _bench.Publish(new ProgrammeRules(lots, [])
    {
        Inactivity = inactivity,
        Tiers = new TierRule(TierMeasure.Points, "", 1, 2, [new TierLevel("gold", 100, 100, false, true)]) { PeriodMonths = 1 },
    });
}
