using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Tests.Rewards;

/// <summary>
/// Ada spends points at the Beanery, where a point is half a penny. She has 300 that expire on 1 April, 200 that expire on 1
/// June, and 500 that never expire.
/// </summary>
public sealed class SpendingTests
{
    private static readonly DateTime _april = new(2026, 4, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime _june = new(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly MemoryJournal _journal = new(new MemoryStore());
    private DateTime _now = Given.Now;
    private int _id;

    public SpendingTests()
    {
        _journal.Commit(
            Given.Partner(Given.Beanery), Given.Programme(Given.Stars, Given.Beanery), Given.Agreement(Given.Beanery, Given.Stars) with { MaxOpeningPoints = 10_000 },
            new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada));
        Publish(new SpendingRule(50, 100, 100, 0, 30, 0));
        Open(500, null);
        Open(200, _june);
        Open(300, _april);
    }

    [Fact]
    public void Reserve_TakesWhatExpiresFirst_AndReleaseGivesTheSameLotsBack()
    {
        var made = Reserve("r1", 400);
        Assert.Equal([(_april, 300L), (_june, 100)], made.Parts.Select(part => (part.Term.ExpireTime!.Value, part.Points)));
        Assert.Equal((600, 400), Held());
        Run<RedemptionReleased>(new ReleaseRedemption(Next(), Given.Beanery, "r1"));
        Assert.Equal((1000, 0), Held());
        Assert.Equal([(_april, 300L), (_june, 200)], Lots());
    }

    /// <summary>The end takes effect at its time, and the sweep posts it once.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reservation_AtItsEnd_GivesTheSameLotsBack_WhetherOrNotASweepRan(bool sweeps)
    {
        var end = Reserve("r1", 400).UntilTime;
        Assert.Equal(Given.Now.AddMinutes(30), end);
        _now = end.AddTicks(-10);
        Assert.Equal((600, 400), Held());
        _now = end;
        Assert.Equal((1000, 0), Held());
        if (sweeps)
        {
            Assert.True(Sweep() > 0);
            Assert.Equal(0, Sweep());
        }

        Assert.Equal([(_april, 300L), (_june, 200)], Lots());
        Assert.Equal("RedemptionNotOpen", Reason(new CaptureRedemption(Next(), Given.Beanery, "r1", null)));
        Assert.Equal("RedemptionNotOpen", Reason(new ReleaseRedemption(Next(), Given.Beanery, "r1")));
        Reserve("r2", 1000);
    }

    [Fact]
    public void Capture_OfAPart_SpendsWhatExpiresFirst_AndGivesTheRestBack()
    {
        Reserve("r1", 400);
        var made = Run<RedemptionCaptured>(new CaptureRedemption(Next(), Given.Beanery, "r1", 350));
        Assert.Equal((350, 50), (made.AmountPoints, made.ReleasedPoints));
        Assert.Equal((650, 0), Held());
        Assert.Equal([(_june, 150L)], Lots());
        Assert.Equal(350, Balance(AccountRef.Redeemed(Given.Stars, Given.Beanery)));
        Assert.Equal("RedemptionNotOpen", Reason(new CaptureRedemption(Next(), Given.Beanery, "r1", null)));
    }

    [Fact]
    public void SpendNow_IsARedemptionThatIsCaptured()
    {
        Reserve("r1", 400, now: true);
        Assert.Equal((600, 0), Held());
        Assert.Equal(RedemptionState.Captured, Row("r1").State);
        Assert.Equal(400, Balance(AccountRef.Redeemed(Given.Stars, Given.Beanery)));
    }

    /// <summary>One of two orders that together exceed the balance is refused, also in one batch.</summary>
    [Fact]
    public void Reserve_TwiceInOneBatch_RefusesTheSecondWithWhatIsLeft()
    {
        var answers = _journal.Run([Reserving("r1", 700), Reserving("r2", 700)], _now);
        Assert.IsType<PointsReserved>(answers[0].Event);
        Assert.Equal("InsufficientPoints(amount_points) available_points=300 transferable_points=300", Outcome.Of(answers[1].Refusal!));
    }

    /// <summary>A reservation ends at the latest when the first of its points expire, so that all of them can be spent until then.</summary>
    [Fact]
    public void Reservation_OfPointsThatExpireSoon_EndsWithThem()
    {
        _now = _april.AddMinutes(-10);
        Assert.Equal(_april, Reserve("r1", 400).UntilTime);
        _now = _april.AddTicks(-10);
        Run<RedemptionCaptured>(new CaptureRedemption(Next(), Given.Beanery, "r1", null));
        _now = _april;
        Assert.Equal((600, 0), Held());
    }

    [Fact]
    public void Reservation_ThatEndsWithItsPoints_LetsThemExpire()
    {
        _now = _april.AddMinutes(-10);
        Reserve("r1", 400);
        _now = _april;
        Assert.Equal((700, 0), Held());
        Sweep();
        Assert.Equal(300, Balance(AccountRef.Breakage(Given.Stars)));
    }

    [Fact]
    public void Refund_InParts_GivesBackWhatExpiresLastFirst_AndAtMostWhatWasSpent()
    {
        Reserve("r1", 700, now: true);
        Refund("r1", 250);
        Assert.Equal(550, Held().Available);
        Assert.Equal([(_june, 50L)], Lots());
        Refund("r1", null);
        Assert.Equal([(_april, 300L), (_june, 200)], Lots());
        Assert.Equal("RefundExceedsCaptured", Reason(new RefundRedemption(Next(), Given.Beanery, "r1", 1)));
        Assert.Equal("RefundExceedsCaptured", Reason(new RefundRedemption(Next(), Given.Beanery, "r1", null)));
        Assert.Equal(0, Balance(AccountRef.Redeemed(Given.Stars, Given.Beanery)));
    }

    [Fact]
    public void Refund_IntoAnExpiredLot_WithoutGrace_Lapses()
    {
        Reserve("r1", 400, now: true);
        _now = _april;
        var made = Refund("r1", null);
        Assert.Equal((300, 100), (made.Lapsed.Sum(part => part.Points), made.GivenPoints));
        Assert.Equal((700, 0), Held());
        Assert.Equal(300, Balance(AccountRef.Breakage(Given.Stars)));
        Assert.Equal([300], _journal.Store.Rows.OfType<LapsedLot>().Select(row => row.Points));
    }

    [Fact]
    public void Refund_IntoAnExpiredLot_WithGrace_CanBeUsedSomeDays()
    {
        Publish(new SpendingRule(50, 100, 100, 0, 30, 14));
        Reserve("r1", 400, now: true);
        _now = _april.AddHours(12);
        Assert.Empty(Refund("r1", null).Lapsed);

        // 1 April and 14 days, to the end of the day in London, which is an hour ahead of UTC then.
        var end = new DateTime(2026, 4, 15, 23, 0, 0, DateTimeKind.Utc);
        Assert.Equal([(end, 300L), (_june, 200)], Lots());
        _now = end;
        Assert.Equal(700, Held().Available);
    }

    [Fact]
    public void Refund_PaysDebtFirst()
    {
        Reserve("r1", 1000, now: true);
        Run<PointsAdjusted>(new AdjustPoints(Next(), Given.Stars, "S-1", -70, AdjustmentReason.Correction, "case"));
        Assert.Equal(70, Refund("r1", 100).SettledPoints);
        Assert.Equal(30, Held().Available);
    }

    /// <summary>What a brand has reserved is not taken by anything else: a correction beyond the rest becomes debt.</summary>
    [Fact]
    public void ReservedPoints_AreNotTakenByACorrection_AndPayTheDebtWhenTheyComeBack()
    {
        Reserve("r1", 1000);
        Run<PointsAdjusted>(new AdjustPoints(Next(), Given.Stars, "S-1", -70, AdjustmentReason.Correction, "case"));
        Assert.Equal(70, Holdings().OwedPoints);
        Run<RedemptionReleased>(new ReleaseRedemption(Next(), Given.Beanery, "r1"));
        Assert.Equal((930, 0), (Held().Available, Holdings().OwedPoints));
    }

    [Fact]
    public void Approval_AboveTheLimit_IsNeededBeforePointsAreSpent_AndDecliningGivesThemBack()
    {
        Publish(new SpendingRule(50, 100, 100, 300, 30, 0));
        Assert.Equal("RedemptionNotApproved", Reason(Reserving("r0", 350, now: true)));
        Reserve("r1", 350);
        Assert.Equal("RedemptionNotApproved", Reason(new CaptureRedemption(Next(), Given.Beanery, "r1", null)));
        Assert.Equal("RedemptionNotFound", Reason(new ApproveRedemption(Next(), Given.Bo, Row("r1").Id)));
        Run<RedemptionApproved>(new ApproveRedemption(Next(), Given.Ada, Row("r1").Id));
        Run<RedemptionCaptured>(new CaptureRedemption(Next(), Given.Beanery, "r1", null));
        Reserve("r2", 350);
        Run<RedemptionReleased>(new DeclineRedemption(Next(), Given.Ada, Row("r2").Id));
        Assert.Equal((650, 0), Held());
        Assert.Equal("RedemptionNotOpen", Reason(new ApproveRedemption(Next(), Given.Ada, Row("r2").Id)));
        Assert.False(Reserve("r3", 300).NeedsApproval);
    }

    [Fact]
    public void Erasure_EndsTheReservation_AndItsPointsLapse()
    {
        Reserve("r1", 400);
        Run<MemberErased>(new EraseMember(Next(), Given.Ada, true, Given.Notice("v1")));
        Assert.Equal(1000, Balance(AccountRef.Breakage(Given.Stars)));
        Assert.Equal("RedemptionNotOpen", Reason(new CaptureRedemption(Next(), Given.Beanery, "r1", null)));
        Assert.Equal("RedemptionNotOpen", Reason(new ReleaseRedemption(Next(), Given.Beanery, "r1")));
        Sweep();
        Assert.Equal(1000, Balance(AccountRef.Breakage(Given.Stars)));
    }

    [Fact]
    public void Refund_AfterAnErasure_IsRefused()
    {
        Reserve("r1", 400, now: true);
        Run<MemberErased>(new EraseMember(Next(), Given.Ada, true, Given.Notice("v1")));
        Assert.Equal("MembershipNotFound", Reason(new RefundRedemption(Next(), Given.Beanery, "r1", null)));
    }

    [Theory]
    [InlineData(0, 1, "SpendingNotOffered programme_id=bean-stars")]
    [InlineData(125, 1, "SpendingStep(amount_points) step_points=50 least_points=100 nearest_points=100")]
    [InlineData(50, 1, "SpendingStep(amount_points) step_points=50 least_points=100 nearest_points=100")]
    [InlineData(450, 4, "SpendingLimit(amount_points) max_points=400 max_bill_percent=50")]
    [InlineData(2000, 100, "InsufficientPoints(amount_points) available_points=1000 transferable_points=1000")]
    public void Reserve_ThatTheRuleForbids_NamesWhatWouldWork(long points, long pounds, string refusal)
    {
        Publish(points == 0 ? null : new SpendingRule(50, 100, 50, 0, 30, 0));
        Assert.Equal(refusal, Outcome.Of(Answer(Reserving("r1", points, pounds: pounds)).Refusal!));
    }

    [Fact]
    public void Reserve_SeveralFaults_NamesTheFirst()
    {
        Assert.Equal("PartnerWithoutProgramme partner_id=aurora-air", Outcome.Of(Answer(new ReservePoints(Next(), Given.Aurora, "r", "S-9", 1, Given.Gbp(1), false)).Refusal!));
        Reserve("r1", 100);
        Assert.Equal("RedemptionReferenceTaken", Reason(Reserving("r1", 7)));
        Assert.Equal("MembershipNotFound", Reason(new ReservePoints(Next(), Given.Beanery, "r2", "S-9", 7, Given.Gbp(1_000_000), false)));
        Assert.Equal("CurrencyMismatch(bill.currency_code) expected=GBP actual=EUR", Outcome.Of(Answer(
            new ReservePoints(Next(), Given.Beanery, "r2", "S-1", 7, new Money("EUR", 1_000_000), false)).Refusal!));
        Assert.Equal("RedemptionNotFound", Reason(new CaptureRedemption(Next(), Given.Beanery, "r9", null)));
        Assert.Equal("CaptureExceedsReserved(amount_points) reserved_points=100", Outcome.Of(Answer(new CaptureRedemption(Next(), Given.Beanery, "r1", 101)).Refusal!));
        Assert.Equal("reserved", Answer(new RefundRedemption(Next(), Given.Beanery, "r1", null)).Refusal!.Metadata[0].Value);
    }

    /// <summary>One point is worth half a penny: nobody pays nothing with it.</summary>
    [Fact]
    public void Reserve_PointsThatAreWorthNothing_IsRefused()
    {
        Publish(new SpendingRule(1, 0, 100, 0, 30, 0));
        Assert.Equal("SpendingStep(amount_points) step_points=1 least_points=2 nearest_points=2", Outcome.Of(Answer(Reserving("r1", 1)).Refusal!));
        Reserve("r1", 2);
    }

    /// <summary>The member's points end by inactivity under terms that hold no more. The reservation ends with them.</summary>
    [Fact]
    public void Reservation_BeforeAnEndByInactivity_EndsWithIt()
    {
        Publish(new SpendingRule(50, 100, 100, 0, 30, 0));
        var end = _now.AddMinutes(10);
        _journal.Commit(new LotKeeping(Given.Stars, 1, true), new Inactivity(Given.AdaInStars, end), new Due(Inactivity.DueKind, $"{Given.AdaInStars}", end));
        Assert.Equal(end, Reserve("r1", 400).UntilTime);
        _now = end;
        Assert.Equal((0, 0), Held());
    }

    /// <summary>With a code the member agrees beforehand: also above the limit, and at a brand that takes the points.</summary>
    [Fact]
    public void PaymentCode_PaysOnce_AlsoAboveTheLimit_AndAtABrandThatTakesThePoints()
    {
        Publish(new SpendingRule(50, 100, 100, 200, 30, 0));
        Assert.Equal("RedemptionNotApproved", Reason(Reserving("r1", 400, now: true)));
        Run<PaymentCodeCreated>(Coding("code", max: 400));
        Assert.Equal("SpendingNotOffered", Reason(Paying("a1", 400, "code", Given.Aurora)));
        _journal.Commit(Given.Partner(Given.Aurora), Given.Agreement(Given.Aurora, Given.Stars) with { Terms = Given.Agreement(Given.Aurora, Given.Stars).Terms with { AcceptsPoints = true } });
        Assert.Equal("PaymentCodeNotFound", Reason(Paying("a1", 400, "other", Given.Aurora)));
        var made = Run<PointsReserved>(Paying("a1", 400, "code", Given.Aurora));
        Assert.Equal((Given.Aurora, Given.Ada, false), (made.PartnerId, made.MemberId, made.NeedsApproval));
        Assert.Equal(400, Balance(AccountRef.Redeemed(Given.Stars, Given.Aurora)));
        Assert.Equal("PaymentCodeNotFound", Reason(Paying("a2", 100, "code", Given.Aurora)));
        Assert.Empty(_journal.Store.Rows.OfType<PaymentCode>());

        Run<RedemptionRefunded>(new RefundRedemption(Next(), Given.Aurora, "a1", null));
        Run<PaymentCodeCreated>(Coding("own"));
        Run<PointsReserved>(Paying("b1", 400, "own", Given.Beanery));
    }

    /// <summary>Two tills at once with one code, also in one batch: one wins.</summary>
    [Fact]
    public void PaymentCode_AtTwoTillsAtOnce_PaysOnce()
    {
        Run<PaymentCodeCreated>(Coding("code"));
        var answers = _journal.Run([Paying("r1", 100, "code", Given.Beanery), Paying("r2", 100, "code", Given.Beanery)], _now);
        Assert.IsType<PointsReserved>(answers[0].Event);
        Assert.Equal(RefusalReason.PaymentCodeNotFound, answers[1].Refusal!.Reason);
    }

    [Fact]
    public void PaymentCode_EndsByItself_WhetherOrNotASweepRan()
    {
        var code = Run<PaymentCodeCreated>(Coding("code"));
        Assert.Equal("PaymentCodeNotFound", Reason(new EndPaymentCode(Next(), code.MembershipId)));
        _now = code.ExpireTime;
        Assert.Equal("PaymentCodeNotFound", Reason(Paying("r1", 100, "code", Given.Beanery)));
        Run<PaymentCodeEnded>(new EndPaymentCode(Next(), code.MembershipId));
        Assert.Equal("PaymentCodeNotFound", Reason(Paying("r1", 100, "code", Given.Beanery)));
        Assert.DoesNotContain(_journal.Store.Rows.OfType<Due>(), due => due.Kind == EndPaymentCode.DueKind);
    }

    /// <summary>Another brand does not learn what the member has; the member's own limit holds.</summary>
    [Fact]
    public void PaymentCode_TellsAnotherBrandNothingOfTheBalance()
    {
        _journal.Commit(Given.Partner(Given.Aurora), Given.Agreement(Given.Aurora, Given.Stars) with { Terms = Given.Agreement(Given.Aurora, Given.Stars).Terms with { AcceptsPoints = true } });
        Run<PaymentCodeCreated>(Coding("any"));
        Assert.Equal("SpendingLimit(payment_code) max_points=0", Outcome.Of(Answer(Paying("a1", 100, "any", Given.Aurora)).Refusal!));
        Run<PaymentCodeCreated>(Coding("code", max: 5000));
        Assert.Equal("PaymentCodeNotFound", Reason(Paying("a1", 100, "any", Given.Aurora)));
        Assert.Equal("InsufficientPoints(amount_points)", Outcome.Of(Answer(Paying("a1", 1050, "code", Given.Aurora)).Refusal!));
        Run<PaymentCodeCreated>(Coding("small", max: 130));
        Assert.Equal("SpendingLimit(amount_points) max_points=100", Outcome.Of(Answer(Paying("a1", 150, "small", Given.Aurora)).Refusal!));
        Assert.Equal("MembershipNotFound", Reason(new CreatePaymentCode(Next(), Given.Bo, Given.Stars, 0, "x")));
        Assert.Equal("SpendingStep(max_points) step_points=50 least_points=100 nearest_points=100", Outcome.Of(Answer(Coding("less", max: 99)).Refusal!));
        Run<MemberErased>(new EraseMember(Next(), Given.Ada, true, Given.Notice("v1")));
        Assert.Equal("PaymentCodeNotFound", Reason(Paying("a1", 100, "small", Given.Aurora)));
    }

    [Fact]
    public void Worth_IsRoundedDownToThePenny()
    {
        Assert.Equal(Given.Gbp(2_000_000), Redemption.WorthOf(400, Given.Gbp(5_000)));
        Assert.Equal(Given.Gbp(0), Redemption.WorthOf(1, Given.Gbp(5_000)));
        Assert.Equal(new Money("JPY", 1_000_000), Redemption.WorthOf(3, new Money("JPY", 500_000)));
        Assert.Equal(Money.MaxMicros / 10_000 * 10_000, Redemption.WorthOf(long.MaxValue, Given.Gbp(5_000)).Micros);
    }

    private CommandContext Next() => Given.Context with { RequestId = Given.Uuid(++_id), EventId = new EventId(Given.Uuid(0x10000 + _id)) };

    private void Publish(SpendingRule? rule) => Run<ProgrammeTermsPublished>(
        new PublishProgrammeTerms(Next(), Given.Stars, new ProgrammeRules(new LotRule(0, new Expiry(120, 0, ExpirySnap.Day)), []) { Spending = rule }));

    private void Open(long points, DateTime? expire)
    {
        if (expire is null)
        {
            _journal.Commit(Account.Open(AccountRef.Points(Given.Stars, Given.AdaInStars)).Add(points), Account.Open(AccountRef.Issue(Given.Stars, Given.Beanery)).Add(-points));
            return;
        }

        Run<PointsAwarded>(new AwardPoints(Next(), Given.Beanery, $"open-{_id}", "S-1", points, AwardReason.OpeningBalance, expire));
    }

    private ReservePoints Reserving(string reference, long points, bool now = false, long pounds = 1000) =>
        new(Next(), Given.Beanery, reference, "S-1", points, Given.Gbp(pounds * 1_000_000), now);

    private PointsReserved Reserve(string reference, long points, bool now = false) => Run<PointsReserved>(Reserving(reference, points, now));

    private RedemptionRefunded Refund(string reference, long? points) => Run<RedemptionRefunded>(new RefundRedemption(Next(), Given.Beanery, reference, points));

    private CreatePaymentCode Coding(string code, long max = 0) => new(Next(), Given.Ada, Given.Stars, max, code);

    private ReservePoints Paying(string reference, long points, string code, PartnerId partner) =>
        new(Next(), partner, reference, "", points, Given.Gbp(1_000_000_000), true) { CodeHash = code };

    private Answer Answer(Command command) => _journal.Run([command], _now).Single();

    private TEvent Run<TEvent>(Command command)
        where TEvent : Event => Outcome.Made<TEvent>(Answer(command));

    private string Reason(Command command) => Answer(command).Refusal!.Reason.ToString();

    private Redemption Row(string reference) => _journal.Store.Rows.OfType<Redemption>().Single(row => row.Reference == reference);

    private long Balance(AccountRef account) => _journal.Store.Rows.OfType<Account>().SingleOrDefault(row => row.Id == account.Id)?.BalancePoints ?? 0;

    private Holdings Holdings() => _journal.HoldingsAt(Given.Stars, Given.AdaInStars, _now);

    private (long Available, long Reserved) Held() => (Holdings().AvailablePoints, Holdings().ReservedPoints);

    private IReadOnlyList<(DateTime, long)> Lots() => [.. Holdings().Lots.Select(lot => (lot.Term.ExpireTime!.Value, lot.Points))];

    /// <summary>Settles all lots that are due, and counts the events.</summary>
    private int Sweep() => _journal.Store.Rows.OfType<Lot>().ToArray().Count(lot => Answer(new SettleLots(Next(), lot.AccountId)).Event is not null);
}
