using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Pools;

namespace CoalitionGateway.Ledger.Tests.Pools;

/// <summary>Contributing, withdrawing, accepting and leaving, each for the calling member's own view of the pool.</summary>
public sealed class PoolTests
{
    private const string _notFound = "PoolNotFound(pool_id) pool_id=000000fa-0000-7000-8000-000000000001";
    private static readonly DateTime _open = Given.Now.AddTicks(10);

    // "No such pool" and "not your pool" get the same refusal. A member who is only invited has no points to move.
    private static readonly Table _contribute = new()
    {
        { "not in it, and nothing there", () => Contribute(1, null), _notFound },
        { "only invited, and nothing there", () => Contribute(1, View(invitedUntil: _open)), _notFound },
        { "a point more than is there", () => Contribute(101, View(available: 100)), "InsufficientPoints(amount_points) available_points=100 transferable_points=100" },
        { "owing, and nothing there", () => Contribute(1, View(owed: 5)), "InsufficientPoints(amount_points) available_points=0 transferable_points=0" },
        { "all that is there", () => Contribute(100, View(available: 100)), "PointsContributed" },
        { "one point", () => Contribute(1, View(available: 100)), "PointsContributed" },
    };

    private static readonly Table _withdraw = new()
    {
        { "not in it", () => Withdraw(1, null), _notFound },
        { "only invited", () => Withdraw(1, View(invitedUntil: _open)), _notFound },
        { "a point more than the share", () => Withdraw(31, View(share: 30, available: 1000)), "InsufficientShare(amount_points) share_points=30" },
        { "nothing contributed", () => Withdraw(1, View()), "InsufficientShare(amount_points) share_points=0" },
        { "the whole share", () => Withdraw(30, View(share: 30)), "PointsWithdrawn" },
    };

    private static readonly Table _accept = new()
    {
        { "not invited", () => Accept(null), _notFound },
        { "in it already", () => Accept(View()), "AlreadyInPool pool_id=000000fa-0000-7000-8000-000000000001 state=active" },
        { "the invitation ends now", () => Accept(View(invitedUntil: Given.Now)), $"InvitationExpired(pool_id) expire_time={Given.Now:O}" },
        { "the invitation ended", () => Accept(View(invitedUntil: Given.Now.AddDays(-1))), $"InvitationExpired(pool_id) expire_time={Given.Now.AddDays(-1):O}" },
        { "the invitation ends in a microsecond", () => Accept(View(invitedUntil: _open)), "InvitationAccepted" },
    };

    private static readonly Table _leave = new()
    {
        { "not in it", () => Leave(null), _notFound },
        { "in it with nothing", () => Leave(View()), "PoolLeft" },
        { "in it with a share", () => Leave(View(share: 30)), "PoolLeft" },
        { "declines an invitation", () => Leave(View(invitedUntil: _open)), "PoolLeft" },
        { "declines one that ended", () => Leave(View(invitedUntil: Given.Now)), _notFound },
    };

    public static TheoryData<string> Contributions => _contribute.Names;

    public static TheoryData<string> Withdrawals => _withdraw.Names;

    public static TheoryData<string> Acceptances => _accept.Names;

    public static TheoryData<string> Leavings => _leave.Names;

    [Theory]
    [MemberData(nameof(Contributions))]
    public void ContributePoints_SeveralFaults_NamesTheFirst(string row) => _contribute.Check(row);

    [Theory]
    [MemberData(nameof(Withdrawals))]
    public void WithdrawPoints_MoreThanTheOwnShare_IsRefused(string row) => _withdraw.Check(row);

    [Theory]
    [MemberData(nameof(Acceptances))]
    public void AcceptInvitation_SeveralFaults_NamesTheFirst(string row) => _accept.Check(row);

    [Theory]
    [MemberData(nameof(Leavings))]
    public void LeavePool_ParticipantOrInvited_IsAllowed(string row) => _leave.Check(row);

