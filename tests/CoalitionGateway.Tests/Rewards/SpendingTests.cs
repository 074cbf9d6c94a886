using CoalitionGateway.Tests.Rules;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Tests.Rewards;

/// <summary>Points as money at a till of alpha, where a point is a cent. Members, tills and the books see the same.</summary>
public sealed class SpendingTests : IAsyncLifetime
{
    private readonly RuledCoalition _ruled = new();

    private TestPartner Alpha => _ruled.Alpha;

    private RewardService.RewardServiceClient Till => Alpha.Client.Rewards;

    public async ValueTask InitializeAsync()
    {
        await _ruled.InitializeAsync();
        await Terms(new SpendingRule { StepPoints = 50, MinPoints = 100, MaxBillPercent = 100, ReservationMinutes = 30 });
    }

    public ValueTask DisposeAsync()
    {
        _ruled.Verify();
        return _ruled.DisposeAsync();
    }

    [Fact]
    public async Task Payment_ReservedAndCaptured_IsToldTheMemberInOneSentence()
    {
        var member = await Member(1000);
        var reserved = await Reserve(member, "r1", 400);
        Assert.Equal((RedemptionState.Reserved, 4_000_000, false), (reserved.State, reserved.Value.Micros, reserved.NeedsApproval));
        var balance = await RuledCoalition.Balance(member, Alpha);
        Assert.Equal((600, 400), (balance.AvailablePoints, balance.ReservedPoints));
        Assert.Equal((400, reserved.ExpireTime), (balance.Reserved[0].Points, balance.Reserved[0].Time));

        var captured = await Till.CaptureRedemptionAsync(new CaptureRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = "r1", AmountPoints = 300 });

