using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Tests.Earning;

/// <summary>Ada's points of the Beanery expire 18 months after the last recorded purchase. Each pound gives a point.</summary>
public sealed class InactivityTests
{
    private readonly MemoryJournal _journal = new(new MemoryStore());
    private readonly DateTime _start = new(2027, 1, 15, 12, 0, 0, DateTimeKind.Utc);
    private DateTime _now;
    private int _id;

    public InactivityTests()
    {
        _now = _start;
        _journal.Commit(
            Given.Partner(Given.Beanery), Given.Programme(Given.Stars, Given.Beanery), Given.Agreement(Given.Beanery, Given.Stars) with { MaxAwardPointsPerDay = 500 },
            new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada));
        Publish(new InactivityRule(18, false));
    }

    /// <summary>18 months after 15 January 2027 are 15 July 2028. London is an hour ahead of UTC then.</summary>
    private static DateTime End => new(2028, 7, 15, 23, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Points_WithoutAPurchase_ExpireAtTheEndOfTheDay_WhetherOrNotASweepRan()
    {
        Buy(100);
        Assert.Equal((100, (DateTime?)End), Held(End.AddTicks(-10)));
        Assert.Equal((0, null), Held(End));
        Assert.Equal(100, Breakage(End, sweeps: true));
        Assert.Equal((0, null), Held(End));
        Assert.DoesNotContain(_journal.Store.Rows.OfType<Due>(), due => due.Kind == Inactivity.DueKind);
    }

    /// <summary>Finnair Plus: 18 months, to the end of a month.</summary>
    [Theory]
    [InlineData("2025-03-01", "2026-08-31")]
    [InlineData("2025-03-02", "2026-09-30")]
    [InlineData("2025-03-31", "2026-09-30")]
    [InlineData("2024-08-30", "2026-02-28")]
    public void Inactivity_ToTheEndOfAMonth_EndsWithTheMonthInWhichTheMonthsAreOver(string activity, string last)
    {
        var helsinki = Calendar.Of("Europe/Helsinki");
        var end = new InactivityRule(18, false, ToMonthEnd: true).EndOf(helsinki.StartOf(DateOnly.Parse(activity)).AddHours(12), helsinki);
        Assert.Equal(helsinki.EndOf(DateOnly.Parse(last)), end);
    }

    [Fact]
    public void Purchase_MovesTheTime_AlsoALateOne()
    {
        Buy(100);
        _now = _start.AddMonths(17);
        Buy(10, _start.AddMonths(-1));
        Assert.Equal(110, Held(End).Points);
        Assert.Equal(new DateTime(2029, 12, 16, 0, 0, 0, DateTimeKind.Utc), Held(_now).End);
    }

    /// <summary>A purchase from before the rule is recorded while the rule holds: it moves the time as any other.</summary>
    [Fact]
    public void Purchase_FromBeforeTheRule_MovesTheTimeToo()
    {
        Publish(null);
        _journal.Run([new PublishProgrammeTerms(Next(), Given.Stars, new ProgrammeRules(LotRule.None, []) { Inactivity = new InactivityRule(18, false) }) { FromTime = _start }], _now);
        Buy(100);
        Buy(10, _start.AddDays(-5));
        Assert.Equal((110, (DateTime?)End), Held(_now));
    }

    /// <summary>A purchase that is older than the months takes nothing away.</summary>
    [Fact]
    public void Purchase_OlderThanTheMonths_LetsNothingExpire()
    {
        Publish(new InactivityRule(1, false));
        Buy(100, _start.AddMonths(-3));
        Assert.Equal((100, new DateTime(2027, 2, 16, 0, 0, 0, DateTimeKind.Utc)), Held(_now));
    }

    [Fact]
    public void Purchase_AfterTheTime_BeginsAnew_AndTheLapseIsWrittenBeforeIt()
    {
        Buy(100);
        _now = End.AddDays(1);
        var made = Buy(10);
        Assert.Equal((10, 10), (made.AvailablePoints, Held(_now).Points));
        Assert.Equal([100], Settled().Select(settled => settled.LapsedPoints));
        Assert.NotNull(Held(_now).End);
    }

    [Fact]
    public void Return_OfAPurchaseWhosePointsLapsed_ComesFromBreakage_AndOnce()
    {
        Buy(100);
        var first = Reversal();
        _now = End.AddDays(1);
        Buy(30);
        var made = Assert.IsType<PurchaseReversed>(Run(first).Event);
        Assert.Equal((100, 0, 100), (made.TakenPoints, made.OwedPoints, made.Lapsed.Sum(part => part.Points)));
        Assert.Equal(30, Held(_now).Points);
    }

    /// <summary>What lapsed belongs to the purchases before it, and not to one of afterwards.</summary>
    [Fact]
    public void Return_OfAPurchaseAfterTheLapse_ComesFromTheMember()
    {
        Buy(100);
        _now = End.AddDays(1);
        Buy(30);
        var made = Assert.IsType<PurchaseReversed>(Run(Reversal()).Event);
        Assert.Equal((30, 0, 0), (made.TakenPoints, made.OwedPoints, made.Lapsed.Count));
        Assert.Equal(0, Held(_now).Points);
    }

    [Fact]
    public void Return_OfAPurchaseFromBeforeTheRule_ComesFromBreakageToo()
    {
        Publish(null);
        Buy(100);
        var before = Reversal();
        Publish(new InactivityRule(18, false));
        Buy(5);
        _now = End.AddDays(1);
        var made = Assert.IsType<PurchaseReversed>(Run(before).Event);
        Assert.Equal((100, 0, 100), (made.TakenPoints, made.OwedPoints, made.Lapsed.Sum(part => part.Points)));
    }

    [Fact]
    public void Return_OfPointsThatLapsedWhilePending_LeavesNoDebt()
    {
        Publish(new InactivityRule(1, false), new LotRule(60, null));
        Buy(100);
        var pending = Reversal();
        _now = _start.AddDays(40);
        Assert.Equal(0, Held(_now).Points);
        var made = Assert.IsType<PurchaseReversed>(Run(pending).Event);
        Assert.Equal((100, 0), (made.TakenPoints, made.OwedPoints));
    }

    [Fact]
    public void Rule_WithFewerMonths_TakesHoldAtTheNextPurchase()
    {
        Buy(100);
        Publish(new InactivityRule(6, false));
        Assert.Equal(End, Held(_now).End);
        Buy(1);
        Assert.Equal(new DateTime(2027, 7, 15, 23, 0, 0, DateTimeKind.Utc), Held(_now).End);
    }

    [Fact]
    public void Points_WithADateOfTheirOwn_ExpireAtTheEarlierOfTheTwo()
    {
        Publish(new InactivityRule(18, false), new LotRule(0, new Expiry(6, 0, ExpirySnap.Day)));
        Buy(100);
        Assert.Equal(0, Held(_start.AddMonths(7)).Points);
        Publish(new InactivityRule(18, false), new LotRule(0, new Expiry(60, 0, ExpirySnap.Day)));
        Buy(50);
        Assert.Equal(50, Held(End.AddTicks(-10)).Points);
        Assert.Equal(0, Held(End).Points);
    }

    [Fact]
    public void Award_MovesTheTimeOnlyWhereTheRuleSaysSo()
    {
        Buy(100);
        _now = _start.AddMonths(10);
        Give();
        Assert.Equal(End, Held(_now).End);
        Publish(new InactivityRule(18, true));
        Give();
        Assert.Equal(120, Held(End).Points);
    }

    [Fact]
    public void Rule_ThatIsWithdrawn_LetsGoAtTheNextPurchase()
    {
        Buy(100);
        _now = _start.AddMonths(1);
        Publish(null);
        Assert.Equal(End, Held(_now).End);
        Buy(10);
        Assert.Equal((110, null), Held(End));
    }

    [Fact]
    public void Member_WithoutPoints_LeavesNoDueRow_AndASecondSweepChangesNothing()
    {
        Buy(100);
        Run(Reversal());
        Assert.Equal(0, Breakage(End, sweeps: true));
        Assert.Empty(_journal.Store.Rows.OfType<Due>());
        Assert.NotNull(Run(new SettleInactivity(Next(), Given.AdaInStars)).Refusal);
    }

    [Fact]
    public void Sweep_BeforeTheTime_ChangesNothing()
    {
        Buy(100);
        _now = End.AddTicks(-10);
        Assert.NotNull(Run(new SettleInactivity(Next(), Given.AdaInStars)).Refusal);
        Assert.Equal(100, Held(_now).Points);
    }

    private void Publish(InactivityRule? rule, LotRule? lots = null) => _journal.Run(
        [new PublishProgrammeTerms(Next(), Given.Stars, new ProgrammeRules(lots ?? LotRule.None, []) { Inactivity = rule }) { FromTime = _start.AddYears(-1), MayBePast = true }], _now);

    private PurchaseRecorded Buy(long pounds, DateTime? time = null)
    {
        var context = Next();
        return Assert.IsType<PurchaseRecorded>(Run(new RecordPurchase(context, Given.Beanery, $"R-{_id}", "S-1", Given.Gbp(pounds * 1_000_000), time ?? _now)).Event);
    }

    private void Give()
    {
        var context = Next();
        Assert.NotNull(Run(new AwardPoints(context, Given.Beanery, $"G-{_id}", "S-1", 10, AwardReason.Goodwill, null)).Event);
    }

    /// <summary>The return of the last purchase.</summary>
    private ReversePurchase Reversal()
    {
        var reference = $"R-{_id}";
        return new ReversePurchase(Next(), Given.Beanery, reference, null);
    }

    private Answer Run(Command command) => _journal.Run([command], _now)[0];

    private (long Points, DateTime? End) Held(DateTime time) =>
        _journal.HoldingsAt(Given.Stars, Given.AdaInStars, time) is var holdings ? (holdings.AvailablePoints, holdings.InactiveTime) : default;

    private long Breakage(DateTime time, bool sweeps)
    {
        _now = time;
        if (sweeps)
        {
            Assert.NotNull(Run(new SettleInactivity(Next(), Given.AdaInStars)).Event);
        }

        return _journal.Store.Rows.OfType<Account>().Where(account => account.Id == AccountRef.Breakage(Given.Stars).Id).Sum(account => account.BalancePoints);
    }

    private IEnumerable<LotsSettled> Settled() => _journal.Store.Rows.OfType<StoredEvent>().Select(stored => EventCodec.Decode(stored.Body)).OfType<LotsSettled>();

    private CommandContext Next() => new(Given.Context.Caller, Given.Uuid(++_id), new EventId(Given.Uuid(0x10000 + _id)));
}
