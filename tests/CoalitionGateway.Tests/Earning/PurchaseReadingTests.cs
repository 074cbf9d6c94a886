using CoalitionGateway.V1;
using CoalitionGateway.Tests.Rules;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Tests.Earning;

/// <summary>What partners and members read about purchases, and what late purchases earn.</summary>
public sealed class PurchaseReadingTests(RuledCoalition ruled) : IClassFixture<RuledCoalition>
{
    private TestPartner Alpha => ruled.Alpha;

    [Fact]
    public async Task GetPurchase_AfterAPartReturn_TellsTheLinesAndWhatEachAwardLost()
    {
        await ruled.Campaign(Alpha, new Campaign { Filter = new CampaignFilter { Categories = { "kept" } }, Effect = CampaignEffect.Fixed, Amount = 10, KeptOnReturn = true });
        var member = await ruled.Coalition.Member(Alpha);
        var request = RuledCoalition.Purchase(Alpha, member, 12, 2, RuledCoalition.Line("kept", 13), RuledCoalition.Line("", -1));
        (request.Shop, request.Till, request.Channel) = ("north", "4", SalesChannel.App);
        await Alpha.Client.Earning.RecordPurchaseAsync(request);
        await Alpha.Client.Earning.ReversePurchaseAsync(new ReversePurchaseRequest { RequestId = RequestIds.New(), PurchaseReference = request.PurchaseReference, Amount = TestCoalition.Euro(3) });

        var found = (await Alpha.Client.Earning.GetPurchaseAsync(new GetPurchaseRequest { PurchaseReference = request.PurchaseReference })).Purchase;

        Assert.Equal((request.MembershipNumber, "north", "4", SalesChannel.App), (found.MembershipNumber, found.Shop, found.Till, found.Channel));
        Assert.Equal((22, 3, 3_000_000), (found.GivenPoints, found.TakenPoints, found.ReturnedAmount.Micros));
        Assert.Equal([(12, 3), (10, 0)], found.Awards.Select(award => (award.Points, award.TakenPoints)));
        Assert.Equal([13_000_000, -1_000_000], found.Lines.Select(line => line.AmountMicros));
        Assert.Equal(request.PurchaseTime.Seconds, found.PurchaseTime.Seconds);
        await Refusals.Refused(StatusCode.NotFound, "PURCHASE_NOT_FOUND", () => ruled.Beta.Client.Earning.GetPurchaseAsync(new GetPurchaseRequest { PurchaseReference = request.PurchaseReference }));
    }

    [Fact]
    public async Task ListPurchases_OfAPeriod_GivesEachOnceNewestFirst_AndNoOtherBrands()
    {
        var member = await ruled.Coalition.Member(Alpha, ruled.Beta);
        var from = DateTime.UtcNow.AddDays(-5000);
        var references = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            var request = RuledCoalition.Purchase(Alpha, member, 1 + i, 4999 - (i / 2));
            references.Insert(0, request.PurchaseReference);
            await Alpha.Client.Earning.RecordPurchaseAsync(request);
        }

        await RuledCoalition.Buy(ruled.Beta, member, 3, 4998);
        var (found, page) = (new List<RecordedPurchase>(), "");
        do
        {
            var answer = await Alpha.Client.Earning.ListPurchasesAsync(new ListPurchasesRequest
            {
                FromTime = Timestamp.FromDateTime(from), UntilTime = Timestamp.FromDateTime(from.AddDays(100)), PageSize = 3, PageToken = page,
            });
            found.AddRange(answer.Purchases);
            page = answer.NextPageToken;
        }
        while (page.Length > 0);