    [Fact]
    public void ContributePoints_Made_AddsToTheOwnShare()
    {
        var made = Outcome.Made<PointsContributed>(Contribute(40, View(share: 30, available: 100)));

        Assert.Equal((40, 70), (made.AmountPoints, made.SharePoints));
        Assert.Equal("aurora-miles: Points -40, PoolShare 40", Outcome.Moves(made));
        Assert.Equal(40, Outcome.Change(made, AccountRef.PoolShare(Given.Miles, Given.Family, Given.AdaInMiles)));
    }

    // Withdrawing and leaving are credits. They pay a debt first.
    [Theory]
    [InlineData(0, 0, "PoolShare -20, Points 20")]
    [InlineData(15, 15, "PoolShare -20, Receivable 15, Points 5")]
    [InlineData(20, 20, "PoolShare -20, Receivable 20")]
    [InlineData(99, 20, "PoolShare -20, Receivable 20")]
    public void WithdrawPoints_MemberOwesPoints_PaysTheDebtFirst(long owed, long settled, string lines)
    {
        var made = Outcome.Made<PointsWithdrawn>(Withdraw(20, View(share: 30, owed: owed)));

        Assert.Equal((20, settled, 10), (made.AmountPoints, made.SettledPoints, made.SharePoints));
        Assert.Equal($"aurora-miles: {lines}", Outcome.Moves(made));
    }

    [Theory]
    [InlineData(0, 0, "PoolShare -30, Points 30")]
    [InlineData(15, 15, "PoolShare -30, Receivable 15, Points 15")]
    [InlineData(99, 30, "PoolShare -30, Receivable 30")]
    public void LeavePool_MemberOwesPoints_ReturnsTheWholeShareAndPaysTheDebtFirst(long owed, long settled, string lines)
    {
        var made = Outcome.Made<PoolLeft>(Leave(View(share: 30, owed: owed)));

        Assert.Equal((30, settled), (made.ReturnedPoints, made.SettledPoints));
        Assert.Equal($"aurora-miles: {lines}", Outcome.Moves(made));
    }

    [Fact]
    public void LeavePool_WithoutAShare_MovesNothing() => Assert.Empty(Outcome.Made<PoolLeft>(Leave(View(invitedUntil: _open))).Postings);

    [Fact]
    public void LeavePool_Applied_FreesThePlace()
    {
        var rows = new WorkingState();
        rows.Put(Given.Participant(Given.AdaInMiles));

        Outcome.Made<PoolLeft>(Leave(View())).Apply(rows);

        Assert.Null(rows.Find(new Participant.Of(Given.Family, Given.AdaInMiles)));
        Assert.Equal([new(new Participant.Of(Given.Family, Given.AdaInMiles), null)], rows.Changes);
    }

    [Fact]
    public void AcceptInvitation_Applied_TurnsTheInvitationIntoAPlace()
    {
        var rows = new WorkingState();
        rows.Put(Given.Participant(Given.AdaInMiles, _open));

        Outcome.Made<InvitationAccepted>(Accept(View(invitedUntil: _open))).Apply(rows);

        Assert.Equal(Given.Participant(Given.AdaInMiles), rows.Find(new Participant.Of(Given.Family, Given.AdaInMiles)));
    }

    private static Decision Contribute(long points, PoolView? view) => new ContributePoints(Given.Context, Given.Ada, Given.Family, points).Decide(view, Given.Now);

    private static Decision Withdraw(long points, PoolView? view) => new WithdrawPoints(Given.Context, Given.Ada, Given.Family, points).Decide(view, Given.Now);

    private static Decision Accept(PoolView? view) => new AcceptInvitation(Given.Context, Given.Ada, Given.Family).Decide(
        new AcceptInvitation.State(view, [Given.Participant(Given.BoInMiles)]), Given.Now);

    private static Decision Leave(PoolView? view) => new LeavePool(Given.Context, Given.Ada, Given.Family).Decide(view, Given.Now);

    private static PoolView View(DateTime? invitedUntil = null, long share = 0, long available = 0, long owed = 0) => new(
        new Pool(Given.Family, Given.Miles, Given.Now.AddDays(-30)),
        Given.Participant(Given.AdaInMiles, invitedUntil),
        Given.Holds(Given.Miles, Given.AdaInMiles, available, owed),
        Given.Share(share));
}
