using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Tests.Earning;

public sealed class EarningTests(TestCoalition coalition)
{
    [Fact]
    public async Task RecordPurchase_WithoutAChoice_EarnsInTheBrandsOwnProgramme()
    {
        var member = await coalition.Member(coalition.Alpha);
        var purchase = await TestCoalition.Buy(coalition.Alpha, member, 42);
        Assert.Equal(coalition.Alpha.ProgrammeId, purchase.ProgrammeId);
        Assert.Equal((42, 42, 0), (purchase.GivenPoints, purchase.CreditedPoints, purchase.SettledPoints));
        Assert.Equal((42, 0), await TestCoalition.Balance(member, coalition.Alpha));
    }

    [Fact]
    public async Task RecordPurchase_AfterAChoice_EarnsInTheChosenProgrammeAtItsRate()
    {
        var member = await coalition.Member(coalition.Alpha, coalition.Beta);
        await member.Client.Members.ChooseProgrammeAsync(new ChooseProgrammeRequest { RequestId = RequestIds.New(), PartnerId = "alpha", ProgrammeId = coalition.Beta.ProgrammeId });
        var purchase = await TestCoalition.Buy(coalition.Alpha, member, 42);
        Assert.Equal(coalition.Beta.ProgrammeId, purchase.ProgrammeId);
        Assert.Equal((84, 0), await TestCoalition.Balance(member, coalition.Beta));
        Assert.Equal((0, 0), await TestCoalition.Balance(member, coalition.Alpha));
    }

    // Owed points would reveal a balance: after a return of more points, the difference is the balance.
    [Fact]
    public async Task Brand_LearnsNothingOfABalanceInAnotherBrandsProgramme()
    {
        var member = await coalition.Member(coalition.Alpha, coalition.Beta, coalition.Gamma);
        await TestCoalition.Buy(coalition.Beta, member, 777);
        await member.Client.Members.ChooseProgrammeAsync(new ChooseProgrammeRequest { RequestId = RequestIds.New(), PartnerId = "alpha", ProgrammeId = coalition.Beta.ProgrammeId });
        await TestCoalition.Buy(coalition.Alpha, member, 5000);
        await member.Client.Transfers.CreateTransferAsync(new CreateTransferRequest
        {
            RequestId = RequestIds.New(), SourceProgrammeId = coalition.Beta.ProgrammeId, DestinationProgrammeId = coalition.Gamma.ProgrammeId, AmountPoints = 10_000,
        });
        var returned = await Return(member, 5000);
        Assert.Equal((10_000, 0), (returned.TakenPoints, returned.OwedPoints));
        var purchase = await TestCoalition.Buy(coalition.Alpha, member, 10);
        Assert.Equal((20, 0, 0), (purchase.GivenPoints, purchase.SettledPoints, purchase.CreditedPoints));
        Assert.Equal((0, 10_000 - 777 - 20), await TestCoalition.Balance(member, coalition.Beta));
    }

