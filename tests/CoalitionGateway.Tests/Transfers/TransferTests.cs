using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Tests.Transfers;

public sealed class TransferTests(TestCoalition coalition)
{
    [Fact]
    public async Task CreateTransfer_MovesThePointsAtTheRoutesRatio()
    {
        var member = await coalition.Member(coalition.Beta, coalition.Gamma);
        await TestCoalition.Buy(coalition.Beta, member, 5000);
        var transfer = (await member.Client.Transfers.CreateTransferAsync(Request(coalition.Beta, coalition.Gamma, 3000))).Transfer;
        Assert.Equal((3000, 1500, 1500, 0), (transfer.AmountPoints, transfer.ArrivedPoints, transfer.CreditedPoints, transfer.SettledPoints));
        Assert.Equal((2000, 0), await TestCoalition.Balance(member, coalition.Beta));
        Assert.Equal((1500, 0), await TestCoalition.Balance(member, coalition.Gamma));
        Assert.Equal(transfer, (await member.Client.Transfers.GetTransferAsync(new GetTransferRequest { TransferId = transfer.TransferId })).Transfer);
    }

    [Theory]
    [InlineData(1700, "1000", "2000")]
    [InlineData(2001, "2000", "3000")]
    [InlineData(300, null, "1000")]
    public async Task CreateTransfer_AmountNotInSteps_IsRefusedWithTheNearestValidAmounts(long points, string? lower, string upper)
    {
        var member = await coalition.Member(coalition.Alpha, coalition.Beta);
        var refusal = await Refusals.Refused(
            StatusCode.InvalidArgument, "AMOUNT_NOT_IN_STEPS", () => member.Client.Transfers.CreateTransferAsync(Request(coalition.Alpha, coalition.Beta, points)));
        Assert.Equal((lower, upper), (refusal.Metadata.GetValueOrDefault("nearest_lower_points"), refusal.Metadata["nearest_upper_points"]));
        Assert.Equal("amount_points", Assert.Single(refusal.Fields).Field);
    }

    [Fact]
    public async Task CreateTransfer_MoreThanAvailable_IsRefusedWithTheLargestPossibleAmount()
    {
        var member = await coalition.Member(coalition.Alpha, coalition.Beta);
        await TestCoalition.Buy(coalition.Alpha, member, 2700);
        var refusal = await Refusals.Refused(
            StatusCode.FailedPrecondition, "INSUFFICIENT_POINTS", () => member.Client.Transfers.CreateTransferAsync(Request(coalition.Alpha, coalition.Beta, 3000)));
        Assert.Equal(("2700", "2000"), (refusal.Metadata["available_points"], refusal.Metadata["transferable_points"]));
    }

    [Fact]
    public async Task CreateTransfer_BalanceBelowTheRoutesMinimum_SaysThatNoAmountIsPossible()
    {
        var member = await coalition.Member(coalition.Beta, coalition.Gamma);
        await TestCoalition.Buy(coalition.Beta, member, 2700);
        var refusal = await Refusals.Refused(
            StatusCode.FailedPrecondition, "INSUFFICIENT_POINTS", () => member.Client.Transfers.CreateTransferAsync(Request(coalition.Beta, coalition.Gamma, 3000)));
        Assert.Equal("0", refusal.Metadata["transferable_points"]);
    }

    [Fact]
    public async Task CreateTransfer_OutsideTheRoutesLimits_IsRefusedWithTheLimit()
    {
        var member = await coalition.Member(coalition.Alpha, coalition.Beta, coalition.Gamma);
        var below = await Refusals.Refused(
            StatusCode.InvalidArgument, "AMOUNT_BELOW_MINIMUM", () => member.Client.Transfers.CreateTransferAsync(Request(coalition.Beta, coalition.Gamma, 2000)));
        Assert.Equal("3000", below.Metadata["minimum_points"]);
        var above = await Refusals.Refused(
            StatusCode.InvalidArgument, "AMOUNT_ABOVE_MAXIMUM", () => member.Client.Transfers.CreateTransferAsync(Request(coalition.Gamma, coalition.Alpha, 11_000)));
        Assert.Equal("10000", above.Metadata["maximum_points"]);
    }

