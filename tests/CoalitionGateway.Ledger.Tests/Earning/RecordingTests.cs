using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Tests.Earning;

/// <summary>
/// The points that a purchase gives and a return without its purchase takes, depending on the member's balance and debt.
/// </summary>
public sealed class RecordingTests
{
    [Theory]
    [InlineData(0, 0, "Issue -50, Points 50")]
    [InlineData(20, 20, "Issue -50, Receivable 20, Points 30")]
    [InlineData(50, 50, "Issue -50, Receivable 50")]
    [InlineData(900, 50, "Issue -50, Receivable 50")]
    public void RecordPurchase_MemberOwesPoints_PaysTheDebtFirst(long owed, long settled, string lines)
    {
        var made = Purchase(50_000_000, available: 0, owed);

        Assert.Equal((50, settled), (made.GivenPoints, made.SettledPoints));
        Assert.Equal($"aurora-miles: {lines}", Outcome.Moves(made));
    }

    [Theory]
    [InlineData(80, 0, "Points -50, Issue 50")]
    [InlineData(50, 0, "Points -50, Issue 50")]
    [InlineData(49, 1, "Points -49, Receivable -1, Issue 50")]
    [InlineData(0, 50, "Receivable -50, Issue 50")]
    public void RecordReturn_MoreThanAvailable_PostsTheShortfallAsOwed(long available, long owed, string lines)
    {
        var made = Return(50_000_000, available);

        Assert.Equal((50, owed), (made.TakenPoints, made.OwedPoints));
        Assert.Equal($"aurora-miles: {lines}", Outcome.Moves(made));
    }

    [Fact]
    public void RecordPurchase_OfLessThanAPoint_MovesNothingAndIsRecorded()
    {
        var made = Purchase(999_999, available: 5, owed: 0);

        Assert.Empty(made.Postings);
        Assert.Equal(0, made.GivenPoints);
    }

    [Fact]
    public void RecordReturn_OfLessThanAPoint_MovesNothingAndIsRecorded()
    {
        var made = Return(999_999, available: 5);

        Assert.Empty(made.Postings);
        Assert.Equal((0, 0), (made.TakenPoints, made.OwedPoints));
    }

    [Fact]
    public void RecordPurchase_InAnotherBrandsProgramme_IsPaidFromTheBrandsIssueAccountThere()
    {
        var made = Purchase(50_000_000, available: 0, owed: 20);

        Assert.Equal(-50, Outcome.Change(made, AccountRef.Issue(Given.Miles, Given.Beanery)));
        Assert.Equal(20, Outcome.Change(made, AccountRef.Receivable(Given.Miles, Given.AdaInMiles)));
        Assert.Equal(30, Outcome.Change(made, AccountRef.Points(Given.Miles, Given.AdaInMiles)));
    }

    [Fact]
    public void RecordPurchase_Recorded_StoresTheGivenPointsAndTheProgramme()
    {
        var rows = new WorkingState();
        var made = Purchase(50_000_000, available: 0, owed: 20);

        made.Apply(rows);

        Assert.Equal(3, made.AgreementVersion);
        Assert.Equal(
            new Purchase(Given.Beanery, "R-1", false, made.Id, Given.Ada, Given.AdaInMiles, Given.Miles, "GBP", 50_000_000, 0, 50, 0, Given.Now.AddHours(-1), false),
            rows.Find(new Purchase.Of(Given.Beanery, "R-1")));
    }

    [Fact]
    public void RecordReturn_Recorded_CannotBeReversed()
    {
        var rows = new WorkingState();
        Return(50_000_000, available: 0).Apply(rows);

        var reversed = new ReversePurchase(Given.Context, Given.Beanery, "R-1", null);
        var decision = reversed.Decide(reversed.Needs(rows, Given.Now), Given.Now);

        Assert.Equal("PurchaseNotFound(purchase_reference) reference=R-1", Outcome.Of(decision));
    }

    private static PurchaseRecorded Purchase(long micros, long available, long owed) => Outcome.Made<PurchaseRecorded>(
        new RecordPurchase(Given.Context, Given.Beanery, "R-1", "S-1", Given.Gbp(micros), Given.Now.AddHours(-1))
            .Decide(Given.Buying(Terms(available, owed), Given.Gbp(micros), Given.Now.AddHours(-1)), Given.Now));

    private static ReturnRecorded Return(long micros, long available) => Outcome.Made<ReturnRecorded>(
        new RecordReturn(Given.Context, Given.Beanery, "R-1", "S-1", Given.Gbp(micros), Given.Now.AddHours(-1)).Decide(Terms(available, 0), Given.Now));

    private static EarningTerms Terms(long available, long owed)
    {
        Agreement agreement = Given.Agreement(Given.Beanery, Given.Miles, version: 3);
        return new EarningTerms(
            Given.Programme(Given.Stars, Given.Beanery),
            Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada),
            Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada),
            agreement,
            [agreement],
            Given.Holds(Given.Miles, Given.AdaInMiles, available, owed),
            null)
        {
            Programme = Given.Programme(Given.Miles, Given.Aurora),
            Earned = new Earned(Given.Beanery, Given.AdaInMiles, 1_000_000, 0, null, 0),
        };
    }
}
