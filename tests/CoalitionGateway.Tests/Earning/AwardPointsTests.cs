using CoalitionGateway.Tests.Rules;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Tests.Earning;

/// <summary>Points that a brand gives without a purchase.</summary>
public sealed class AwardPointsTests(RuledCoalition ruled) : IClassFixture<RuledCoalition>
{
    private TestPartner Alpha => ruled.Alpha;

    [Fact]
    public async Task Goodwill_IsUsable_IsTold_AndIsOnceForEachRequestAndReference()
    {
        var member = await ruled.Coalition.Member(Alpha);
        var request = Award(member, 700);

        var made = await Alpha.Client.Earning.AwardPointsAsync(request);
        var again = await Alpha.Client.Earning.AwardPointsAsync(request);

        Assert.Equal(made, again);
        Assert.Equal((Alpha.ProgrammeId, 700, 0, null), (made.ProgrammeId, made.AmountPoints, made.SettledPoints, made.ExpireTime));
        Assert.Equal(700, (await RuledCoalition.Balance(member, Alpha)).AvailablePoints);
        var told = (await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Alpha.ProgrammeId })).Movements.Single();
        Assert.Equal(
            (MovementKind.Award, 700, "alpha", request.AwardReference, "alpha gave you 700 points."),
            (told.Kind, told.Points, told.PartnerId, told.PurchaseReference, told.Sentence));
        request.RequestId = RequestIds.New();
        await Refusals.Refused(StatusCode.AlreadyExists, "PURCHASE_REFERENCE_TAKEN", () => Alpha.Client.Earning.AwardPointsAsync(request));
    }

    [Fact]
    public async Task Awards_AtTheSameTime_StayWithinTheLimit()
    {
        var member = await ruled.Coalition.Member(Alpha);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                return (await Alpha.Client.Earning.AwardPointsAsync(Award(member, 300_000))).AmountPoints;
            }
            catch (RpcException refused) when (refused.StatusCode == StatusCode.FailedPrecondition)
            {
                return 0;
            }
        }));

        Assert.Equal((3, 900_000), (outcomes.Count(points => points > 0), (await RuledCoalition.Balance(member, Alpha)).AvailablePoints));
        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "AWARD_LIMIT_REACHED", () => Alpha.Client.Earning.AwardPointsAsync(Award(member, 100_001)));
        Assert.Equal("100000", refusal.Metadata["left_points"]);
    }

    [Fact]
    public async Task OpeningBalance_BringsItsOwnDate_WhichTheBalanceTells()
    {
        var member = await ruled.Coalition.Member(Alpha);
        var request = Award(member, 5000, AwardReason.OpeningBalance);
        request.ExpireTime = Timestamp.FromDateTime(DateTime.UtcNow.Date.AddDays(20));

        var made = await Alpha.Client.Earning.AwardPointsAsync(request);

        var balance = await RuledCoalition.Balance(member, Alpha);
        Assert.Equal((5000, 5000, request.ExpireTime), (balance.AvailablePoints, balance.Expiring[0].Points, balance.Expiring[0].Time));
        Assert.Equal(request.ExpireTime, made.ExpireTime);
        await Refusals.Refused(StatusCode.FailedPrecondition, "AWARD_LIMIT_REACHED", () => Alpha.Client.Earning.AwardPointsAsync(Award(member, 1, AwardReason.OpeningBalance)));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(30, 1)]
    public async Task OpeningBalance_WithATimeThatDoesNotFit_IsRefused(int days, int seconds)
    {
        var request = Award(await ruled.Coalition.Member(Alpha), 10, AwardReason.OpeningBalance);
        request.ExpireTime = Timestamp.FromDateTime(DateTime.UtcNow.Date.AddDays(days).AddSeconds(seconds));

        var refusal = await Refusals.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => Alpha.Client.Earning.AwardPointsAsync(request));

        Assert.Contains("whole minute in the future", refusal.Message, StringComparison.Ordinal);
    }

    private AwardPointsRequest Award(TestMember member, long points, AwardReason reason = AwardReason.Goodwill) => new()
    {
        RequestId = RequestIds.New(), AwardReference = RequestIds.New(), MembershipNumber = member.Numbers[Alpha.ProgrammeId], AmountPoints = points, Reason = reason,
    };
}
