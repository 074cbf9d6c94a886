using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Reminders;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.Tests.Earning;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Tests.Reminders;

/// <summary>Reminders some days before points expire or a tier ends: each thing once, and one due row for each membership.</summary>
public sealed class ReminderTests
{
    private readonly RuleBench _bench = new();

    [Fact]
    public void PointsThatExpire_AreTold_TenDaysBefore_Once()
    {
        Publish();
        _bench.Buy(30);
        _bench.Now = _bench.Now.AddDays(5);
        _bench.Buy(40);

        _bench.Now = Due()!.DueTime;
        var first = Remind();

        Assert.Equal([(ReminderKind.PointsExpire, 30L)], first.Told.Select(told => (told.Kind, told.Points)));
        Assert.Equal(first.Told[0].EndTime.AddDays(-10), _bench.Now);
        Assert.NotNull(_bench.Run(Command()).Refusal);
        _bench.Now = Due()!.DueTime;
        Assert.Equal([40L], Remind().Told.Select(told => told.Points));
        Assert.Null(Due());
        var told = _bench.Rows<Notification>().OrderBy(row => row.Day).ToArray();
        Assert.Equal([(NotificationKind.PointsExpire, "S-1", 30L), (NotificationKind.PointsExpire, "S-1", 40)], told.Select(row => (row.Kind, row.Number, row.Points)));
        Assert.Equal(told[0].LastDay, told[0].DueDay);
    }

    [Fact]
    public void LongerNotice_LosesNothing()
    {
        Publish();
        _bench.Buy(30);
        _bench.Publish(new ProgrammeRules(new LotRule(0, new Expiry(1, 0, ExpirySnap.Day)), []) { ReminderDays = 20 });
        _bench.Now = Due()!.DueTime;
        Assert.Equal([30L], Remind().Told.Select(told => told.Points));
    }

    [Fact]
    public void PointsThatEndWithinTheNotice_AreToldAtOnce()
    {
        Publish();
        _bench.Buy(30);
        _bench.Now = Due()!.DueTime;
        Remind();
        _bench.Now = _bench.Now.AddDays(1);
        _bench.Buy(5, time: Given.Now.AddDays(1));

        Assert.Equal([5L], Remind().Told.Where(told => told.Points == 5).Select(told => told.Points));
        Assert.Equal(2, _bench.Rows<Notification>().Count());
    }

    [Fact]
    public void GatewayThatWasDown_TellsAllThatIsLeftAtOnce()
    {
        Publish();
        _bench.Buy(30);
        _bench.Now = _bench.Now.AddDays(5);
        _bench.Buy(40);
        _bench.Now = _bench.Now.AddDays(24);

        Assert.Equal([30L, 40], Remind().Told.Select(told => told.Points));
    }

    [Fact]
    public void PointsThatWereUsed_AreNotTold()
    {
        Publish();
        _bench.Buy(30);
        Outcome.Made<PointsAdjusted>(_bench.Run(new AdjustPoints(_bench.Next(), Given.Stars, "S-1", -30, AdjustmentReason.Correction, "c")));
        _bench.Now = Due()!.DueTime;

        Assert.Empty(Remind().Told);

        Assert.Null(Due());
        Assert.Empty(_bench.Rows<Notification>());
    }

    [Fact]
    public void TierThatEnds_IsTold_WithItsLastDay()
    {
        _bench.Publish(new ProgrammeRules(LotRule.None, [])
        {
            ReminderDays = 10, Tiers = new TierRule(TierMeasure.Points, "", 1, 0, [new TierLevel("gold", 100, 100, false)]) { PeriodMonths = 1 },
        });
        _bench.Buy(100);
        _bench.Now = Due()!.DueTime;

        Remind();

        var told = Assert.Single(_bench.Rows<Notification>());
        Assert.Equal((NotificationKind.TierEnds, "gold", new DateTime(2026, 3, 31, 0, 0, 0, DateTimeKind.Utc)), (told.Kind, told.TierId, told.LastDay));
    }

    [Fact]
    public void Inactivity_IsToldToTheMemberAlone()
    {
        _bench.Publish(new ProgrammeRules(LotRule.None, []) { ReminderDays = 10, Inactivity = new InactivityRule(1, false) });
        _bench.Buy(30);
        _bench.Now = _bench.Now.AddDays(3);
        _bench.Buy(5);
        _bench.Now = Due()!.DueTime;
        Assert.Empty(Remind().Told);
        _bench.Now = Due()!.DueTime;

        Assert.Equal([(ReminderKind.Inactivity, 35L)], Remind().Told.Select(told => (told.Kind, told.Points)));
        Assert.Empty(_bench.Rows<Notification>());
    }

    [Fact]
    public void RestrictedMember_TheBrandIsToldNothing()
    {
        Publish();
        _bench.Buy(30);
        _bench.Journal.Commit(new Restriction(Given.Ada, RestrictionGround.LegalClaims, Given.Context.EventId, Given.Now));
        _bench.Now = Due()!.DueTime;

        Assert.Single(Remind().Told);
        Assert.Empty(_bench.Rows<Notification>());
    }

    [Fact]
    public void PointsInAPool_AreTold()
    {
        Publish();
        _bench.Buy(30);
        var (pool, own) = (new PoolId(Given.Uuid(0x900)), new ParticipantId(Given.Uuid(0x901)));
        Outcome.Made<PoolCreated>(_bench.Run(new CreatePool(_bench.Next(), Given.Ada, Given.Stars, pool, own)));
        Outcome.Made<PointsContributed>(_bench.Run(new ContributePoints(_bench.Next(), Given.Ada, pool, 20)));
        _bench.Now = Due()!.DueTime;

        Assert.Equal([30L], Remind().Told.Select(told => told.Points));
    }

    [Fact]
    public void ErasedMember_NoReminderIsLeft_UnderAFormerNumberNeither()
    {
        Publish();
        _bench.Buy(30);
        _bench.Now = Due()!.DueTime;
        Remind();
        Outcome.Made<NumberReplaced>(_bench.Run(new ReplaceMembershipNumber(_bench.Next(), Given.Beanery, "S-1", "S-9") { Salt = [7] }));

        Outcome.Made<MemberErased>(_bench.Run(new EraseMember(_bench.Next(Caller.Of(Given.Ada)), Given.Ada, true, Given.Notice("1"))));

        Assert.DoesNotContain(_bench.Rows<Notification>(), told => told.IsReminder);
    }

    [Fact]
    public void WithoutReminders_NothingFallsDue()
    {
        _bench.Publish(new ProgrammeRules(new LotRule(0, new Expiry(1, 0, ExpirySnap.Day)), []));
        _bench.Buy(30);
        Assert.Null(Due());
    }

    private void Publish() => _bench.Publish(new ProgrammeRules(new LotRule(0, new Expiry(1, 0, ExpirySnap.Day)), []) { ReminderDays = 10 });

    private Due? Due() => _bench.Rows<Due>().SingleOrDefault(row => row.Kind == ReminderDue.DueKind);

    private RemindMember Command() => new(_bench.Next(Caller.Gateway), Given.AdaInStars);

    private MemberReminded Remind() => Outcome.Made<MemberReminded>(_bench.Run(Command()));
}
