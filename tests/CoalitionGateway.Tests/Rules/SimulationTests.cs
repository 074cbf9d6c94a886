using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Tests.Rules;

/// <summary>Rules that are tried on recorded purchases, and purchases that are compared before they are made.</summary>
public sealed class SimulationTests(RuledCoalition ruled) : IClassFixture<RuledCoalition>
{
    private TestPartner Alpha => ruled.Alpha;

    [Fact]
    public async Task Campaign_TriedOnThePast_TellsWhatItWouldHaveGiven_AndChangesNothing()
    {
        var (ann, bo) = (await ruled.Coalition.Member(Alpha), await ruled.Coalition.Member(Alpha));
        await RuledCoalition.Buy(Alpha, ann, 10, 900, RuledCoalition.Line("sim", 8), RuledCoalition.Line("sim-tea", 2));
        await RuledCoalition.Buy(Alpha, ann, 10, 899, RuledCoalition.Line("sim", 10));
        await RuledCoalition.Buy(Alpha, bo, 6, 898);
        var campaign = new Campaign
        {
            ProgrammeId = Alpha.ProgrammeId, CampaignId = "tried", FromTime = TestCoalition.Past, UntilTime = Timestamp.FromDateTime(DateTime.UtcNow),
            Filter = new CampaignFilter { Categories = { "sim" } }, Effect = CampaignEffect.Percent, Amount = 100, PayerId = "alpha", BudgetPoints = 15,
        };

        var answers = await Simulate(new SimulateRulesRequest { Campaign = campaign, FromTime = DaysAgo(901), UntilTime = DaysAgo(897) });

        var result = answers[^1].Result;
        Assert.Equal(3, answers[^1].Purchases);
        Assert.Equal((26, 26, 41), (result.RecordedPoints, result.PublishedPoints, result.TriedPoints));
        Assert.Equal((2, 1, 0), (result.Members, result.MembersGaining, result.MembersLosing));
        Assert.Equal(41 * Value(result.PublishedCost, 26), result.TriedCost.Micros);
        Assert.Equal(["|1|6|6", "sim|2|18|31", "sim-tea|1|2|4"], result.Categories.Select(Text));
        Assert.Equal(["alpha|3|26|41"], result.Brands.Select(Text));
        Assert.Equal(("tried", 0, true), (result.Budgets.Single(budget => budget.CampaignId == "tried").CampaignId, result.Budgets.Single(budget => budget.CampaignId == "tried").LeftPoints, result.Budgets.Single(budget => budget.CampaignId == "tried").SpentTime is not null));
        Assert.DoesNotContain((await Alpha.Client.Rules.ListCampaignsAsync(new ListCampaignsRequest { ProgrammeId = Alpha.ProgrammeId, PageSize = 200 })).Campaigns, found => found.CampaignId == "tried");
        Assert.All(answers.SkipLast(1), answer => Assert.Null(answer.Result));
    }

    [Fact]
    public async Task Terms_TriedOnThePast_CapADayAndFillTiers()
    {
        var member = await ruled.Coalition.Member(Alpha);
        // Three days within one year of the tiers, whatever day it is today.
        var july = new DateTime(DateTime.UtcNow.Year - 2, 7, 1, 12, 0, 0, DateTimeKind.Utc);
        var first = (DateTime.UtcNow - july).TotalDays;
        foreach (var days in new[] { first, first - 1, first - 2 })
        {
            await RuledCoalition.Buy(Alpha, member, 10, days);
            await RuledCoalition.Buy(Alpha, member, 10, days);
        }

        var terms = new ProgrammeTerms
        {
            ProgrammeId = Alpha.ProgrammeId,
            Caps = { new Cap { Period = CapPeriod.Day, MaxPoints = 15 } },
            Tiers = new TierRule { Measure = TierMeasure.Purchases, StartMonth = 1, KeepMonths = 12, Levels = { new TierLevel { TierId = "silver", Threshold = 4, FactorPercent = 150 } } },
        };
        var result = (await Simulate(new SimulateRulesRequest { Terms = terms, FromTime = DaysAgo(first + 1), UntilTime = DaysAgo(first - 3) }))[^1].Result;

        Assert.Equal((60, 45), (result.PublishedPoints, result.TriedPoints));
        Assert.Equal((0, 1), (result.MembersGaining, result.MembersLosing));
        Assert.Equal(["|4|60|30", "silver|2|0|15"], result.Tiers.Select(Text));
    }

