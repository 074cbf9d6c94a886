using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Pools;

namespace CoalitionGateway.Ledger.Tests.Pools;

public sealed class InviteMemberTests
{
    private const string _notFound = "PoolNotFound(pool_id) pool_id=000000fa-0000-7000-8000-000000000001";
    private const string _already = "AlreadyInPool pool_id=000000fa-0000-7000-8000-000000000001";
    private static readonly DateTime _open = Given.Now.AddTicks(10);
    private static readonly Participant _ada = Given.Participant(Given.AdaInMiles);

    // The first row has every fault, the last one none. Each row mends the fault that the row before was refused for.
    private static readonly Table _rows = new()
    {
        { "not in the pool, number unknown, pool full", () => Decide(inviter: null, known: false, Others(10)), _notFound },
        { "only invited, number unknown, pool full", () => Decide(Given.Participant(Given.AdaInMiles, _open), known: false, Others(10)), _notFound },
        { "number unknown, pool full", () => Decide(_ada, known: false, Others(10)), "PoolFull(pool_id) maximum_members=10" },
        { "number unknown, one place left", () => Decide(_ada, known: false, Others(9)), "MemberInvited" },
        { "number unknown, invited already", () => Decide(_ada, known: false, [Given.Participant(_nobody, _open), .. Others(5)]), $"{_already} state=invited" },
        { "number given since it was invited", () => Decide(_ada, known: true, [Given.Participant(_nobody, _open), .. Others(5)]), $"{_already} state=invited" },
        { "in it already, pool full", () => Decide(_ada, known: true, [Given.Participant(Given.BoInMiles), .. Others(9)]), $"{_already} state=active" },
        { "invited already, pool full", () => Decide(_ada, known: true, [Given.Participant(Given.BoInMiles, _open), .. Others(9)]), $"{_already} state=invited" },
        { "invited already, not full", () => Decide(_ada, known: true, [Given.Participant(Given.BoInMiles, _open)]), $"{_already} state=invited" },
        { "pool full", () => Decide(_ada, known: true, Others(10)), "PoolFull(pool_id) maximum_members=10" },
        { "pool full, the open invitations counted", () => Decide(_ada, known: true, [.. Others(5), .. Others(5, _open)]), "PoolFull(pool_id) maximum_members=10" },
        { "pool full, the own invitation expired", () => Decide(_ada, known: true, [Given.Participant(Given.BoInMiles, Given.Now), .. Others(10)]), "PoolFull(pool_id) maximum_members=10" },
        { "one place left", () => Decide(_ada, known: true, Others(9)), "MemberInvited" },
        { "one place left by an expired invitation", () => Decide(_ada, known: true, [.. Others(9), .. Others(5, Given.Now)]), "MemberInvited" },
        { "invited again after the invitation expired", () => Decide(_ada, known: true, [Given.Participant(Given.BoInMiles, Given.Now), .. Others(9)]), "MemberInvited" },
        { "alone in the pool", () => Decide(_ada, known: true, []), "MemberInvited" },
    };

    public static TheoryData<string> Rows => _rows.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public void InviteMember_EachRow_DecidesAsTheTableSays(string row) => _rows.Check(row);

    [Fact]
    public void InviteMember_Again_ReplacesTheExpiredInvitation()
    {
        var rows = new WorkingState();
        rows.LoadSet(new Participant.ByPool(Given.Family), [_ada, Given.Participant(Given.BoInMiles, Given.Now)]);

        Outcome.Made<MemberInvited>(Decide(_ada, known: true, [])).Apply(rows);

        Assert.Equal(
            [_ada, new Participant(Given.Family, Given.BoInMiles, new ParticipantId(Given.Uuid(7)), Given.Now.AddDays(14))],
            rows.FindAll(new Participant.ByPool(Given.Family)));
    }

    [Fact]
    public void InviteMember_Made_HasTheInvitedAsSubjectAndNamesTheInviter()
    {
        var made = Outcome.Made<MemberInvited>(Decide(_ada, known: true, []));

        Assert.Equal((Given.Bo, Given.Ada, Given.BoInMiles), (made.Subject, made.InviterId, made.MembershipId));
    }

    private static readonly MembershipId _nobody = new(Given.Uuid(0xdead));

    private static Decision Decide(Participant? inviter, bool known, Participant[] participants) =>
        new InviteMember(Given.Context, Given.Ada, Given.Family, "M-2", new ParticipantId(Given.Uuid(7)), _nobody).Decide(
            new InviteMember.State(
                inviter is null ? null : new PoolView(new Pool(Given.Family, Given.Miles, Given.Now), inviter, Given.Holds(Given.Miles, Given.AdaInMiles), Given.Share(0)),
                known ? Given.Membership(Given.BoInMiles, Given.Miles, Given.Bo) : null,
                participants),
            Given.Now);

    private static Participant[] Others(int count, DateTime? invitedUntil = null) =>
        [.. Enumerable.Range(1, count).Select(i => Given.Participant(new MembershipId(Given.Uuid(1000 + (invitedUntil is null ? 0 : 100) + i)), invitedUntil))];
}
