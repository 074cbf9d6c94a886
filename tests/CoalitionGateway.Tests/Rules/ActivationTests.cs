using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Tests.Rules;

/// <summary>Campaigns that members activate, and campaigns over several brands, as members and brands see them.</summary>
public sealed class ActivationTests(RuledCoalition ruled) : IClassFixture<RuledCoalition>
{
    private TestPartner Alpha => ruled.Alpha;

    [Fact]
    public async Task ActivateCampaign_PaysWhatWaited_AndTheBrandSeesBothStates()
    {
        var campaign = await OptIn("opt-in");
        var member = await ruled.Coalition.Member(Alpha);
        var bought = await RuledCoalition.Buy(Alpha, member, 10, 0, RuledCoalition.Line("opt-in", 10));
        Assert.Equal((10, 0, 40), (bought.GivenPoints, bought.Awards[1].Points, bought.Awards[1].WaitingPoints));
        var request = new ActivateCampaignRequest { RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId, CampaignId = campaign.CampaignId };

        var activated = await member.Client.Rules.ActivateCampaignAsync(request);

        Assert.Equal((40, 1, 50), (activated.PaidPoints, activated.Purchases, activated.AvailablePoints));
        Assert.Equal(activated, await member.Client.Rules.ActivateCampaignAsync(request));
        var found = (await Alpha.Client.Earning.GetPurchaseAsync(new GetPurchaseRequest { PurchaseReference = bought.PurchaseReference })).Purchase;
        Assert.Equal((50, 40, 0), (found.GivenPoints, found.Awards[1].Points, found.Awards[1].WaitingPoints));
        var movement = (await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Alpha.ProgrammeId })).Movements[0];
        Assert.Equal((MovementKind.Campaign, campaign.CampaignId, 40, "A campaign brought you 40 points."), (movement.Kind, movement.CampaignId, movement.Points, movement.Sentence));
    }

    [Fact]
    public async Task ListCampaigns_TellsTheMemberWhatTheyActivated_AndNoBrand()
    {
        var campaign = await OptIn("listed");
        var member = await ruled.Coalition.Member(Alpha);
        await member.Client.Rules.ActivateCampaignAsync(new ActivateCampaignRequest { RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId, CampaignId = campaign.CampaignId });

        Assert.NotNull((await Listed(member.Client, campaign)).ActivateTime);
        Assert.Null((await Listed((await ruled.Coalition.Member(Alpha)).Client, campaign)).ActivateTime);
        Assert.Null((await Listed(Alpha.Client, campaign)).ActivateTime);
    }

    [Fact]
    public async Task Together_TheAwardIsInNoBrandsAnswerAndLog()
    {
        var member = await ruled.Coalition.Member(Alpha, ruled.Beta);
        await member.Client.Members.ChooseProgrammeAsync(new ChooseProgrammeRequest { RequestId = RequestIds.New(), PartnerId = Alpha.PartnerId, ProgrammeId = ruled.Beta.ProgrammeId });
        await ruled.Campaign(ruled.Beta, new Campaign
        {
            Filter = new CampaignFilter { PartnerIds = { Alpha.PartnerId, ruled.Beta.PartnerId }, TogetherDays = 7 }, Effect = CampaignEffect.Fixed, Amount = 25,
        });
        await RuledCoalition.Buy(ruled.Beta, member, 10);
        var points = (await RuledCoalition.Balance(member, ruled.Beta)).AvailablePoints;

        var completing = await RuledCoalition.Buy(Alpha, member, 10);

        Assert.DoesNotContain(completing.Awards, award => award.Rule == AwardRule.Campaign);
        Assert.Equal(points + completing.GivenPoints + 25, (await RuledCoalition.Balance(member, ruled.Beta)).AvailablePoints);
        ruled.Coalition.Gateway.TakeIn();
        var seen = (await Alpha.Client.Audit.ListEventsAsync(new ListEventsRequest { PageSize = 200 })).Events;
        Assert.DoesNotContain(seen, found => found.Type == "CampaignPaid");
        ruled.Verify();
        Assert.Contains((await member.Client.Audit.ListEventsAsync(new ListEventsRequest { PageSize = 200 })).Events, found => found.Type == "CampaignPaid");
    }

    [Fact]
    public async Task Together_WhatALimitWithheld_IsTold()
    {
        var member = await ruled.Coalition.Member(Alpha, ruled.Beta);
        await member.Client.Members.ChooseProgrammeAsync(new ChooseProgrammeRequest { RequestId = RequestIds.New(), PartnerId = Alpha.PartnerId, ProgrammeId = ruled.Beta.ProgrammeId });
        var campaign = await ruled.Campaign(ruled.Beta, new Campaign
        {
            Filter = new CampaignFilter { PartnerIds = { Alpha.PartnerId, ruled.Beta.PartnerId }, TogetherDays = 7 }, Effect = CampaignEffect.Fixed, Amount = 40,
            BudgetPoints = 60, PayerId = ruled.Beta.PartnerId,
        });
        foreach (var brand in new[] { ruled.Beta, Alpha, ruled.Beta, Alpha })
        {
            await RuledCoalition.Buy(brand, member, 10);
        }

        var told = (await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = ruled.Beta.ProgrammeId, Language = "lv", Kinds = { MovementKind.Campaign } })).Movements
            .Where(found => found.CampaignId == campaign.CampaignId).ToArray();
        Assert.Equal([(0, 40), (20, 20), (40, 0)], told.Select(found => (found.Points, found.WithheldPoints)));
        Assert.All(told, found => Assert.Equal((campaign.Version, found.Points), (found.Awards.Single().RuleVersion, found.Awards.Single().Points)));
        Assert.Equal("Limits ir sasniegts, tāpēc šie punkti netika piešķirti: 40.", told[0].Sentence);
    }

    private async Task<Campaign> OptIn(string category) => await ruled.Campaign(Alpha, new Campaign
    {
        Filter = new CampaignFilter { Categories = { category } }, Effect = CampaignEffect.Fixed, Amount = 40, ActivateUntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddDays(9)),
    });

    private async Task<Campaign> Listed(CoalitionClient client, Campaign campaign) =>
        (await client.Rules.ListCampaignsAsync(new ListCampaignsRequest { ProgrammeId = Alpha.ProgrammeId, PageSize = 200 })).Campaigns.Single(found => found.CampaignId == campaign.CampaignId);
}