    [Fact]
    public async Task Agreement_TriedOnThePast_TakesThePlaceOfTheBrands()
    {
        await RuledCoalition.Buy(Alpha, await ruled.Coalition.Member(Alpha), 10, 600);
        var agreement = new Agreement
        {
            PartnerId = "alpha", ProgrammeId = Alpha.ProgrammeId, Rounding = Rounding.Down, Rates = { new Rate { Points = 3, Spend = TestCoalition.Euro(1) } },
        };

        var result = (await Simulate(new SimulateRulesRequest { Agreement = agreement, FromTime = DaysAgo(601), UntilTime = DaysAgo(599) }))[^1].Result;

        Assert.Equal((10, 30), (result.PublishedPoints, result.TriedPoints));
    }

    [Fact]
    public async Task Simulation_ThatIsCancelled_LeavesThePlaceToTheNext()
    {
        var terms = new ProgrammeTerms { ProgrammeId = Alpha.ProgrammeId };
        var request = new SimulateRulesRequest { Terms = terms, FromTime = DaysAgo(400), UntilTime = DaysAgo(1) };
        using (var left = ruled.Coalition.Gateway.Operator.Rules.SimulateRules(request))
        {
            Assert.True(await left.ResponseStream.MoveNext(CancellationToken.None));
        }

        Assert.NotNull((await Simulate(request))[^1].Result);
    }

    [Fact]
    public async Task Comparison_NamesTheBestProgrammeAtEachBrand_AndEqualsThePurchase()
    {
        await ruled.Agree(new Agreement { PartnerId = "alpha", ProgrammeId = ruled.Beta.ProgrammeId, Rounding = Rounding.Down, Rates = { new Rate { Points = 1, Spend = TestCoalition.Euro(1) } } });
        await ruled.Campaign(Alpha, new Campaign { Filter = new CampaignFilter { Categories = { "compared" } }, Effect = CampaignEffect.Fixed, Amount = 1000 });
        var member = await ruled.Coalition.Member(Alpha, ruled.Beta);

        var compared = (await member.Client.Earning.CompareEarningAsync(new CompareEarningRequest { Amount = TestCoalition.Euro(7), Category = "compared" })).Earnings;

        var own = compared.Single(found => found.PartnerId == "alpha" && found.ProgrammeId == Alpha.ProgrammeId);
        Assert.Equal((1007, true), (own.Points, own.IsChosen));
        Assert.Equal(["alpha alpha-points", "alpha beta-points"], compared.Where(found => found.PartnerId == "alpha").Select(found => $"{found.PartnerId} {found.ProgrammeId}"));
        Assert.False(compared[1].IsChosen);
        Assert.Equal(compared[1].Points, compared.Where(found => found.PartnerId == "alpha").Min(found => found.Points));
        Assert.Equal(own.Points, (await RuledCoalition.Buy(Alpha, member, 7, 0, RuledCoalition.Line("compared", 7))).GivenPoints);
        Assert.Empty((await member.Client.Earning.CompareEarningAsync(new CompareEarningRequest { Amount = new Money { CurrencyCode = "JPY", Micros = 1_000_000 } })).Earnings);
    }

    private static Timestamp DaysAgo(double days) => Timestamp.FromDateTime(DateTime.UtcNow.AddDays(-days));

    private static string Text(SimulatedGroup group) => $"{group.Name}|{group.Purchases}|{group.PublishedPoints}|{group.TriedPoints}";

    private static long Value(Money cost, long points) => cost.Micros / points;

    private async Task<List<SimulateRulesResponse>> Simulate(SimulateRulesRequest request)
    {
        using var call = ruled.Coalition.Gateway.Operator.Rules.SimulateRules(request);
        var answers = new List<SimulateRulesResponse>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
        {
            answers.Add(answer);
        }

        return answers;
    }
}
