using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Tests.Pools;

public sealed class PoolTests(TestCoalition coalition)
{
    [Fact]
    public async Task Pool_EachMembersShare_StaysKnownAndTheirs()
    {
        var (ann, ben) = (await coalition.Member(coalition.Alpha), await coalition.Member(coalition.Alpha));
        await TestCoalition.Buy(coalition.Alpha, ann, 500);
        await TestCoalition.Buy(coalition.Alpha, ben, 300);
        var pool = await Shared(ann, ben);
        await Contribute(ann, pool, 500);
        await Contribute(ben, pool, 200);
        var seen = await Get(ben, pool);
        Assert.Equal(700, seen.TotalPoints);
        Assert.Equal(200, seen.Participants.Single(participant => participant.IsCaller).SharePoints);
        Assert.Equal(500, seen.Participants.Single(participant => !participant.IsCaller).SharePoints);

        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "INSUFFICIENT_SHARE", () => ben.Client.Pools.WithdrawPointsAsync(
            new WithdrawPointsRequest { RequestId = RequestIds.New(), PoolId = pool, AmountPoints = 201 }));
        Assert.Equal("200", refusal.Metadata["share_points"]);
        var withdrawn = await ben.Client.Pools.WithdrawPointsAsync(new WithdrawPointsRequest { RequestId = RequestIds.New(), PoolId = pool, AmountPoints = 150 });
        Assert.Equal(50, withdrawn.SharePoints);
        Assert.Equal((250, 0), await TestCoalition.Balance(ben, coalition.Alpha));
    }

    [Fact]
    public async Task LeavePool_ReturnsTheWholeShare_AndPaysTheDebtFirst()
    {
        var (ann, ben) = (await coalition.Member(coalition.Alpha), await coalition.Member(coalition.Alpha));
        await TestCoalition.Buy(coalition.Alpha, ben, 300);
        var pool = await Shared(ann, ben);
        await Contribute(ben, pool, 300);
        await coalition.Alpha.Client.Earning.RecordReturnAsync(new RecordReturnRequest
        {
            RequestId = RequestIds.New(),
            ReturnReference = RequestIds.New(),
            MembershipNumber = ben.Numbers[coalition.Alpha.ProgrammeId],
            Amount = TestCoalition.Euro(120),
            ReturnTime = Timestamp.FromDateTime(DateTime.UtcNow),
        });
        var left = await ben.Client.Pools.LeavePoolAsync(new LeavePoolRequest { RequestId = RequestIds.New(), PoolId = pool });
        Assert.Equal((300, 120), (left.ReturnedPoints, left.SettledPoints));
        Assert.Equal((180, 0), await TestCoalition.Balance(ben, coalition.Alpha));
        await Refusals.Refused(StatusCode.NotFound, "POOL_NOT_FOUND", () => ben.Client.Pools.GetPoolAsync(new GetPoolRequest { PoolId = pool }));
        Assert.Single((await Get(ann, pool)).Participants);
    }

    [Fact]
    public async Task Invitation_BeforeItIsAccepted_ShowsNothingOfThePoolAndMovesNoPoints()
    {
        var (ann, ben) = (await coalition.Member(coalition.Alpha), await coalition.Member(coalition.Alpha));
        await TestCoalition.Buy(coalition.Alpha, ann, 100);
        await TestCoalition.Buy(coalition.Alpha, ben, 100);
        var pool = await Create(ann);
        await Contribute(ann, pool, 100);
        await Invite(ann, pool, ben);
        var seen = await Get(ben, pool);
        Assert.Equal(0, seen.TotalPoints);
        Assert.Equal(ParticipantState.Invited, Assert.Single(seen.Participants).State);
        await Refusals.Refused(StatusCode.NotFound, "POOL_NOT_FOUND", () => ben.Client.Pools.ContributePointsAsync(
            new ContributePointsRequest { RequestId = RequestIds.New(), PoolId = pool, AmountPoints = 1 }));
        await Refusals.Refused(StatusCode.NotFound, "POOL_NOT_FOUND", async () => await Invite(ben, pool, await coalition.Member(coalition.Alpha)));
    }

    [Fact]
    public async Task InviteMember_IntoAFullPool_IsRefused()
    {
        var ann = await coalition.Member(coalition.Alpha);
        var pool = await Create(ann);
        for (var i = 0; i < 9; i++)
        {
            await Invite(ann, pool, await coalition.Member(coalition.Alpha));
        }

        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "POOL_FULL", async () => await Invite(ann, pool, await coalition.Member(coalition.Alpha)));
        Assert.Equal("10", refusal.Metadata["maximum_members"]);
    }

    [Fact]
    public async Task ListPools_GivesOwnPoolsAndInvitations_NewestFirst()
    {
        var (ann, ben) = (await coalition.Member(coalition.Alpha), await coalition.Member(coalition.Alpha));
        var (first, second, others) = (await Create(ann), await Create(ann), await Create(ben));
        var third = await Create(ben);
        await Invite(ben, third, ann);
        var page = await ann.Client.Pools.ListPoolsAsync(new ListPoolsRequest { PageSize = 2 });
        var rest = await ann.Client.Pools.ListPoolsAsync(new ListPoolsRequest { PageSize = 2, PageToken = page.NextPageToken });
        Assert.Equal([third, second, first], page.Pools.Concat(rest.Pools).Select(pool => pool.PoolId));
        Assert.DoesNotContain(others, page.Pools.Concat(rest.Pools).Select(pool => pool.PoolId));
        Assert.Equal("", rest.NextPageToken);
    }

    private async Task<string> Create(TestMember member) => (await member.Client.Pools.CreatePoolAsync(
        new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = coalition.Alpha.ProgrammeId })).PoolId;

    private async Task Invite(TestMember member, string pool, TestMember invited) => await member.Client.Pools.InviteMemberAsync(
        new InviteMemberRequest { RequestId = RequestIds.New(), PoolId = pool, MembershipNumber = invited.Numbers[coalition.Alpha.ProgrammeId] });

    private async Task<string> Shared(TestMember founder, TestMember invited)
    {
        var pool = await Create(founder);
        await Invite(founder, pool, invited);
        await invited.Client.Pools.AcceptInvitationAsync(new AcceptInvitationRequest { RequestId = RequestIds.New(), PoolId = pool });
        return pool;
    }

    private static async Task Contribute(TestMember member, string pool, long points) => await member.Client.Pools.ContributePointsAsync(
        new ContributePointsRequest { RequestId = RequestIds.New(), PoolId = pool, AmountPoints = points });

    private static async Task<Pool> Get(TestMember member, string pool) => (await member.Client.Pools.GetPoolAsync(new GetPoolRequest { PoolId = pool })).Pool;
}