    [Fact]
    public async Task ReversePurchase_InParts_TakesBackExactlyWhatWasGiven()
    {
        var member = await coalition.Member(coalition.Alpha);
        await TestCoalition.Buy(coalition.Alpha, member, 10, "in-parts");
        var taken = new List<long>();
        foreach (var micros in new[] { 3_330_000, 3_330_000, 3_340_000 })
        {
            taken.Add((await Reverse("in-parts", new Money { CurrencyCode = "EUR", Micros = micros })).TakenPoints);
        }

        Assert.Equal([3, 3, 4], taken);
        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "RETURN_EXCEEDS_PURCHASE", async () => await Reverse("in-parts", null));
        Assert.Equal("0", refusal.Metadata["returnable_micros"]);
    }

    [Fact]
    public async Task RecordReturn_LargerThanTheBalance_IsOwedAndPaidByTheNextPurchase()
    {
        var member = await coalition.Member(coalition.Alpha);
        await TestCoalition.Buy(coalition.Alpha, member, 10);
        var returned = await Return(member, 25);
        Assert.Equal((25, 15), (returned.TakenPoints, returned.OwedPoints));
        Assert.Equal((0, 15), await TestCoalition.Balance(member, coalition.Alpha));
        var purchase = await TestCoalition.Buy(coalition.Alpha, member, 20);
        Assert.Equal((20, 15, 5), (purchase.GivenPoints, purchase.SettledPoints, purchase.CreditedPoints));
        Assert.Equal((5, 0), await TestCoalition.Balance(member, coalition.Alpha));
    }

    [Fact]
    public async Task RecordPurchase_RetriedHoweverOften_HasOneEffect()
    {
        var member = await coalition.Member(coalition.Alpha);
        var request = TestCoalition.Purchase(coalition.Alpha, member, 7);
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => coalition.Alpha.Client.Earning.RecordPurchaseAsync(request).ResponseAsync));
        Assert.Single(answers.Select(answer => answer.Purchase).Distinct());
        Assert.Equal((7, 0), await TestCoalition.Balance(member, coalition.Alpha));
    }

    [Fact]
    public async Task RecordPurchase_SameRequestIdOtherBody_IsRefusedAndNamesTheMethod()
    {
        var member = await coalition.Member(coalition.Alpha);
        var request = TestCoalition.Purchase(coalition.Alpha, member, 7);
        await coalition.Alpha.Client.Earning.RecordPurchaseAsync(request);
        request.Amount = TestCoalition.Euro(8);
        var refusal = await Refusals.Refused(StatusCode.AlreadyExists, "REQUEST_ID_REUSED", () => coalition.Alpha.Client.Earning.RecordPurchaseAsync(request));
        Assert.Equal("RecordPurchase", refusal.Metadata["method"]);
        Assert.Equal((7, 0), await TestCoalition.Balance(member, coalition.Alpha));
    }

    [Fact]
    public async Task RequestId_UsedByAnotherPartner_IsAnotherRequest()
    {
        var member = await coalition.Member(coalition.Alpha, coalition.Beta);
        var request = TestCoalition.Purchase(coalition.Alpha, member, 7);
        await coalition.Alpha.Client.Earning.RecordPurchaseAsync(request);
        request.MembershipNumber = member.Numbers[coalition.Beta.ProgrammeId];
        Assert.Equal(7, (await coalition.Beta.Client.Earning.RecordPurchaseAsync(request)).Purchase.GivenPoints);
    }

    [Fact]
    public async Task RecordPurchase_RefusedOnce_IsRefusedOnRetryEvenIfItWouldPassNow()
    {
        var number = $"late-{Guid.NewGuid():N}";
        var request = new RecordPurchaseRequest
        {
            RequestId = RequestIds.New(), PurchaseReference = number, MembershipNumber = number, Amount = TestCoalition.Euro(1), PurchaseTime = Timestamp.FromDateTime(DateTime.UtcNow),
        };
        await Refusals.Refused(StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND", () => coalition.Alpha.Client.Earning.RecordPurchaseAsync(request));
        await coalition.Alpha.Client.Members.EnrollMemberAsync(new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = number });
        await Refusals.Refused(StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND", () => coalition.Alpha.Client.Earning.RecordPurchaseAsync(request));
        request.RequestId = RequestIds.New();
        Assert.Equal(1, (await coalition.Alpha.Client.Earning.RecordPurchaseAsync(request)).Purchase.GivenPoints);
    }

    [Fact]
    public async Task StreamPurchases_AppliesInOrder_AnswersInOrder_AndARefusalStopsNothing()
    {
        var member = await coalition.Member(coalition.Alpha);
        var bought = TestCoalition.Purchase(coalition.Alpha, member, 10, $"s-{Guid.NewGuid():N}");
        var refused = TestCoalition.Purchase(coalition.Alpha, member, 10, bought.PurchaseReference);
        var malformed = new RecordPurchaseRequest { RequestId = "not-a-uuid" };
        var reversed = new ReversePurchaseRequest { RequestId = RequestIds.New(), PurchaseReference = bought.PurchaseReference };
        var returned = new RecordReturnRequest
        {
            RequestId = RequestIds.New(), ReturnReference = $"r-{Guid.NewGuid():N}", MembershipNumber = bought.MembershipNumber, Amount = TestCoalition.Euro(3), ReturnTime = bought.PurchaseTime,
        };
        StreamPurchasesRequest[] entries = [new() { Purchase = bought }, new() { Purchase = refused }, new() { Purchase = malformed }, new() { Reversal = reversed }, new() { PurchaseReturn = returned }];
        var answers = await Stream(entries);
        Assert.Equal([bought.RequestId, refused.RequestId, "not-a-uuid", reversed.RequestId, returned.RequestId], answers.Select(answer => answer.RequestId));
        Assert.Equal(10, answers[0].Purchase.GivenPoints);
        Assert.Equal("PURCHASE_REFERENCE_TAKEN", GatewayRefusal.From(answers[1].Refusal)?.ReasonText);
        Assert.Equal("FIELD_INVALID", GatewayRefusal.From(answers[2].Refusal)?.ReasonText);
        Assert.Equal(10, answers[3].Reversal.TakenPoints);
        Assert.Equal((3, 3), (answers[4].PurchaseReturn.TakenPoints, answers[4].PurchaseReturn.OwedPoints));

        // The same call as a unary call, then the same stream again: both give the stored answers.
        Assert.Equal(answers[0].Purchase, (await coalition.Alpha.Client.Earning.RecordPurchaseAsync(bought)).Purchase);
        Assert.Equal(answers, await Stream(entries));
        Assert.Equal((0, 3), await TestCoalition.Balance(member, coalition.Alpha));
    }

    [Fact]
    public async Task StreamPurchases_ManyEntriesAtOnce_AreAllAnswered()
    {
        var member = await coalition.Member(coalition.Alpha);
        var entries = Enumerable.Range(0, 2000).Select(i => new StreamPurchasesRequest { Purchase = TestCoalition.Purchase(coalition.Alpha, member, 1) }).ToArray();
        var answers = await Stream(entries);
        Assert.Equal(entries.Select(entry => entry.Purchase.RequestId), answers.Select(answer => answer.RequestId));
        Assert.Equal((2000, 0), await TestCoalition.Balance(member, coalition.Alpha));
    }

    private async Task<List<StreamPurchasesResponse>> Stream(IEnumerable<StreamPurchasesRequest> entries)
    {
        using var stream = coalition.Alpha.Client.Earning.StreamPurchases();
        var reading = Task.Run(async () =>
        {
            var answers = new List<StreamPurchasesResponse>();
            await foreach (var answer in stream.ResponseStream.ReadAllAsync())
            {
                answers.Add(answer);
            }

            return answers;
        });
        foreach (var entry in entries)
        {
            await stream.RequestStream.WriteAsync(entry);
        }

        await stream.RequestStream.CompleteAsync();
        return await reading;
    }

    private async Task<Reversal> Reverse(string reference, Money? amount) => (await coalition.Alpha.Client.Earning.ReversePurchaseAsync(
        new ReversePurchaseRequest { RequestId = RequestIds.New(), PurchaseReference = reference, Amount = amount })).Reversal;

    private async Task<PurchaseReturn> Return(TestMember member, long euros) => (await coalition.Alpha.Client.Earning.RecordReturnAsync(new RecordReturnRequest
    {
        RequestId = RequestIds.New(),
        ReturnReference = RequestIds.New(),
        MembershipNumber = member.Numbers[coalition.Alpha.ProgrammeId],
        Amount = TestCoalition.Euro(euros),
        ReturnTime = Timestamp.FromDateTime(DateTime.UtcNow),
    })).PurchaseReturn;
}
