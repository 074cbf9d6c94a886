using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;

namespace CoalitionGateway.Ledger.Tests.Earning;

/// <summary>Points without a purchase. The Beanery may give Ada 500 points a day, and 2,000 points as opening balances.</summary>
public sealed class AwardPointsTests
{
    private readonly MemoryJournal _journal = new(new MemoryStore());
    private DateTime _now = Given.Now;
    private int _id;

    public AwardPointsTests()
    {
        _journal.Commit(
            Given.Partner(Given.Beanery), Given.Partner(Given.Aurora), Given.Programme(Given.Stars, Given.Beanery),
            Given.Agreement(Given.Beanery, Given.Stars) with { MaxAwardPointsPerDay = 500, MaxOpeningPoints = 2000 },
            new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada));
    }

    [Fact]
    public void Awards_UpToTheLimitOfTheDay_AreGiven_AndTheNextDayAgain()
    {
        Assert.Equal(["300", "AwardLimitReached left 200", "200", "AwardLimitReached left 0"], new[] { 300, 201, 200, 1 }.Select(points => Give(points)));
        _now = _now.AddDays(1);
        Assert.Equal("500", Give(500, AwardReason.MissingPurchase));
    }

    [Fact]
    public void OpeningBalances_HaveALimitOfTheirOwn_ThatNoDayRenews()
    {
        Assert.Equal("500", Give(500));
        Assert.Equal("1500", Give(1500, AwardReason.OpeningBalance));
        _now = _now.AddYears(1);
        Assert.Equal(["AwardLimitReached left 500", "500"], new[] { 501, 500 }.Select(points => Give(points, AwardReason.OpeningBalance)));
    }

    [Fact]
    public void OpeningBalance_WithATimeOfItsOwn_ExpiresThen_ThoughTheTermsLetNothingExpire()
    {
        Give(400, AwardReason.OpeningBalance, expire: Given.Now.Date.AddDays(3));
        Assert.Equal(400, Held(Given.Now));
        Assert.Equal(0, Held(Given.Now.Date.AddDays(3)));

        _now = Given.Now.AddDays(4);
        Assert.Equal("100", Give(100));
        Assert.Equal(100, Held(_now));
    }

    [Fact]
    public void Award_OfAProgrammeWhosePointsExpire_ExpiresAsAPurchaseOfTheDay_AndIsUsableAtOnce()
    {
        _journal.Run([new PublishProgrammeTerms(Next(), Given.Stars, new ProgrammeRules(new LotRule(14, new Expiry(0, 10, ExpirySnap.Day)), [])) { FromTime = _now }], _now);
        Give(100);
        Assert.Equal(100, Held(_now));
        Assert.Equal(0, Held(_now.AddDays(11)));
    }

    [Fact]
    public void Award_ToAMemberWhoOwes_PaysTheDebtFirst()
    {
        var owed = AccountRef.Receivable(Given.Stars, Given.AdaInStars);
        _journal.Commit(Account.Open(owed).Add(-60));
        var made = (PointsAwarded)Run(new AwardPoints(Next(), Given.Beanery, "G-1", "S-1", 100, AwardReason.Goodwill, null)).Event!;
        Assert.Equal((60, 40), (made.SettledPoints, Held(_now)));
    }

    [Fact]
    public void Award_UnderATakenReference_OfAStrangerOrWithoutAProgramme_IsRefused()
    {
        Assert.Equal("10", Give(10, reference: "G-1"));
        Assert.Equal("PurchaseReferenceTaken", Give(10, reference: "G-1"));
        Assert.Equal("MembershipNotFound", Give(10, number: "S-2"));
        Assert.Equal("PartnerWithoutProgramme", Told(new AwardPoints(Next(), Given.Aurora, "G-2", "S-1", 10, AwardReason.Goodwill, null)));
    }

    [Fact]
    public void Activity_GivesThePointsOfTheTerms_UpToItsCaps_AndTellsWhatIsWithheld()
    {
        Activities(new ActivityRule("review", 20, [new Cap(CapPeriod.Month, 50, 0)]), new ActivityRule("gift", 100, [new Cap(CapPeriod.Year, 0, 1)]));

        Assert.Equal(["20+0", "20+0", "10+10", "0+20"], Enumerable.Range(0, 4).Select(_ => Do("review")));
        Assert.Equal(["100+0", "0+100"], Enumerable.Range(0, 2).Select(_ => Do("gift")));
        Assert.Equal(150, Held(_now));
        _now = new DateTime(_now.Year, _now.Month, 1, 12, 0, 0, DateTimeKind.Utc).AddMonths(1);
        Assert.Equal("20+0", Do("review"));
        Assert.Equal("500", Give(500));
    }

    [Fact]
    public void Activity_ThatTheTermsDoNotName_IsRefused_AndTheReferenceStaysFree()
    {
        Activities(new ActivityRule("review", 20, []));
        var refusal = Run(Activity("visit", "A-1")).Refusal!;
        Assert.Equal((RefusalReason.ActivityNotFound, "review"), (refusal.Reason, refusal.Metadata.Single().Value));
        Assert.Equal(20, ((PointsAwarded)Run(Activity("review", "A-1")).Event!).AmountPoints);
    }

    private void Activities(params ActivityRule[] rules) =>
        _journal.Run([new PublishProgrammeTerms(Next(), Given.Stars, new ProgrammeRules(LotRule.None, []) { Activities = rules }) { FromTime = _now }], _now);

    private AwardPoints Activity(string id, string reference) =>
        new(Next(), Given.Beanery, reference, "S-1", 0, AwardReason.Activity, null) { ActivityId = id };

    private string Do(string id) => Run(Activity(id, $"A-{_id}")).Event is PointsAwarded made ? $"{made.AmountPoints}+{made.WithheldPoints}" : "";

    private string Give(long points, AwardReason reason = AwardReason.Goodwill, DateTime? expire = null, string? reference = null, string number = "S-1")
    {
        var context = Next();
        return Told(new AwardPoints(context, Given.Beanery, reference ?? $"G-{_id}", number, points, reason, expire));
    }

    private string Told(AwardPoints award)
    {
        var outcome = Run(award);
        return outcome.Refusal is { } refusal
            ? string.Join(" left ", [refusal.Reason.Name, .. refusal.Metadata.Where(detail => detail.Name == "left_points").Select(detail => detail.Value)])
            : $"{((PointsAwarded)outcome.Event!).AmountPoints}";
    }

    private Answer Run(AwardPoints award) => _journal.Run([award], _now)[0];

    private long Held(DateTime time) => _journal.HoldingsAt(Given.Stars, Given.AdaInStars, time).AvailablePoints;

    private CommandContext Next() => new(Given.Context.Caller, Given.Uuid(++_id), new EventId(Given.Uuid(0x10000 + _id)));
}
