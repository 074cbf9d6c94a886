using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;

namespace CoalitionGateway.Ledger.Tests.Accounts;

public sealed class HoldingsTests
{
    private static readonly AccountRef _points = AccountRef.Points(Given.Miles, Given.AdaInMiles);
    private static readonly AccountRef _receivable = AccountRef.Receivable(Given.Miles, Given.AdaInMiles);

    [Theory]
    [InlineData(0, 100, 0, 100)]
    [InlineData(30, 100, 30, 70)]
    [InlineData(100, 100, 100, 0)]
    [InlineData(500, 100, 100, 0)]
    [InlineData(500, 0, 0, 0)]
    public void Credit_MemberOwesPoints_PaysTheDebtFirst(long owed, long credit, long settled, long added) => Assert.Equal(
        [new PostingLine(_receivable, settled), new PostingLine(_points, added)],
        Given.Holds(Given.Miles, Given.AdaInMiles, 0, owed).Credit(credit));

    [Theory]
    [InlineData(100, 100, -100, 0)]
    [InlineData(99, 100, -99, -1)]
    [InlineData(0, 100, 0, -100)]
    [InlineData(100, 0, 0, 0)]
    public void TakeBack_MoreThanAvailable_LeavesTheRestOwed(long available, long taken, long points, long receivable) => Assert.Equal(
        [new PostingLine(_points, points), new PostingLine(_receivable, receivable)],
        Given.Holds(Given.Miles, Given.AdaInMiles, available).TakeBack(taken));

    [Fact]
    public void Insufficient_Always_NamesAvailableAndTransferablePoints() => Assert.Equal(
        "InsufficientPoints(amount_points) available_points=1700 transferable_points=1000",
        Outcome.Of(Given.Holds(Given.Miles, Given.AdaInMiles, 1700).Insufficient("amount_points", 1000)));

    [Fact]
    public void Find_BothAccountsExist_ReadsTheNegativeReceivableAsOwedPoints()
    {
        var rows = new WorkingState();
        rows.Put(Account.Open(_points).Add(40));
        rows.Put(Account.Open(_receivable).Add(-15));

        Assert.Equal(Given.Holds(Given.Miles, Given.AdaInMiles, 40, 15), Holdings.Find(rows, Given.Miles, Given.AdaInMiles, Given.Now));
    }

    [Fact]
    public void Find_NothingLoaded_RequestsBothAccountsAndWhetherThereAreLots()
    {
        var rows = new WorkingState();

        Assert.Equal(Given.Holds(Given.Miles, Given.AdaInMiles), Holdings.Find(rows, Given.Miles, Given.AdaInMiles, Given.Now));
        Assert.Equivalent(new Key[] { new Account.Of(_points.Id), new Account.Of(_receivable.Id), new LotKeeping.Of(Given.Miles) }, rows.Missing, strict: true);
    }
}
