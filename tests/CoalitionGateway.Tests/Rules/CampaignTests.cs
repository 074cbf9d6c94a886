using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Tests.Rules;

/// <summary>Campaigns through the front door: budgets under concurrency, versions, late purchases, previews.</summary>
public sealed class CampaignTests(RuledCoalition ruled) : IClassFixture<RuledCoalition>
{
    private TestPartner Alpha => ruled.Alpha;

    [Fact]
    public async Task Budget_OfManyPurchasesAtOnce_EndsExactlyWhenItIsSpent()
    {
        var campaign = await ruled.Campaign(Alpha, new Campaign { Filter = Only("budget"), Effect = CampaignEffect.Fixed, Amount = 10, PayerId = "beta", BudgetPoints = 105 });
        var members = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ruled.Coalition.Member(Alpha)));

        var bought = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => RuledCoalition.Buy(Alpha, members[i % 4], 1, 0, RuledCoalition.Line("budget", 1))));

        var awards = bought.Select(purchase => purchase.Awards.Single(award => award.CampaignId == campaign.CampaignId)).ToArray();
        Assert.Equal((105, 40 * 10 - 105), (awards.Sum(award => award.Points), awards.Sum(award => award.WithheldPoints)));
        Assert.Equal([0, 5, 10], awards.Select(award => award.Points).Distinct().Order());
        Assert.Equal(0, await Left(campaign.CampaignId, ruled.Beta.Client));
        Assert.Equal(0, await Left(campaign.CampaignId, Alpha.Client));
    }

    [Fact]
    public async Task Budget_AfterAReturn_IsRefilledForTheNextPurchase()
    {
        var campaign = await ruled.Campaign(Alpha, new Campaign { Filter = Only("refill"), Effect = CampaignEffect.Fixed, Amount = 10, PayerId = "alpha", BudgetPoints = 10 });
        var member = await ruled.Coalition.Member(Alpha);
        var first = RuledCoalition.Purchase(Alpha, member, 1, 0, RuledCoalition.Line("refill", 1));
        Assert.Equal(11, (await Alpha.Client.Earning.RecordPurchaseAsync(first)).Purchase.GivenPoints);
        Assert.Equal(1, (await RuledCoalition.Buy(Alpha, member, 1, 0, RuledCoalition.Line("refill", 1))).GivenPoints);

        await Alpha.Client.Earning.ReversePurchaseAsync(new ReversePurchaseRequest { RequestId = RequestIds.New(), PurchaseReference = first.PurchaseReference });

        Assert.Equal(10, await Left(campaign.CampaignId, Alpha.Client));
        Assert.Equal(11, (await RuledCoalition.Buy(Alpha, member, 1, 0, RuledCoalition.Line("refill", 1))).GivenPoints);
    }

    [Fact]
    public async Task Budget_MadeSmallerThanWhatIsGiven_IsRefused_AndOthersPayerToo()
    {
        var campaign = await ruled.Campaign(Alpha, new Campaign { Filter = Only("smaller"), Effect = CampaignEffect.Fixed, Amount = 10, PayerId = "alpha", BudgetPoints = 100 });
        await RuledCoalition.Buy(Alpha, await ruled.Coalition.Member(Alpha), 1, 0, RuledCoalition.Line("smaller", 1));

        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "BUDGET_SPENT", () => Again(campaign, 9, "alpha"));
        Assert.Equal("10", refusal.Metadata["given_points"]);
        await Refusals.Refused(StatusCode.FailedPrecondition, "PAYER_CHANGED", () => Again(campaign, 100, "beta"));
        Assert.Equal((2, 20), ((await Again(campaign, 30, "alpha")).Version, await Left(campaign.CampaignId, Alpha.Client)));
    }

    [Fact]
    public async Task Card_OfStamps_GivesEachTenthAndNotTheOthers()
    {
        await ruled.Campaign(Alpha, new Campaign { Filter = new CampaignFilter { Categories = { "stamps" }, EveryNth = 3 }, Effect = CampaignEffect.Fixed, Amount = 50 });
        var member = await ruled.Coalition.Member(Alpha);
        var given = new List<long>();
        for (var i = 0; i < 7; i++)
        {
            given.Add((await RuledCoalition.Buy(Alpha, member, 1, 0, RuledCoalition.Line("stamps", 1))).GivenPoints);
        }

        Assert.Equal([1, 1, 51, 1, 1, 51, 1], given);
    }

    [Theory]
    [InlineData(5, -1, 1)]
    [InlineData(5, 4, 2)]
    [InlineData(-1, 0, 1)]
    public async Task PointsForAUnit_ADiscountIsNoArticle(long first, long second, int units)
    {
        var category = $"unit-{first}-{second}".Replace('-', '_');
        await ruled.Campaign(Alpha, new Campaign { Filter = Only(category), Effect = CampaignEffect.PerUnit, Amount = 10 });
        var member = await ruled.Coalition.Member(Alpha);

        var made = await RuledCoalition.Buy(Alpha, member, first + second + 7, 0, RuledCoalition.Line(category, first), RuledCoalition.Line(category, second), RuledCoalition.Line("", 7));

        Assert.Equal(10 * units, made.Awards[^1].Points);
    }

    [Fact]
    public async Task DiscountAlone_IsNoPurchaseOfItsCategory()
    {
        await ruled.Campaign(Alpha, new Campaign { Filter = Only("discounted"), Effect = CampaignEffect.Fixed, Amount = 50 });
        var member = await ruled.Coalition.Member(Alpha);

        Assert.Single((await RuledCoalition.Buy(Alpha, member, 6, 0, RuledCoalition.Line("discounted", -1), RuledCoalition.Line("", 7))).Awards);
    }

    [Fact]
    public async Task Preview_KnowsTheShop()
    {
        await ruled.Campaign(Alpha, new Campaign { Filter = new CampaignFilter { Shops = { "harbour" } }, Effect = CampaignEffect.Fixed, Amount = 50 });
        var member = await ruled.Coalition.Member(Alpha);
        var purchase = new PreviewedPurchase { MembershipNumber = member.Numbers[Alpha.ProgrammeId], Amount = TestCoalition.Euro(9), Shop = "harbour" };

        Assert.Equal([9, 50], (await Alpha.Client.Earning.PreviewPurchaseAsync(new PreviewPurchaseRequest { Purchase = purchase })).Awards.Select(award => award.Points));
    }

    [Fact]
    public async Task Preview_TellsWhatThePurchaseGives_AndRecordsNothing()
    {
        await ruled.Campaign(Alpha, new Campaign { Filter = Only("preview"), Effect = CampaignEffect.Percent, Amount = 100 });
        var member = await ruled.Coalition.Member(Alpha);
        var preview = await Alpha.Client.Earning.PreviewPurchaseAsync(new PreviewPurchaseRequest
        {
            Purchase = new PreviewedPurchase { MembershipNumber = member.Numbers[Alpha.ProgrammeId], Amount = TestCoalition.Euro(9), Lines = { RuledCoalition.Line("preview", 5), RuledCoalition.Line("", 4) } },
        });

        Assert.Equal([9, 5], preview.Awards.Select(award => award.Points));
        Assert.Equal(14, preview.GivenPoints);
        Assert.Equal(0, (await RuledCoalition.Balance(member, Alpha)).AvailablePoints);
        var bought = await RuledCoalition.Buy(Alpha, member, 9, 0, RuledCoalition.Line("preview", 5), RuledCoalition.Line("", 4));
        Assert.Equal(preview.Awards, bought.Awards);
    }

    [Fact]
    public async Task Terms_ThatAreNotInForceYet_AreListedAndDoNotCount()
    {
        var later = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1));
        var published = await ruled.Terms(ruled.Beta, new ProgrammeTerms { FromTime = later, PendingDays = 7 });
        var listed = (await ruled.Beta.Client.Rules.ListProgrammeTermsAsync(new ListProgrammeTermsRequest { ProgrammeId = ruled.Beta.ProgrammeId })).Terms;

        Assert.Equal(published, listed[0]);
        Assert.Null((await RuledCoalition.Buy(ruled.Beta, await ruled.Coalition.Member(ruled.Beta), 5)).Awards.Single().UsableTime);
    }

    [Fact]
    public async Task Rules_OfThePast_AreRefusedWhereNothingIsImported()
    {
        await using var strict = new TestCoalition { Configure = options => options.AllowPastRules = true };
        await strict.InitializeAsync();
        strict.Gateway.Options.AllowPastRules = false;
        var past = Timestamp.FromDateTime(DateTime.UtcNow.AddMinutes(-1));

        await Refusals.Refused(StatusCode.InvalidArgument, "RULE_IN_THE_PAST", () => strict.Gateway.Operator.Rules.PublishProgrammeTermsAsync(new PublishProgrammeTermsRequest
        {
            RequestId = RequestIds.New(), Terms = new ProgrammeTerms { ProgrammeId = "alpha-points", FromTime = past },
        }));
    }

    private static CampaignFilter Only(string category) => new() { Categories = { category } };

    private async Task<Campaign> Again(Campaign campaign, long budget, string payer)
    {
        var next = campaign.Clone();
        (next.BudgetPoints, next.PayerId) = (budget, payer);
        return await ruled.Campaign(Alpha, next);
    }

    private async Task<long> Left(string campaign, CoalitionClient caller) =>
        (await caller.Rules.ListCampaignsAsync(new ListCampaignsRequest { ProgrammeId = Alpha.ProgrammeId, PageSize = 200 })).Campaigns.Single(found => found.CampaignId == campaign).LeftPoints;
}