    [Fact]
    public async Task CreateTransfer_FromManyAppsAtOnce_NeverSpendsAPointTwice()
    {
        var member = await coalition.Member(coalition.Alpha, coalition.Beta);
        await TestCoalition.Buy(coalition.Alpha, member, 10_000);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            try
            {
                await member.Client.Transfers.CreateTransferAsync(Request(coalition.Alpha, coalition.Beta, 1000));
                return "made";
            }
            catch (RpcException failed)
            {
                return GatewayRefusal.From(failed)!.ReasonText;
            }
        }));
        Assert.Equal(10, outcomes.Count(outcome => outcome == "made"));
        Assert.Equal(30, outcomes.Count(outcome => outcome == "INSUFFICIENT_POINTS"));
        Assert.Equal((0, 0), await TestCoalition.Balance(member, coalition.Alpha));
        Assert.Equal((10_000, 0), await TestCoalition.Balance(member, coalition.Beta));
    }

    [Fact]
    public async Task QuoteTransfer_GivesArrivingPointsAndBothValues_EvenWithoutTheBalance()
    {
        var member = await coalition.Member(coalition.Beta, coalition.Gamma);
        var quote = (await member.Client.Transfers.QuoteTransferAsync(new QuoteTransferRequest
        {
            SourceProgrammeId = coalition.Beta.ProgrammeId, DestinationProgrammeId = coalition.Gamma.ProgrammeId, AmountPoints = 4000,
        })).Quote;
        Assert.Equal((2000, 0), (quote.ArrivingPoints, quote.AvailablePoints));
        Assert.Equal((40_000_000, 20_000_000), (quote.SourceValue.Micros, quote.DestinationValue.Micros));
    }

    [Fact]
    public async Task GetTransfer_OfAnotherMember_IsNotFound()
    {
        var member = await coalition.Member(coalition.Alpha, coalition.Beta);
        var stranger = await coalition.Member(coalition.Alpha);
        await TestCoalition.Buy(coalition.Alpha, member, 1000);
        var transfer = (await member.Client.Transfers.CreateTransferAsync(Request(coalition.Alpha, coalition.Beta, 1000))).Transfer;
        await Refusals.Refused(StatusCode.NotFound, "TRANSFER_NOT_FOUND", () => stranger.Client.Transfers.GetTransferAsync(new GetTransferRequest { TransferId = transfer.TransferId }));
    }

    [Fact]
    public async Task ListTransfers_Pages_GiveEachTransferOnceNewestFirst()
    {
        var member = await coalition.Member(coalition.Alpha, coalition.Beta);
        await TestCoalition.Buy(coalition.Alpha, member, 7000);
        var made = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            made.Add((await member.Client.Transfers.CreateTransferAsync(Request(coalition.Alpha, coalition.Beta, 1000))).Transfer.TransferId);
        }

        var listed = new List<string>();
        var request = new ListTransfersRequest { PageSize = 3 };
        do
        {
            var page = await member.Client.Transfers.ListTransfersAsync(request);
            Assert.True(page.Transfers.Count <= 3);
            listed.AddRange(page.Transfers.Select(transfer => transfer.TransferId));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(made.AsEnumerable().Reverse(), listed);
    }

    [Fact]
    public async Task ListTransfers_PageTokenOfAnotherFilterOrMemberOrAltered_IsRefused()
    {
        var (member, other) = (await coalition.Member(coalition.Alpha, coalition.Beta), await coalition.Member(coalition.Alpha, coalition.Beta));
        await TestCoalition.Buy(coalition.Alpha, member, 2000);
        for (var i = 0; i < 2; i++)
        {
            await member.Client.Transfers.CreateTransferAsync(Request(coalition.Alpha, coalition.Beta, 1000));
        }

        var token = (await member.Client.Transfers.ListTransfersAsync(new ListTransfersRequest { PageSize = 1 })).NextPageToken;
        var altered = (token[0] == 'A' ? 'B' : 'A') + token[1..];
        foreach (var (client, request) in new[]
        {
            (member.Client, new ListTransfersRequest { PageToken = altered }),
            (member.Client, new ListTransfersRequest { PageToken = token, SourceProgrammeId = coalition.Alpha.ProgrammeId }),
            (other.Client, new ListTransfersRequest { PageToken = token }),
        })
        {
            var refusal = await Refusals.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => client.Transfers.ListTransfersAsync(request));
            Assert.Equal("page_token", Assert.Single(refusal.Fields).Field);
        }
    }

    private static CreateTransferRequest Request(TestPartner source, TestPartner destination, long points) => new()
    {
        RequestId = RequestIds.New(),
        SourceProgrammeId = source.ProgrammeId,
        DestinationProgrammeId = destination.ProgrammeId,
        AmountPoints = points,
    };
}
