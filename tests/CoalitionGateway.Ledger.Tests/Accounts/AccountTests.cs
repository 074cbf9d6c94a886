using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Ledger.Tests.Accounts;

public sealed class AccountTests
{
    // The database CHECKs the same limits. The ledger finds a rule that breaks one before anything is written.
    [Theory]
    [InlineData(AccountKind.Points, 5, -5, true)]
    [InlineData(AccountKind.Points, 5, -6, false)]
    [InlineData(AccountKind.PoolShare, 5, -5, true)]
    [InlineData(AccountKind.PoolShare, 5, -6, false)]
    [InlineData(AccountKind.Lot, 5, -6, false)]
    [InlineData(AccountKind.Pending, 5, -6, false)]
    [InlineData(AccountKind.ShareLot, 5, -6, false)]
    [InlineData(AccountKind.Budget, 5, -6, false)]
    [InlineData(AccountKind.Reserved, 5, -6, false)]
    [InlineData(AccountKind.Redeemed, 5, -6, true)]
    [InlineData(AccountKind.Receivable, -5, 5, true)]
    [InlineData(AccountKind.Receivable, -5, 6, false)]
    [InlineData(AccountKind.Receivable, -5, -1000, true)]
    [InlineData(AccountKind.Issue, 0, -1000, true)]
    [InlineData(AccountKind.Issue, 0, 1000, true)]
    [InlineData(AccountKind.Exchange, 0, -1000, true)]
    [InlineData(AccountKind.Exchange, 0, 1000, true)]
    public void Add_BeyondTheLimitOfTheKind_Throws(AccountKind kind, long balance, long points, bool allowed)
    {
        var account = Account.Open(new AccountRef(kind, Given.Miles, "holder")) with { BalancePoints = balance, Version = 3 };

        if (allowed)
        {
            Assert.Equal(account with { BalancePoints = balance + points, Version = 4 }, account.Add(points));
        }
        else
        {
            Assert.Throws<InvalidOperationException>(() => account.Add(points));
        }
    }

    [Fact]
    public void Add_BeyondTheLargestNumber_Throws()
    {
        var account = Account.Open(AccountRef.Points(Given.Miles, Given.AdaInMiles)) with { BalancePoints = long.MaxValue };

        Assert.Throws<OverflowException>(() => account.Add(1));
    }

    [Theory]
    [InlineData(AccountKind.Points, true)]
    [InlineData(AccountKind.Receivable, true)]
    [InlineData(AccountKind.PoolShare, true)]
    [InlineData(AccountKind.Issue, false)]
    [InlineData(AccountKind.Exchange, false)]
    [InlineData(AccountKind.Breakage, false)]
    [InlineData(AccountKind.Transit, false)]
    [InlineData(AccountKind.Lot, true)]
    [InlineData(AccountKind.Pending, true)]
    [InlineData(AccountKind.ShareLot, true)]
    [InlineData(AccountKind.Budget, true)]
    [InlineData(AccountKind.Reserved, true)]
    [InlineData(AccountKind.Redeemed, false)]
    public void HasFloor_EachKind_IsTrueIfDecisionsDependOnTheBalance(AccountKind kind, bool floor)
    {
        Assert.Equal(floor, kind.HasFloor());
        Assert.Equal(13, Enum.GetValues<AccountKind>().Length);
    }

    // The id is stored on every entry, so the id of an existing account may never change. These ids were computed independently,
    // with Python's hashlib.
    [Theory]
    [InlineData(AccountKind.Points, "points/aurora-miles/h", "9a10d4b3-0f0f-c2ce-62eb-685f6ce2a542")]
    [InlineData(AccountKind.Receivable, "receivable/aurora-miles/h", "e4d87a83-0ece-a820-855d-5b556484d4a0")]
    [InlineData(AccountKind.PoolShare, "poolshare/aurora-miles/h", "d18855b1-0094-0299-5d88-c1dd37de1aee")]
    [InlineData(AccountKind.Issue, "issue/aurora-miles/h", "4455d9fc-0cf6-dc93-40fc-6b780685489e")]
    [InlineData(AccountKind.Exchange, "exchange/aurora-miles/h", "af239b9b-4823-138d-6937-5a734e593600")]
    [InlineData(AccountKind.Breakage, "breakage/aurora-miles/h", "9cacb0cd-2b48-e28c-9608-3ef174f513db")]
    public void Id_OfAnAccount_IsDerivedFromItsName(AccountKind kind, string name, string id)
    {
        var account = new AccountRef(kind, Given.Miles, "h");

        Assert.Equal((name, id), (account.Name, account.Id.ToString()));
    }

    [Fact]
    public void Id_CopyWithAnotherHolder_Differs()
    {
        var account = AccountRef.Issue(Given.Miles, Given.Aurora);
        var before = account.Id;

        var copy = account with { Holder = "beanery" };

        Assert.Equal(AccountRef.Issue(Given.Miles, Given.Beanery), copy);
        Assert.Equal(AccountRef.Issue(Given.Miles, Given.Beanery).Id, copy.Id);
        Assert.NotEqual(before, copy.Id);
    }
}
