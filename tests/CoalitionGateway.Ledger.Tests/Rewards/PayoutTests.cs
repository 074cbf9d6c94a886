using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Tests.Rewards;

/// <summary>Points that become vouchers by the calendar. The examples are those of published programmes.</summary>
public sealed class PayoutTests
{
    private static readonly long[] _quarters = [2, 5, 8, 11];
    private static readonly DateTime _day = Start(2026, 5, 1);
    private readonly MemoryJournal _journal = new(new MemoryStore());
    private DateTime _now = Given.Now;
    private int _id;

    public PayoutTests() => _journal.Commit(
        Given.Partner(Given.Beanery), Given.Programme(Given.Stars, Given.Beanery), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada));

    /// <summary>Tesco: 265 points give 2.50 and 15 are carried; 149 give none. Holland and Barrett: 61 give 50, 49 none.</summary>
    [Theory]
    [InlineData(50, 150, 0, 265, 250)]
    [InlineData(50, 150, 0, 149, 0)]
    [InlineData(50, 150, 0, 155, 150)]
    [InlineData(25, 50, 0, 61, 50)]
    [InlineData(25, 50, 0, 49, 0)]
    [InlineData(500, 500, 0, 1249, 1000)]
    [InlineData(500, 501, 0, 500, 0)]
    [InlineData(8000, 8000, 8000, 16000, 8000)]
    [InlineData(5000, 5000, 0, 4999, 0)]
    [InlineData(7, 1, 20, 100, 14)]
    public void Payout_TurnsAMultipleOfThePrice_FromItsLeastOn(long price, long least, long most, long points, long turned) =>
        Assert.Equal(turned, new Payout([], 0, least, most, "").Of(points, price));

    [Theory]
    [InlineData("2026-01-31", "2026-02-01", 1)]
    [InlineData("2026-02-01", "2026-05-01", 1)]
    [InlineData("2026-11-30", "2027-02-28", 31)]
    [InlineData("2027-11-30", "2028-02-29", 31)]
    [InlineData("2026-02-14", "2026-02-15", 15)]
    [InlineData("2026-02-15", "2026-05-15", 15)]
    public void Payout_NextDay_FollowsTheCalendar(string after, string next, long day) =>
        Assert.Equal(DateOnly.Parse(next), new Payout(_quarters, day, 1, 0, "").NextAfter(DateOnly.Parse(after)));

    [Fact]
    public void Payout_EveryDay_IsTheNextDay() => Assert.Equal(new DateOnly(2028, 2, 29), new Payout([], 0, 1, 0, "").NextAfter(new DateOnly(2028, 2, 28)));

    [Fact]
    public void PayOut_MakesAVoucherOfWholeSteps_AndKeepsTheRest()
    {
        Publish("voucher", 50, new Payout(_quarters, 1, 150, 0, ""));
        Points(265);
        Assert.Equal("InsufficientPoints", Reason(PayingOut("early")));
        _now = _day;
        var made = Run<RewardPaidOut>(PayingOut("code"));
        Assert.Equal((250, 5, Start(2026, 5, 12)), (made.AmountPoints, made.Count, made.ExpireTime));
        Assert.Equal((15, 250), (Balance(AccountRef.Points(Given.Stars, Given.AdaInStars)), Balance(AccountRef.Redeemed(Given.Stars, Given.Beanery))));
        var used = Run<VoucherUsed>(new UseVoucher(Next(), Given.Beanery, "code", default));
        Assert.Equal(5, used.Count);
    }

    /// <summary>A sweep can be stopped and run again: each day gives once.</summary>
    [Fact]
    public void PayOut_ForTheSameDayAgain_IsRefused_AndTheNextDayGivesAgain()
    {
        Publish("voucher", 50, new Payout([], 0, 50, 0, ""));
        Points(60);
        _now = _day;
        Run<RewardPaidOut>(PayingOut("1"));
        Points(100);
        Assert.Equal("MembershipNotFound", Reason(PayingOut("2")));
        _now = _day.AddDays(1);
        Assert.Equal(100, Run<RewardPaidOut>(PayingOut("3", day: 2)).AmountPoints);
    }

    /// <summary>ICA: 2,000 = 25, 4,000 = 50, 6,000 = 75, 8,000 = 150; above 8,000 there is nothing more.</summary>
    [Theory]
    [InlineData(1999, null)]
    [InlineData(2000, "band-2000")]
    [InlineData(5999, "band-4000")]
    [InlineData(7999, "band-6000")]
    [InlineData(8000, "band-8000")]
    [InlineData(16000, "band-8000")]
    public void PayOut_OfAGroup_GivesTheMostExpensiveBandWithinReach(long points, string? band)
    {
        foreach (var price in new long[] { 2000, 4000, 6000, 8000 })
        {
            Publish($"band-{price}", price, new Payout([], 31, price, price, "bands"));
        }

        Points(points);
        _now = Start(2026, 4, 30);
        var answer = Answer(PayingOut("code", "group/bands", new DateOnly(2026, 4, 30)));
        Assert.Equal(band, (answer.Event as RewardPaidOut)?.RewardId);
        Assert.NotNull(Answer(PayingOut("more", "group/bands", new DateOnly(2026, 4, 30))).Refusal);
    }

    [Fact]
    public void PayOut_OfSoldOutOrLimitedRewards_GivesTheNextOne()
    {
        Publish("dear", 100, new Payout([], 0, 100, 0, "g"), rule => rule with { StockCount = 3, MaxPerMember = 2 });
        Publish("cheap", 10, new Payout([], 0, 10, 10, "g"));
        Points(1000);
        _now = _day;
        var dear = Run<RewardPaidOut>(PayingOut("1", "group/g"));
        Assert.Equal(("dear", 2), (dear.RewardId, dear.Count));
        Assert.Equal(2, _journal.Store.Rows.OfType<RewardStock>().Single(row => row.RewardId == "dear").ClaimedCount);
        Points(1000);
        _now = _day.AddDays(1);
        Assert.Equal("cheap", Run<RewardPaidOut>(PayingOut("2", "group/g", new DateOnly(2026, 5, 2))).RewardId);
    }

    [Fact]
    public void PayOut_ToAnErasedMember_OrByAnotherName_IsRefused()
    {
        Publish("voucher", 50, new Payout([], 0, 50, 0, ""));
        Points(60);
        _now = _day;
        Assert.Equal("MembershipNotFound", Reason(PayingOut("x") with { MemberId = Given.Bo }));
        Run<MemberErased>(new EraseMember(Next(), Given.Ada, true, Given.Notice("v1")));
        Assert.Equal("MembershipNotFound", Reason(PayingOut("y")));
    }

    [Fact]
    public void Reward_WithAPayout_IsNotClaimed()
    {
        Publish("voucher", 50, new Payout([], 0, 50, 0, ""));
        Points(60);
        Assert.Equal("RewardNotFound", Reason(new ClaimReward(Next(), Given.Ada, Given.Stars, "voucher", null, "x")));
    }

    [Fact]
    public void Payouts_AreScheduledByThePublication_AndAgainByTheirEnd()
    {
        Publish("quarterly", 50, new Payout(_quarters, 1, 150, 0, ""));
        Assert.Equal(_day, DueTime("quarterly"));
        Publish("monthly", 50, new Payout([], 15, 150, 0, ""));
        Assert.Equal(Start(2026, 3, 15), DueTime("monthly"));
        Assert.Equal("ProgrammeNotFound", Reason(Ending("monthly", new DateOnly(2026, 3, 15), 2)));
        _now = Start(2026, 3, 15);

        // A publication does not make due payouts late, and payouts that began before it are done again.
        Publish("monthly", 60, new Payout([], 20, 150, 0, ""));
        Assert.Equal(_now, DueTime("monthly"));
        Assert.Equal("ProgrammeNotFound", Reason(Ending("monthly", new DateOnly(2026, 3, 15), 2)));
        Assert.Equal("ProgrammeNotFound", Reason(Ending("monthly", new DateOnly(2026, 3, 14), 3)));
        Run<PayoutsEnded>(Ending("monthly", new DateOnly(2026, 3, 15), 3));
        Assert.Equal(Start(2026, 3, 20), DueTime("monthly"));
        Publish("monthly", 60, null);
        Assert.Null(DueTime("monthly"));
    }

    /// <summary>A new reward that has begun before today is paid out today; a correction begins tomorrow.</summary>
    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    public void Payout_PublishedOnOneOfItsDays_FallsDueAtOnceIfItBeganBefore(int days, bool isToday)
    {
        Publish("daily", 50, new Payout([], 0, 50, 0, ""), rule => rule with { FromTime = Given.Now.AddDays(days) });
        Assert.Equal(Start(2026, 3, isToday ? 1 : 2), DueTime("daily"));
        Points(60);
        var answer = Answer(PayingOut("code", "daily", new DateOnly(2026, 3, 1)));
        Assert.Equal(isToday, answer.Event is RewardPaidOut);
        if (isToday)
        {
            Run<PayoutsEnded>(Ending("daily", new DateOnly(2026, 3, 1), 1));
        }

        Publish("daily", 60, new Payout([], 0, 60, 0, ""), rule => rule with { FromTime = Given.Now.AddDays(-1) });
        Assert.Equal(Start(2026, 3, 2), DueTime("daily"));
    }

    /// <summary>A reward that moves to another group leaves no payouts behind.</summary>
    [Fact]
    public void Payout_OfAnotherGroup_MovesItsTime()
    {
        Publish("daily", 50, new Payout([], 15, 50, 0, ""));
        Publish("daily", 50, new Payout([], 16, 50, 0, "g"));
        Assert.Equal((null, Start(2026, 3, 16)), (DueTime("daily"), DueTime("group/g")));
        Publish("daily", 50, new Payout([], 16, 50, 0, "g"), rule => rule with { UntilTime = Start(2026, 3, 16) });
        Assert.Null(DueTime("group/g"));
    }

    /// <summary>Two groups are due on one day, and a reward moves from one to the other after it was paid: it pays once.</summary>
    [Fact]
    public void PayOut_OfARewardThatMovedToAnotherGroupOnTheDay_IsNotRepeatedByThatGroup()
    {
        Publish("dear", 50, new Payout([], 0, 50, 50, "a"));
        Publish("cheap", 10, new Payout([], 0, 10, 10, "b"));
        _now = _day.AddHours(1);
        Points(1000);
        Assert.Equal("dear", Run<RewardPaidOut>(PayingOut("1", "group/a")).RewardId);

        Publish("dear", 50, new Payout([], 0, 50, 50, "b"));

        Assert.Equal("cheap", Run<RewardPaidOut>(PayingOut("2", "group/b")).RewardId);
        Assert.Equal("MembershipNotFound", Reason(PayingOut("3", "group/a")));
        _now = _day.AddDays(1);
        Assert.Equal("dear", Run<RewardPaidOut>(PayingOut("4", "group/b", day: 2)).RewardId);
        Assert.Equal("InsufficientPoints", Reason(PayingOut("5", "group/a", day: 2)));
    }

    /// <summary>The payouts that the day began with go on in the group that the reward had; a withdrawn reward is paid out no more.</summary>
    [Fact]
    public void PayOut_OfARewardThatMovedBeforeItWasPaid_IsMadeByItsGroupOfTheDay()
    {
        Publish("dear", 50, new Payout([], 0, 50, 50, "a"));
        _now = _day.AddHours(1);
        Points(1000);
        Publish("dear", 50, new Payout([], 0, 50, 50, "b"));
        Assert.NotNull(DueTime("group/a"));
        Assert.Equal(Start(2026, 5, 2), DueTime("group/b"));
        Assert.Equal("InsufficientPoints", Reason(PayingOut("1", "group/b")));
        Assert.Equal("dear", Run<RewardPaidOut>(PayingOut("2", "group/a")).RewardId);
        Points(1000);
        Publish("dear", 50, new Payout([], 0, 50, 50, "b"), rule => rule with { UntilTime = _day });
        _now = _day.AddDays(1);
        Assert.Equal("InsufficientPoints", Reason(PayingOut("3", "group/b", day: 2)));
    }

    /// <summary>The beginning of a day in the programme's time zone, London's.</summary>
    private static DateTime Start(int year, int month, int day) => Calendar.Of("Europe/London").StartOf(new DateOnly(year, month, day));

    private CommandContext Next() => Given.Context with { RequestId = Given.Uuid(++_id), EventId = new EventId(Given.Uuid(0x10000 + _id)) };

    private void Publish(string id, long price, Payout? payout, Func<RewardRule, RewardRule>? change = null)
    {
        var rule = new RewardRule(price, [new RewardText("en", id)], null, Given.Now.AddDays(-1), Given.Now.AddYears(5), 0, 0, 10, [], []) { Payout = payout };
        Run<RewardPublished>(new PublishReward(Next(), Given.Stars, id, change?.Invoke(rule) ?? rule));
    }

    private PayOutReward PayingOut(string code, string group = "voucher", DateOnly? on = null, int day = 1) =>
        new(Next() with { Caller = Caller.Gateway }, Given.Stars, on ?? new DateOnly(2026, 5, day), group, Given.AdaInStars, Given.Ada, code);

    private EndPayouts Ending(string group, DateOnly day, long versions) => new(Next() with { Caller = Caller.Gateway }, Given.Stars, group, day, versions);

    private void Points(long points)
    {
        var reference = AccountRef.Points(Given.Stars, Given.AdaInStars);
        _journal.Commit((_journal.Store.Rows.OfType<Account>().SingleOrDefault(row => row.Id == reference.Id) ?? Account.Open(reference)).Add(points));
    }

    private DateTime? DueTime(string group) =>
        _journal.Store.Rows.OfType<Due>().SingleOrDefault(due => due.Kind == EndPayouts.DueKind && due.Subject == EndPayouts.SubjectOf(Given.Stars, group))?.DueTime;

    private Answer Answer(Command command) => _journal.Run([command], _now).Single();

    private TEvent Run<TEvent>(Command command)
        where TEvent : Event => Outcome.Made<TEvent>(Answer(command));

    private string Reason(Command command) => Answer(command).Refusal!.Reason.ToString();

    private long Balance(AccountRef account) => _journal.Store.Rows.OfType<Account>().SingleOrDefault(row => row.Id == account.Id)?.BalancePoints ?? 0;
}
