using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.V1;

namespace CoalitionGateway.Tests.Rules;

/// <summary>Tiers through the front door.</summary>
public sealed class TierTests(RuledCoalition ruled) : IClassFixture<RuledCoalition>
{
    [Fact]
    public async Task Tier_OnTheWay_IsToldByTheAnswerAndByGetTier_ToTheMemberAndTheirBrand()
    {
        await ruled.Terms(ruled.Alpha, new ProgrammeTerms
        {
            Tiers = new TierRule
            {
                Measure = TierMeasure.Spend, CurrencyCode = "EUR", StartMonth = 1, KeepMonths = 12,
                Levels = { new TierLevel { TierId = "silver", Threshold = 100_000_000, FactorPercent = 150 }, new TierLevel { TierId = "gold", Threshold = 900_000_000, FactorPercent = 200 } },
            },
        });
        var member = await ruled.Coalition.Member(ruled.Alpha);
        Assert.Equal(("", "silver", 60_000_000), Told((await RuledCoalition.Buy(ruled.Alpha, member, 40)).Tier));
        Assert.Equal(("silver", "gold", 800_000_000), Told((await RuledCoalition.Buy(ruled.Alpha, member, 60)).Tier));
        var third = await RuledCoalition.Buy(ruled.Alpha, member, 10);

        Assert.Equal((15, "silver", AwardRule.Tier, "silver"), (third.GivenPoints, third.Tier.TierId, third.Awards[1].Rule, third.Awards[1].TierId));
        var own = await member.Client.Rules.GetTierAsync(new GetTierRequest { ProgrammeId = ruled.Alpha.ProgrammeId });
        Assert.Equal(("silver", 110_000_000, "gold", 790_000_000), (own.TierId, own.Counted, own.NextTierId, own.Missing));
        Assert.Equal(Calendar.Of("Europe/Stockholm").DayOf(DateTime.UtcNow).Year + 2, own.UntilTime.ToDateTime().AddDays(1).Year);
        Assert.Equal(own, await ruled.Alpha.Client.Rules.GetTierAsync(new GetTierRequest { MembershipNumber = member.Numbers[ruled.Alpha.ProgrammeId] }));
    }

    private static (string Reached, string Next, long Missing) Told(TierProgress progress) => (progress.ReachedTierId, progress.NextTierId, progress.Missing);
}
