using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Tests.Privacy;

/// <summary>The refusals of an erasure, the settlement of the points, and the rows that remain.</summary>
public sealed class EraseMemberTests
{
    private static readonly Membership _miles = Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada);

    private static readonly Table _rows = new()
    {
        { "nobody", () => Decide(known: false), "MemberNotFound(member_id)" },
        { "nothing left", () => Decide(), "MemberErased" },
        { "points left", () => Decide(available: 700, pooled: 300), "PointsRemain(settle_points) points=aurora-miles:1000" },
        { "points left, to be settled", () => Decide(available: 700, settle: true), "MemberErased" },
        { "points owed only", () => Decide(owed: 50), "MemberErased" },
        { "held", () => Decide(settle: true, hold: 1), "ErasureHeld ground=legal_claims until_time=2026-03-01T12:01:00.0000000Z" },
        { "held, with points left", () => Decide(available: 1, hold: 1), "ErasureHeld ground=legal_claims until_time=2026-03-01T12:01:00.0000000Z" },
        { "a hold that is over", () => Decide(hold: 0), "MemberErased" },
    };

    public static TheoryData<string> Rows => _rows.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public void EraseMember_EachRow_DecidesAsTheTableSays(string row) => _rows.Check(row);

    // Available and pooled points, less owed points, lapse or go to the heir. A debt alone lapses.
    [Theory]
    [InlineData(700, 300, 0, false, "aurora-miles: PoolShare -300, Points -700, Breakage 1000")]
    [InlineData(700, 300, 0, true, "aurora-miles: PoolShare -300, Points -700, Transit 1000; aurora-miles: Transit -1000, Points 1000")]
    [InlineData(0, 300, 50, true, "aurora-miles: PoolShare -300, Receivable 50, Transit 250; aurora-miles: Transit -250, Points 250")]
    [InlineData(0, 0, 50, true, "aurora-miles: Receivable 50, Breakage -50")]
    [InlineData(0, 40, 50, false, "aurora-miles: PoolShare -40, Receivable 50, Breakage -10")]
    [InlineData(0, 50, 50, true, "aurora-miles: PoolShare -50, Receivable 50")]
    [InlineData(0, 0, 0, true, "")]
    public void EraseMember_PointsOrDebtLeft_SettlesThem(long available, long pooled, long owed, bool heir, string moves)
    {
        var decision = Decide(available, pooled, owed, settle: true, heir: heir);
        Event[] all = [decision.Event!, .. decision.FollowUps];

        Assert.Equal(moves, string.Join("; ", all.Select(made => Outcome.Moves(made)).Where(line => line.Length > 0)));
        Assert.All(all.SelectMany(made => made.Postings), posting => posting.Check());
    }

    /// <summary>The heir's own debt is paid first, as with any credit.</summary>
    [Fact]
    public void EraseMember_HeirOwesPoints_PaysTheDebtFirst()
    {
        var state = State(500, 0, 0, 0, true) with { };
        var owing = new Settlement(_miles, Given.Holds(Given.Miles, Given.AdaInMiles, 500), [], new Heir(Given.Bo, Given.Holds(Given.Miles, Given.BoInMiles, 0, 200)));

        var decision = new EraseMember(Given.Context, Given.Ada, true, Given.Notice("1")).Decide(state with { Settlements = [owing] }, Given.Now);

        Assert.Equal("aurora-miles: Points -500, Transit 500", Outcome.Moves(Outcome.Made<MemberErased>(decision)));
        var inherited = Assert.IsType<PointsInherited>(Assert.Single(decision.FollowUps));
        Assert.Equal("aurora-miles: Transit -500, Receivable 200, Points 300", Outcome.Moves(inherited));
        Assert.Equal((Given.Bo, Caller.Gateway), (inherited.Subject, inherited.Header.Actor));
    }

    [Fact]
    public void EraseMember_ErasesNumberCodesAndProfile_AndNotifiesThePartner()
    {
        var decision = Decide(settle: true);

        Assert.Equal(["MembershipNumber", "LinkCode", "Profile"], decision.Erased.Select(row => row.GetType().Name));
        var told = Assert.IsType<Notification>(Assert.Single(decision.ErasableRows));
        Assert.Equal((Given.Aurora, NotificationKind.Erased, "M-1"), (told.PartnerId, told.Kind, told.Number));
        Assert.False(decision.Event!.Encode().AsSpan().IndexOf("M-1"u8) >= 0);
    }

    /// <summary>Afterwards the membership belongs to nobody, and the member's id finds none of the member's own rows.</summary>
    [Fact]
    public void MemberErased_Applied_LeavesTheMembershipWithoutAMember()
    {
        var rows = new WorkingState();
        rows.Put(_miles);
        rows.Put(Given.Participant(Given.AdaInMiles));
        rows.LoadSet(new Choice.ByMember(Given.Ada), [new Choice(Given.Ada, Given.Beanery, Given.Now, Given.Miles)]);
        rows.Put(new Restriction(Given.Ada, RestrictionGround.LegalClaims, new EventId(Given.Uuid(1)), Given.Now));
        rows.Put(new SharingRefusal(Given.Ada, RefusalSignal.Member, new EventId(Given.Uuid(1)), Given.Now, 3));
        var made = Outcome.Made<MemberErased>(Decide(pooled: 5, settle: true, choice: true));

        made.Apply(rows);

        var left = rows.Find(new Membership.Of(Given.AdaInMiles))!;
        Assert.True(left.IsErased);
        Assert.Equal(Given.AdaInMiles.Value, left.MemberId.Value);
        Assert.Null(rows.Find(new Membership.OfMember(Given.Ada, Given.Miles)));
        Assert.Null(rows.Find(new Participant.Of(Given.Family, Given.AdaInMiles)));
        Assert.Null(rows.Find(new Choice.Of(Given.Ada, Given.Beanery, Given.Now)));
        Assert.Null(rows.Find(new Restriction.Of(Given.Ada)));
        Assert.Null(rows.Find(new SharingRefusal.Of(Given.Ada)));
        Assert.Equal(new Erasure(Given.Ada, made.Id, made.Time), rows.Find(new Erasure.Of(Given.Ada)));
    }

    [Fact]
    public void Settlement_HeirErasedOrTheMemberThemself_HasNoHeir()
    {
        Assert.NotNull(Heir(Given.Membership(Given.BoInMiles, Given.Miles, Given.Bo)));
        Assert.Null(Heir(Given.Membership(Given.BoInMiles, Given.Miles, Given.Bo).Erased()));
        Assert.Null(Heir(Given.Membership(Given.BoInMiles, Given.Miles, Given.Ada)));

        static Heir? Heir(Membership heir)
        {
            var rows = new WorkingState();
            rows.Put(heir);
            rows.Put(new ClosingRule(Given.Miles, Given.BoInMiles, 1, Given.Now));
            return Settlement.Find(rows, _miles, Given.Now).Heir;
        }
    }

    private static Decision Decide(
        long available = 0, long pooled = 0, long owed = 0, bool settle = false, int? hold = null, bool heir = false, bool known = true, bool choice = false) =>
        new EraseMember(Given.Context, Given.Ada, settle, Given.Notice("1")).Decide(
            State(available, pooled, owed, hold, heir, choice) is var state && known ? state : state with { Recipients = [] }, Given.Now);

    private static EraseMember.State State(long available, long pooled, long owed, int? hold, bool heir, bool choice = false) => new(
        [new Recipient(_miles, Given.Aurora, new MembershipNumber(Given.Miles, "M-1", Given.AdaInMiles, []), false)],
        [
            new Settlement(
                _miles, Given.Holds(Given.Miles, Given.AdaInMiles, available, owed), pooled > 0 ? [(Given.Participant(Given.AdaInMiles), Given.Share(pooled))] : [],
                heir ? new Heir(Given.Bo, Given.Holds(Given.Miles, Given.BoInMiles)) : null),
        ],
        [new LinkCode(Given.AdaInMiles, [1], Given.Now)],
        new Profile(Given.Ada, "sealed", null, null, null, null, null),
        choice ? [new Choice(Given.Ada, Given.Beanery, Given.Now, Given.Miles)] : [],
        hold is { } minutes ? [new Hold(new EventId(Given.Uuid(7)), Given.Ada, HoldGround.LegalClaims, Given.Now.AddMinutes(minutes), Given.Now)] : [],
        null, null)
    {
        Numbers = [new MembershipNumber(Given.Miles, "M-1", Given.AdaInMiles, [])],
    };
}
