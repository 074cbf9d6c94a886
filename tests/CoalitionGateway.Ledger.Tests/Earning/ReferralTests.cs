using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Tests.Earning;

/// <summary>Ada refers others to the Beanery: 500 points for her, 250 for each of them, for two within 90 days.</summary>
public sealed class ReferralTests
{
    private readonly MemoryJournal _journal = new(new MemoryStore());
    private DateTime _now = Given.Now;
    private int _id;

    public ReferralTests()
    {
        _journal.Commit(
            Given.Partner(Given.Beanery), Given.Programme(Given.Stars, Given.Beanery), Given.Agreement(Given.Beanery, Given.Stars),
            new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada));
        Publish(new ReferralRule(500, 250, 90, 2));
    }

    [Fact]
    public void FirstPurchase_OfTheReferredMember_PaysBothOnce_EachInAnEventOfTheirOwn()
    {
        var bo = Enrol("S-2", "S-1");
        var first = Buy("S-2");

        Assert.Equal(["Bo 250", "Ada 500"], first.FollowUps.Cast<ReferralPaid>().Select(paid => $"{(paid.IsReferrer ? "Ada" : "Bo")} {paid.AmountPoints}"));
        Assert.Equal([bo.MemberId, Given.Ada], first.FollowUps.Select(paid => paid.Subject!.Value));
        Assert.All(first.FollowUps, paid => Assert.Equal(Caller.Gateway, paid.Header.Actor));
        Assert.Equal((260, 500), (Held(bo.MembershipId), Held(Given.AdaInStars)));
        Assert.Empty(Buy("S-2").FollowUps);
        Assert.Equal((270, 500), (Held(bo.MembershipId), Held(Given.AdaInStars)));
    }

    [Fact]
    public void Referrer_IsPaidAsOftenAsTheRuleSays_AndTheOthersStillGetTheirs()
    {
        var others = new[] { "S-2", "S-3", "S-4" }.Select(number => Enrol(number, "S-1")).ToArray();
        foreach (var number in new[] { "S-2", "S-3", "S-4" })
        {
            Buy(number);
        }

        Assert.Equal(1000, Held(Given.AdaInStars));
        Assert.All(others, other => Assert.Equal(260, Held(other.MembershipId)));
    }

    [Fact]
    public void FirstPurchase_AfterTheTime_OrWithoutAReferrer_PaysNothing()
    {
        Enrol("S-2", "S-1");
        Enrol("S-3", "");
        _now = _now.AddDays(91);
        Assert.Empty(Buy("S-2").FollowUps);
        Assert.Empty(Buy("S-3").FollowUps);
        Assert.Equal(0, Held(Given.AdaInStars));
    }

    [Fact]
    public void Referral_ToAReferrerWhoOwes_PaysTheDebtFirst()
    {
        _journal.Commit(Account.Open(AccountRef.Receivable(Given.Stars, Given.AdaInStars)).Add(-60));
        Enrol("S-2", "S-1");
        Assert.Equal(60, Buy("S-2").FollowUps.Cast<ReferralPaid>().Single(paid => paid.IsReferrer).SettledPoints);
        Assert.Equal(440, Held(Given.AdaInStars));
    }

    [Fact]
    public void Referral_ByANumberThatNobodyHas_IsRefused_AndTheNumberStaysFree()
    {
        Assert.Equal(("MembershipNotFound", "referrer_number"), Run(Enrolment("S-2", "S-9")).Refusal is { } refusal ? (refusal.Reason.Name, refusal.Field) : default);
        Assert.NotNull(Run(Enrolment("S-2", "S-1")).Event);
    }

    [Fact]
    public void Referral_WithoutARule_PaysNothing_UntilThereIsOne()
    {
        Publish(null);
        Enrol("S-2", "S-1");
        Assert.Empty(Buy("S-2").FollowUps);
        Publish(new ReferralRule(5, 0, 0, 0));
        Assert.Equal(2, Buy("S-2").FollowUps.Count);
        Assert.Equal(5, Held(Given.AdaInStars));
    }

    private void Publish(ReferralRule? rule) =>
        _journal.Run([new PublishProgrammeTerms(Next(), Given.Stars, new ProgrammeRules(LotRule.None, []) { Referral = rule }) { FromTime = _now }], _now);

    private MemberEnrolled Enrol(string number, string referrer) => (MemberEnrolled)Run(Enrolment(number, referrer)).Event!;

    private EnrollMember Enrolment(string number, string referrer)
    {
        var (context, member) = (Next(), new MemberId(Given.Uuid(0x20000 + _id)));
        var told = new Profile(member, null, null, null, null, null, null);
        return new EnrollMember(context, Given.Beanery, number, member, new MembershipId(Given.Uuid(0x30000 + _id)), told, told) { ReferrerNumber = referrer };
    }

    private (Event Event, IReadOnlyList<Event> FollowUps) Buy(string number)
    {
        var context = Next();
        var before = _journal.Store.LogSize;
        var made = Run(new RecordPurchase(context, Given.Beanery, $"R-{_id}", number, new Money("GBP", 10_000_000), _now)).Event!;
        return (made,
        [
            .. _journal.Store.Rows.OfType<StoredEvent>().Where(stored => stored.LogIndex >= before && stored.Id != made.Id)
                .OrderBy(stored => stored.LogIndex).Select(stored => EventCodec.Decode(stored.Body)),
        ]);
    }

    private Answer Run(Command command) => _journal.Run([command], _now)[0];

    private long Held(MembershipId membership) => _journal.HoldingsAt(Given.Stars, membership, _now).AvailablePoints;

    private CommandContext Next() => new(Given.Context.Caller, Given.Uuid(++_id), new EventId(Given.Uuid(0x10000 + _id)));
}
