using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Tests.Rules;

/// <summary>What ends soon, as members and brands learn it; and what an operator learns before points expire.</summary>
public sealed class ReminderTests : IAsyncLifetime
{
    private readonly RuledCoalition _ruled = new();

    private TestPartner Alpha => _ruled.Alpha;

    public async ValueTask InitializeAsync() => await _ruled.InitializeAsync();

    public ValueTask DisposeAsync() => _ruled.DisposeAsync();

    [Fact]
    public async Task PointsThatExpireSoon_AreToldToTheMemberAndTheBrand_Once()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms { Expiry = new Expiry { Days = 30, Snap = ExpirySnap.Day }, ReminderDays = 10 });
        var member = await _ruled.Coalition.Member(Alpha);
        var soon = await RuledCoalition.Buy(Alpha, member, 30, daysAgo: 25);
        await RuledCoalition.Buy(Alpha, member, 40, daysAgo: 1);

        var reminder = Assert.Single((await member.Client.Members.GetRemindersAsync(new GetRemindersRequest())).Reminders);
        Assert.Equal((Alpha.ProgrammeId, ReminderKind.PointsExpire, 30, soon.Awards[0].ExpireTime), (reminder.ProgrammeId, reminder.Kind, reminder.Points, reminder.EndTime));
        while (await _ruled.Sweep() > 0)
        {
        }

        var told = Assert.Single((await Alpha.Client.Privacy.ListNotificationsAsync(new ListNotificationsRequest())).Notifications);
        Assert.Equal((NotificationKind.PointsExpire, member.Numbers[Alpha.ProgrammeId], 30), (told.Kind, told.MembershipNumber, told.Points));
        Assert.Equal((soon.Awards[0].ExpireTime.ToDateTime().AddHours(-12).ToString("yyyy-MM-dd"), told.LastDay), (told.LastDay, told.DueDay));
        _ruled.Verify();
    }

    [Fact]
    public async Task PreviewExpiry_TellsWhatASweepWouldPost_AndChangesNothing()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms { Expiry = new Expiry { Days = 30, Snap = ExpirySnap.Day }, Inactivity = new InactivityRule { Months = 12 } });
        var (ann, bo) = (await _ruled.Coalition.Member(Alpha), await _ruled.Coalition.Member(Alpha));
        var first = await RuledCoalition.Buy(Alpha, ann, 30, daysAgo: 25);
        await RuledCoalition.Buy(Alpha, bo, 10, daysAgo: 25);
        var second = await RuledCoalition.Buy(Alpha, bo, 40, daysAgo: 1);

        var soon = await Preview(10);
        Assert.Equal([(first.Awards[0].ExpireTime, 40L, 2L)], soon.Expiring.Select(found => (found.EndTime, found.Points, found.Members)));
        Assert.Equal([40L, 40], (await Preview(35)).Expiring.Select(found => found.Points));
        Assert.Equal((0, 0), (soon.InactivePoints, soon.InactiveMembers));
        Assert.Equal(second.Awards[0].ExpireTime, (await Preview(800)).Expiring[^1].EndTime);
        Assert.Equal(50, (await RuledCoalition.Balance(bo, Alpha)).AvailablePoints);
    }

    [Fact]
    public async Task PreviewExpiry_OfInactiveMembers_CountsTheirOtherPoints()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms { Inactivity = new InactivityRule { Months = 12 } });
        await RuledCoalition.Buy(Alpha, await _ruled.Coalition.Member(Alpha), 30);
        await RuledCoalition.Buy(Alpha, await _ruled.Coalition.Member(Alpha), 12);

        var found = await Preview(400);

        Assert.Equal((42, 2), (found.InactivePoints, found.InactiveMembers));
        Assert.Empty(found.Expiring);
        Assert.Equal(0, (await Preview(300)).InactivePoints);
    }

    [Fact]
    public async Task PreviewExpiry_OfALotThatInactivityEndsFirst_CountsItOnce()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms { Inactivity = new InactivityRule { Months = 1 }, Expiry = new Expiry { Months = 12, Snap = ExpirySnap.Day } });
        await RuledCoalition.Buy(Alpha, await _ruled.Coalition.Member(Alpha), 30);

        var found = await Preview(800);

        Assert.Equal((30, 1, 0), (found.InactivePoints, found.InactiveMembers, found.Expiring.Count));
    }

    [Fact]
    public async Task Tier_ThatPausesExpiry_KeepsThePointsInTheBalance()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms
        {
            Expiry = new Expiry { Days = 30, Snap = ExpirySnap.Day },
            Tiers = new TierRule
            {
                Measure = TierMeasure.Points, StartMonth = 1, KeepMonths = 24, Levels = { new TierLevel { TierId = "gold", Threshold = 100, FactorPercent = 100, PausesExpiry = true } },
            },
        });
        var member = await _ruled.Coalition.Member(Alpha);
        await RuledCoalition.Buy(Alpha, member, 100, daysAgo: 60);
        var bought = await RuledCoalition.Buy(Alpha, member, 50, daysAgo: 50);

        Assert.Equal(("gold", 1), ((await member.Client.Rules.GetTierAsync(new GetTierRequest { ProgrammeId = Alpha.ProgrammeId })).TierId, bought.TermsVersion));
        while (await _ruled.Sweep() > 0)
        {
        }

        var balance = await RuledCoalition.Balance(member, Alpha);
        Assert.Equal((150, 1), (balance.AvailablePoints, balance.Expiring.Count));
        Assert.Equal(0, await _ruled.Sweep());
        _ruled.Verify();
        Assert.Equal((1, 1_000_000), (bought.Rate.Points, bought.Rate.Spend.Micros));
    }

    private async Task<PreviewExpiryResponse> Preview(int days) => await _ruled.Coalition.Gateway.Operator.Rules.PreviewExpiryAsync(
        new PreviewExpiryRequest { ProgrammeId = Alpha.ProgrammeId, UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddDays(days)) });
}