        Assert.Equal(references.Order(), found.Select(purchase => purchase.PurchaseReference).Order());
        Assert.Equal(found.OrderByDescending(purchase => purchase.PurchaseTime).Select(purchase => purchase.PurchaseReference), found.Select(purchase => purchase.PurchaseReference));
        Assert.Equal(28, found.Sum(purchase => purchase.GivenPoints));
    }

    [Fact]
    public async Task LatePurchase_EarnsAtTheRateAndInTheProgrammeOfItsTime()
    {
        var now = DateTime.UtcNow;
        var rate = new Rate { Points = 10, Spend = TestCoalition.Euro(1) };
        await ruled.Agree(new Agreement { PartnerId = "beta", ProgrammeId = ruled.Beta.ProgrammeId, Rates = { rate }, Rounding = Rounding.Down, FromTime = Timestamp.FromDateTime(now.AddDays(-10)), AcceptDays = 60 });
        await ruled.Agree(new Agreement { PartnerId = "beta", ProgrammeId = Alpha.ProgrammeId, Rates = { rate }, Rounding = Rounding.Down, FromTime = TestCoalition.Past });
        var member = await ruled.Coalition.Member(ruled.Beta, Alpha);
        var before = RuledCoalition.Purchase(ruled.Beta, member, 5, 0.0001);
        await member.Client.Members.ChooseProgrammeAsync(new ChooseProgrammeRequest { RequestId = RequestIds.New(), PartnerId = "beta", ProgrammeId = Alpha.ProgrammeId });

        Assert.Equal((ruled.Beta.ProgrammeId, 50), Told((await ruled.Beta.Client.Earning.RecordPurchaseAsync(before)).Purchase));
        Assert.Equal((ruled.Beta.ProgrammeId, 5), Told(await RuledCoalition.Buy(ruled.Beta, member, 5, 11)));
        Assert.Equal((Alpha.ProgrammeId, 50), Told(await RuledCoalition.Buy(ruled.Beta, member, 5)));
    }

    [Fact]
    public async Task PurchaseOlderThanTheAgreementAccepts_IsRefused_NamingTheEarliestTime()
    {
        await ruled.Agree(new Agreement
        {
            PartnerId = "gamma", ProgrammeId = ruled.Coalition.Gamma.ProgrammeId, Rates = { new Rate { Points = 1, Spend = TestCoalition.Euro(1) } }, Rounding = Rounding.Down, FromTime = TestCoalition.Past, AcceptDays = 30,
        });
        var member = await ruled.Coalition.Member(ruled.Coalition.Gamma);

        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "PURCHASE_TOO_LATE", () => RuledCoalition.Buy(ruled.Coalition.Gamma, member, 5, 31));

        Assert.Equal("30", refusal.Metadata["accept_days"]);
        Assert.Equal(5, (await RuledCoalition.Buy(ruled.Coalition.Gamma, member, 5, 29)).GivenPoints);
    }

    [Fact]
    public async Task ListMovements_ForTheBrand_ShowsWhatItCausedAndNoBalances()
    {
        var member = await ruled.Coalition.Member(Alpha, ruled.Beta);
        await RuledCoalition.Buy(Alpha, member, 2000);
        await member.Client.Transfers.CreateTransferAsync(new CreateTransferRequest { RequestId = RequestIds.New(), SourceProgrammeId = Alpha.ProgrammeId, DestinationProgrammeId = ruled.Beta.ProgrammeId, AmountPoints = 1000 });
        var own = (await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Alpha.ProgrammeId, Language = "sv" })).Movements;
        var brands = (await Alpha.Client.Movements.ListMovementsAsync(new ListMovementsRequest { MembershipNumber = member.Numbers[Alpha.ProgrammeId] })).Movements;

        Assert.Equal([("Du överförde 1000 poäng till beta points.", 1000), ("Ett köp hos alpha gav 2000 poäng.", 2000)], own.Select(found => (found.Sentence, found.BalancePoints)));
        Assert.Equal([("A purchase at alpha earned 2000 points.", 0)], brands.Select(found => (found.Sentence, found.BalancePoints)));
        Assert.Equal(MovementKind.TransferIn, (await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = ruled.Beta.ProgrammeId })).Movements.Single().Kind);
        await Refusals.Refused(StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND", () => ruled.Beta.Client.Movements.ListMovementsAsync(new ListMovementsRequest { MembershipNumber = member.Numbers[Alpha.ProgrammeId] }));
    }

    [Fact]
    public async Task ListMovements_ReturnOfPointsThatAreGone_TellsWhatItTook()
    {
        var member = await ruled.Coalition.Member(Alpha, ruled.Beta);
        var bought = RuledCoalition.Purchase(Alpha, member, 1000);
        await Alpha.Client.Earning.RecordPurchaseAsync(bought);
        await member.Client.Transfers.CreateTransferAsync(new CreateTransferRequest { RequestId = RequestIds.New(), SourceProgrammeId = Alpha.ProgrammeId, DestinationProgrammeId = ruled.Beta.ProgrammeId, AmountPoints = 1000 });

        await Alpha.Client.Earning.ReversePurchaseAsync(new ReversePurchaseRequest { RequestId = RequestIds.New(), PurchaseReference = bought.PurchaseReference });

        var told = (await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Alpha.ProgrammeId })).Movements[0];
        Assert.Equal((0, 1000, "A return at alpha took back 1000 points."), (told.Points, told.OwedPoints, told.Sentence));
    }

    [Theory]
    [InlineData("en")]
    [InlineData("sv")]
    [InlineData("nb")]
    [InlineData("pl")]
    [InlineData("lv")]
    public async Task ListMovements_PageByPage_GivesEachOnceWithItsBalance(string language)
    {
        var member = await ruled.Coalition.Member(Alpha);
        for (var i = 1; i <= 5; i++)
        {
            await RuledCoalition.Buy(Alpha, member, i);
        }

        var (found, page) = (new List<PointsMovement>(), "");
        do
        {
            var answer = await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Alpha.ProgrammeId, Language = language, PageSize = 2, PageToken = page });
            found.AddRange(answer.Movements);
            page = answer.NextPageToken;
        }
        while (page.Length > 0);

        Assert.Equal([15, 10, 6, 3, 1], found.Select(movement => movement.BalancePoints));
        Assert.All(found, movement => Assert.Contains($"{movement.Points}", movement.Sentence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ListMovements_OfAPeriod_GivesThoseRecordedInIt_WithTheirBalances()
    {
        var member = await ruled.Coalition.Member(Alpha);
        for (var i = 1; i <= 4; i++)
        {
            await RuledCoalition.Buy(Alpha, member, i);
        }

        var all = (await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Alpha.ProgrammeId })).Movements;
        var period = new ListMovementsRequest { ProgrammeId = Alpha.ProgrammeId, FromTime = all[2].Time, UntilTime = all[0].Time };
        Assert.Equal([all[1], all[2]], (await member.Client.Movements.ListMovementsAsync(period)).Movements.Where(found => found.Time != all[0].Time && found != all[3]));

        period.UntilTime = period.FromTime;
        await Refusals.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => member.Client.Movements.ListMovementsAsync(period));
    }

    private static (string Programme, long Points) Told(Purchase purchase) => (purchase.ProgrammeId, purchase.GivenPoints);
}