        Assert.Equal((300, 3_000_000, 100), (captured.CapturedPoints, captured.Value.Micros, captured.ReleasedPoints));
        balance = await RuledCoalition.Balance(member, Alpha);
        Assert.Equal((700, 0), (balance.AvailablePoints, balance.ReservedPoints));
        var movement = (await Movements(member))[0];
        Assert.Equal((MovementKind.Redemption, -300, 700, "r1"), (movement.Kind, movement.Points, movement.BalancePoints, movement.RedemptionReference));
        Assert.Equal("You spent 300 points at alpha.", movement.Sentence);
        Assert.Equal(RedemptionState.Captured, (await Till.GetRedemptionAsync(new GetRedemptionRequest { RedemptionReference = "r1" })).Redemption.State);
    }

    [Fact]
    public async Task Refund_ComesBack_AndARetryOfEachStepHasOneEffect()
    {
        var member = await Member(1000);
        var request = Request(member, "r1", 400, now: true);
        Assert.Equal(await Till.ReservePointsAsync(request), await Till.ReservePointsAsync(request));
        var refund = new RefundRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = "r1", AmountPoints = 150 };
        Assert.Equal(await Till.RefundRedemptionAsync(refund), await Till.RefundRedemptionAsync(refund));
        Assert.Equal(1_500_000, (await Till.RefundRedemptionAsync(refund)).Value.Micros);
        var sums = (await _ruled.Coalition.Gateway.Officer.Audit.GetLedgerSummaryAsync(new GetLedgerSummaryRequest())).Programmes.Single(sum => sum.ProgrammeId == Alpha.ProgrammeId);
        Assert.Equal((750, 250, 0), (sums.HeldPoints, sums.RedeemedPoints, sums.SumPoints));
        Assert.Equal(750, (await RuledCoalition.Balance(member, Alpha)).AvailablePoints);
        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "REFUND_EXCEEDS_CAPTURED", () => Till.RefundRedemptionAsync(
            new RefundRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = "r1", AmountPoints = 251 }));
        Assert.Equal("250", refusal.Metadata["left_points"]);
        Assert.Equal("alpha gave back 150 points that you had spent.", (await Movements(member))[0].Sentence);
    }

    /// <summary>Two orders at once on one balance: one wins, the other is told what is left.</summary>
    [Fact]
    public async Task Orders_AtOnce_NeverSpendMoreThanThereIs()
    {
        var member = await Member(1000);
        var orders = await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
        {
            try
            {
                return (await Till.ReservePointsAsync(Request(member, $"r{i}", 300, now: i % 2 == 0))).Redemption.AmountPoints;
            }
            catch (RpcException refused) when (refused.StatusCode == StatusCode.FailedPrecondition)
            {
                return 0;
            }
        }));
        Assert.Equal(900, orders.Sum());
        Assert.Equal(100, (await RuledCoalition.Balance(member, Alpha)).AvailablePoints);
    }

    [Fact]
    public async Task Approval_IsTheMembersAlone_AndListRedemptionsShowsWhatToApprove()
    {
        await Terms(new SpendingRule { StepPoints = 1, MaxBillPercent = 100, ApprovalAbovePoints = 200, ReservationMinutes = 30 });
        var (member, other) = (await Member(1000), await Member(10));
        await Reserve(member, "r1", 300);
        var capture = new CaptureRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = "r1" };
        await Refusals.Refused(StatusCode.FailedPrecondition, "REDEMPTION_NOT_APPROVED", () => Till.CaptureRedemptionAsync(capture));

        var own = (await member.Client.Rewards.ListRedemptionsAsync(new ListRedemptionsRequest())).Redemptions.Single();
        Assert.True(own.NeedsApproval);
        Assert.Empty((await other.Client.Rewards.ListRedemptionsAsync(new ListRedemptionsRequest())).Redemptions);
        await Refusals.Refused(StatusCode.NotFound, "REDEMPTION_NOT_FOUND", () => other.Client.Rewards.ApproveRedemptionAsync(Approve(own)));
        await member.Client.Rewards.ApproveRedemptionAsync(Approve(own));

        Assert.Equal(300, (await Till.CaptureRedemptionAsync(new CaptureRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = "r1" })).CapturedPoints);
        await Reserve(member, "r2", 300);
        var second = (await member.Client.Rewards.ListRedemptionsAsync(new ListRedemptionsRequest())).Redemptions[0];
        await member.Client.Rewards.DeclineRedemptionAsync(new DeclineRedemptionRequest { RequestId = RequestIds.New(), RedemptionId = second.RedemptionId });
        Assert.Equal(700, (await RuledCoalition.Balance(member, Alpha)).AvailablePoints);
    }

    /// <summary>A till that lost the answer asks again: the value is that of the points that were spent.</summary>
    [Fact]
    public async Task GetRedemption_TellsTheValueOfWhatWasSpent_AndThatAnErasureEndsIt()
    {
        var (member, leaving) = (await Member(1000), await Member(1000));
        await Reserve(member, "r1", 200);
        await Till.CaptureRedemptionAsync(new CaptureRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = "r1", AmountPoints = 150 });
        var found = (await Till.GetRedemptionAsync(new GetRedemptionRequest { RedemptionReference = "r1" })).Redemption;
        Assert.Equal((1_500_000, 150, 200), (found.Value.Micros, found.CapturedPoints, found.AmountPoints));
        await Reserve(leaving, "r2", 200);
        await leaving.Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New(), SettlePoints = true });
        var all = (await Till.ListRedemptionsAsync(new ListRedemptionsRequest())).Redemptions;
        Assert.Equal([("r2", RedemptionState.Released), ("r1", RedemptionState.Captured)], all.Select(row => (row.RedemptionReference, row.State)));
    }

    /// <summary>Another brand's reference leads nowhere, and a till of another brand learns nothing of the payment.</summary>
    [Fact]
    public async Task Redemption_OfAnotherBrand_IsNotFound()
    {
        var member = await Member(1000);
        await Reserve(member, "r1", 400);
        var beta = _ruled.Beta.Client.Rewards;
        await Refusals.Refused(StatusCode.NotFound, "REDEMPTION_NOT_FOUND", () => beta.GetRedemptionAsync(new GetRedemptionRequest { RedemptionReference = "r1" }));
        await Refusals.Refused(StatusCode.NotFound, "REDEMPTION_NOT_FOUND", () => beta.ReleaseRedemptionAsync(new ReleaseRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = "r1" }));
        Assert.Empty((await beta.ListRedemptionsAsync(new ListRedemptionsRequest())).Redemptions);
        var seen = (await Alpha.Client.Members.GetBalancesAsync(new GetBalancesRequest { MembershipNumber = member.Numbers[Alpha.ProgrammeId] })).Balances.Single();
        Assert.Equal((0, 0), (seen.ReservedPoints, seen.Reserved.Count));
    }

    [Fact]
    public async Task Reservation_OfAMembershipThatIsMerged_IsCapturedFromTheOneThatStays()
    {
        var (member, twin) = (await Member(100), await Member(1000));
        await Reserve(twin, "r1", 400);
        var number = twin.Numbers[Alpha.ProgrammeId];
        var code = (await Alpha.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = number })).LinkCode;
        await member.Client.Members.MergeMembershipsAsync(new MergeMembershipsRequest
        {
            RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId, MembershipNumber = number, LinkCode = code,
        });
        Assert.Equal((700, 400), (await RuledCoalition.Balance(member, Alpha)) is var merged ? (merged.AvailablePoints, merged.ReservedPoints) : default);
        await Till.CaptureRedemptionAsync(new CaptureRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = "r1", AmountPoints = 100 });
        Assert.Equal(1000, (await RuledCoalition.Balance(member, Alpha)).AvailablePoints);
        Assert.Equal("r1", (await member.Client.Rewards.ListRedemptionsAsync(new ListRedemptionsRequest())).Redemptions.Single().RedemptionReference);
        await Till.RefundRedemptionAsync(new RefundRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = "r1" });
        Assert.Equal(1100, (await RuledCoalition.Balance(member, Alpha)).AvailablePoints);
    }

    private static ApproveRedemptionRequest Approve(Redemption redemption) => new() { RequestId = RequestIds.New(), RedemptionId = redemption.RedemptionId };

    private Task<ProgrammeTerms> Terms(SpendingRule rule) => _ruled.Terms(Alpha, new ProgrammeTerms { Spending = rule });

    private async Task<TestMember> Member(long points)
    {
        var member = await _ruled.Coalition.Member(Alpha);
        await RuledCoalition.Buy(Alpha, member, points);
        return member;
    }

    private ReservePointsRequest Request(TestMember member, string reference, long points, bool now = false) => new()
    {
        RequestId = RequestIds.New(), RedemptionReference = reference, MembershipNumber = member.Numbers[Alpha.ProgrammeId], AmountPoints = points,
        Bill = TestCoalition.Euro(100), SpendNow = now,
    };

    private async Task<Redemption> Reserve(TestMember member, string reference, long points) => (await Till.ReservePointsAsync(Request(member, reference, points))).Redemption;

    private async Task<IReadOnlyList<PointsMovement>> Movements(TestMember member) =>
        (await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Alpha.ProgrammeId })).Movements;
}
