using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Tests.Rewards;

/// <summary>
/// Two memberships of one person become one: what both claimed and what both were paid counts for the one that stays, and what the
/// other began can be finished.
/// </summary>
public sealed class MergedSpendingTests
{
    private static readonly MembershipId _second = new(Given.Uuid(0xb02));
    private static readonly DateOnly _day = new(2026, 3, 1);
    private readonly MemoryJournal _journal = new(new MemoryStore());
    private DateTime _now = Given.Now;
    private int _id;

    public MergedSpendingTests()
    {
        _journal.Commit(
            Given.Partner(Given.Beanery), Given.Programme(Given.Stars, Given.Beanery),
            new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, [1]), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada),
            new MembershipNumber(Given.Stars, "S-2", _second, [2]), Given.Membership(_second, Given.Stars, Given.Bo),
            Account.Open(AccountRef.Points(Given.Stars, Given.AdaInStars)).Add(1000), Account.Open(AccountRef.Points(Given.Stars, _second)).Add(1000));
    }

    [Fact]
    public void Voucher_OfTheMembershipThatEnded_IsUsedOnce_AndReturnedToTheOneThatStays()
    {
        Publish("coffee", 150, rule => rule with { IsReturnable = true });
        Claim("code", Given.Bo);
        Merge();
        Assert.Equal(Given.Ada, Run<VoucherUsed>(new UseVoucher(Next(), Given.Beanery, "code", default)).MemberId);
        Assert.Equal("VoucherUsed", Reason(new UseVoucher(Next(), Given.Beanery, "code", default)));
        Assert.Equal(Given.Ada, Run<VoucherReturned>(new ReturnVoucher(Next(), Given.Beanery, "code")).MemberId);
        Assert.Equal(Given.Ada, Run<VoucherUsed>(new UseVoucher(Next(), Given.Beanery, "code", default)).MemberId);
    }

    /// <summary>A limit for each member holds for both together, and the stock stays exact.</summary>
    [Fact]
    public void Limit_ForEachMember_CountsTheClaimsOfBoth()
    {
        Publish("coffee", 150, rule => rule with { MaxPerMember = 3, StockCount = 5 });
        Claim("1", Given.Bo);
        Claim("2", Given.Ada);
        Merge();
        Claim("3", Given.Ada);
        Assert.Equal("RewardLimitReached", Reason(Claiming("4", Given.Ada)));
        Assert.Equal("MembershipNotFound", Reason(Claiming("5", Given.Bo)));
        Assert.Equal(3, _journal.Store.Rows.OfType<RewardStock>().Single().ClaimedCount);
    }

    /// <summary>A day's payout to either is the day's payout to the one that stays.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Payout_OfTheDayToOneOfThem_IsNotRepeatedToTheOther(bool toTheOneThatStays)
    {
        Publish("daily", 400, rule => rule with { Payout = new Payout([], 0, 400, 400, "") });
        Run<RewardPaidOut>(toTheOneThatStays ? PayingOut(Given.AdaInStars, Given.Ada) : PayingOut(_second, Given.Bo));
        Merge();
        Assert.Equal("MembershipNotFound", Reason(PayingOut(Given.AdaInStars, Given.Ada)));
        Assert.Equal("MembershipNotFound", Reason(PayingOut(_second, Given.Bo)));
        Assert.Equal("MembershipNotFound", Reason(PayingOut(_second, Given.Ada)));
        _now = Calendar.Of("Europe/London").StartOf(_day.AddDays(1));
        Assert.Equal(400, Run<RewardPaidOut>(PayingOut(Given.AdaInStars, Given.Ada, _day.AddDays(1))).AmountPoints);
    }

    [Fact]
    public void Payout_WithALimitForEachMember_CountsThoseOfBoth()
    {
        Publish("daily", 100, rule => rule with { MaxPerMember = 5, Payout = new Payout([], 0, 100, 300, "") });
        Assert.Equal(3, Run<RewardPaidOut>(PayingOut(_second, Given.Bo)).Count);
        Merge();
        _now = Calendar.Of("Europe/London").StartOf(_day.AddDays(1));
        Assert.Equal(2, Run<RewardPaidOut>(PayingOut(Given.AdaInStars, Given.Ada, _day.AddDays(1))).Count);
        _now = Calendar.Of("Europe/London").StartOf(_day.AddDays(2));
        Assert.Equal("InsufficientPoints", Reason(PayingOut(Given.AdaInStars, Given.Ada, _day.AddDays(2))));
    }

    /// <summary>Both codes pay from the points that the person has now, each once.</summary>
    [Fact]
    public void PaymentCode_OfTheMembershipThatEnded_PaysFromTheOneThatStays()
    {
        Spend();
        Code("of the second", Given.Bo);
        Code("of the first", Given.Ada);
        Merge();
        Assert.Equal((Given.Ada, Given.AdaInStars), Run<PointsReserved>(Paying("p1", "of the second", 1500)) is var made ? (made.MemberId, made.MembershipId) : default);
        Assert.Equal("PaymentCodeNotFound", Reason(Paying("p2", "of the second", 10)));
        Run<PointsReserved>(Paying("p3", "of the first", 10));
        Assert.Empty(_journal.Store.Rows.OfType<PaymentCode>());
    }

    [Fact]
    public void PaymentCode_OfTheMembershipThatEnded_IsReplacedByANewOne()
    {
        Spend();
        Code("of the second", Given.Bo);
        Merge();
        Code("new", Given.Ada);
        Assert.Equal("PaymentCodeNotFound", Reason(Paying("p1", "of the second", 10)));
        Run<PointsReserved>(Paying("p2", "new", 10));
        Assert.DoesNotContain(_journal.Store.Rows.OfType<Due>(), due => due.Kind == EndPaymentCode.DueKind);
    }

    private void Merge()
    {
        byte[] code = [1, 2, 3, 4];
        _journal.Commit(new LinkCode(_second, code, _now.AddMinutes(10)));
        Run<MembershipsMerged>(new MergeMemberships(Next(), Given.Ada, Given.Stars, "S-2", code, Given.Notice("1")));
    }

    private void Publish(string id, long price, Func<RewardRule, RewardRule> change) => Run<RewardPublished>(new PublishReward(
        Next(), Given.Stars, id, change(new RewardRule(price, [new RewardText("en", id)], null, Given.Now.AddDays(-1), Given.Now.AddYears(5), 0, 0, 10, [], []))));

    private void Spend() => _journal.Commit(new ProgrammeTerms(
        Given.Stars, 1, Given.Now.AddDays(-1), ProgrammeRules.None with { Spending = new SpendingRule(1, 0, 100, 0, 30, 0) }, Given.Now));

    private void Code(string hash, MemberId member) => Run<PaymentCodeCreated>(new CreatePaymentCode(Next(), member, Given.Stars, 0, hash));

    private ReservePoints Paying(string reference, string code, long points) =>
        new(Next(), Given.Beanery, reference, "", points, new Money(Given.Programme(Given.Stars, Given.Beanery).ValueCurrencyCode, 100_000_000), true) { CodeHash = code };

    private ClaimReward Claiming(string code, MemberId member) => new(Next(), member, Given.Stars, "coffee", null, code);

    private void Claim(string code, MemberId member) => Run<RewardClaimed>(Claiming(code, member));

    private PayOutReward PayingOut(MembershipId membership, MemberId member, DateOnly? day = null) =>
        new(Next() with { Caller = Caller.Gateway }, Given.Stars, day ?? _day, "daily", membership, member, $"code {_id}");

    private CommandContext Next() => Given.Context with { RequestId = Given.Uuid(++_id), EventId = new EventId(Given.Uuid(0x10000 + _id)) };

    private Answer Answer(Command command) => _journal.Run([command], _now).Single();

    private TEvent Run<TEvent>(Command command)
        where TEvent : Event => Outcome.Made<TEvent>(Answer(command));

    private string Reason(Command command) => Answer(command).Refusal!.Reason.ToString();
}
