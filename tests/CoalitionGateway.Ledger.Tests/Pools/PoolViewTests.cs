using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Pools;

namespace CoalitionGateway.Ledger.Tests.Pools;

public sealed class PoolViewTests
{
    [Theory]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public void Find_WithoutPoolMembershipOrPlace_FindsNothing(bool pool, bool membership, bool place) =>
        Assert.Null(PoolView.Find(Rows(pool, membership, place), Given.Family, Given.Ada, Given.Now));

    [Fact]
    public void Find_InThePool_ShowsTheOwnShareAndTheOwnHoldings()
    {
        var view = PoolView.Find(Rows(pool: true, membership: true, place: true), Given.Family, Given.Ada, Given.Now)!;

        Assert.Equal((30, 100, 0), (view.Share.Points, view.Holdings.AvailablePoints, view.Holdings.OwedPoints));
        Assert.Equal(Given.Participant(Given.AdaInMiles), view.Own);
    }

    private static WorkingState Rows(bool pool, bool membership, bool place)
    {
        var rows = new WorkingState();
        rows.Put(Given.Participant(Given.BoInMiles));
        rows.Put(Account.Open(AccountRef.PoolShare(Given.Miles, Given.Family, Given.AdaInMiles)).Add(30));
        rows.Put(Account.Open(AccountRef.PoolShare(Given.Miles, Given.Family, Given.BoInMiles)).Add(500));
        rows.Put(Account.Open(AccountRef.Points(Given.Miles, Given.AdaInMiles)).Add(100));
        if (pool)
        {
            rows.Put(new Pool(Given.Family, Given.Miles, Given.Now));
        }

        if (membership)
        {
            rows.Put(Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada));
        }

        if (place)
        {
            rows.Put(Given.Participant(Given.AdaInMiles));
        }

        return rows;
    }
}
