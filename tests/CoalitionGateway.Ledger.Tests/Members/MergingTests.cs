using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Tests.Members;

/// <summary>Two memberships that become one: Ada's second card in Stars, enrolled as another member, is merged into her own.</summary>
public sealed class MergingTests
{
    private static readonly byte[] _code = [1, 2, 3, 4];
    private static readonly MembershipId _second = new(Given.Uuid(0xb02));
    private static readonly MemberId _alias = Given.Bo;
    private static readonly Term _spring = new(null, Given.Now.AddDays(90));
    private readonly MemoryJournal _journal = new(new MemoryStore());
    private int _requests;

    public MergingTests() => _journal.Commit(
        Given.Partner(Given.Beanery), Given.Programme(Given.Stars, Given.Beanery), Given.Agreement(Given.Beanery, Given.Stars),
        Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada), new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, [1]),
        Given.Membership(_second, Given.Stars, _alias), new MembershipNumber(Given.Stars, "S-2", _second, [2]),
        new LinkCode(_second, _code, Given.Now.AddMinutes(10)), new LotKeeping(Given.Stars, 1, true));

    [Fact]
    public void Merge_BothNumbersLeadToOneMembership_WithThePointsOfBoth()
    {
        Buy("S-1", 50);
        Buy("S-2", 100);

        var made = Outcome.Made<MembershipsMerged>(Merge());

        Assert.Equal((100, 150), (made.MovedPoints, made.AvailablePoints));
        Assert.Equal((150, 0), (Holds(Given.AdaInStars).AvailablePoints, Holds(_second).AvailablePoints));
        Assert.Equal([("S-1", true), ("S-2", false)], Rows<MembershipNumber>().Where(row => row.MembershipId == Given.AdaInStars).Select(row => (row.Number, row.IsMain)).Order());
        Assert.Equal((Given.AdaInStars, Given.AdaInStars), (Buy("S-2", 7).MembershipId, Buy("S-1", 7).MembershipId));
        Assert.Equal(164, Holds(Given.AdaInStars).AvailablePoints);
        Assert.Equal(NotificationKind.MembershipsMerged, Assert.Single(Rows<Notification>()).Kind);
    }

    [Fact]
    public void Merge_LotsKeepTheirDates_AndEqualLotsBecomeOne()
    {
        var late = new Term(Given.Now.AddDays(10), Given.Now.AddDays(200));
        Give(Given.AdaInStars, _spring, 40);
        Give(_second, _spring, 30);
        Give(_second, late, 5);

        Merge();

        var held = Holds(Given.AdaInStars);
        Assert.Equal([(_spring, 70L)], held.Lots.Select(lot => (lot.Term, lot.Points)));
        Assert.Equal([(late, 5L)], held.Pending.Select(lot => (lot.Term, lot.Points)));
        Assert.All(Rows<Lot>(), lot => Assert.Equal(Given.AdaInStars, lot.MembershipId));
    }

    [Theory]
    [InlineData(100, 0, 0, 30, 70, 0)]
    [InlineData(0, 30, 100, 0, 70, 0)]
    [InlineData(0, 30, 0, 20, 0, 50)]
    [InlineData(0, 130, 100, 0, 0, 30)]
    public void Merge_PointsPayTheDebtsOfBoth(long ownPoints, long ownDebt, long otherPoints, long otherDebt, long points, long debt)
    {
        Set(Given.AdaInStars, ownPoints, ownDebt);
        Set(_second, otherPoints, otherDebt);

        Outcome.Made<MembershipsMerged>(Merge());

        Assert.Equal((points, debt), (Holds(Given.AdaInStars).AvailablePoints, Holds(Given.AdaInStars).OwedPoints));
        Assert.Equal((0, 0), (Holds(_second).AvailablePoints, Holds(_second).OwedPoints));
    }

    [Fact]
    public void Merge_CountersAreAdded_TiersAndTheLaterActivityAreKept()
    {
        _journal.Commit(
            new Counter(Given.AdaInStars, "", "2026-03", 10, 1), new Counter(_second, "", "2026-03", 30, 2), new Counter(_second, "", "2026-02", 5, 1),
            new Counter(Given.AdaInStars, "stamps/visits", "", 5, 6), new Counter(_second, "stamps/visits", "", 0, 3),
            new TierHeld(_second, "gold", Given.Now.AddDays(-9), Given.Now.AddDays(9)),
            new Inactivity(Given.AdaInStars, Given.Now.AddDays(5)), new Due(Inactivity.DueKind, $"{Given.AdaInStars}", Given.Now.AddDays(5)),
            new Inactivity(_second, Given.Now.AddDays(8)), new Due(Inactivity.DueKind, $"{_second}", Given.Now.AddDays(8)),
            new Referral(_second, Given.BoInMiles, Given.Now));

        Merge();

        Assert.Equal(
            [("", "2026-02", 5L, 1L), ("", "2026-03", 40, 3), ("stamps/visits", "", 5, 9)],
            Rows<Counter>().OrderBy(row => (row.Rule, row.Period)).Select(row => (row.Rule, row.Period, row.Points, row.Count)));
        Assert.All(Rows<Counter>(), counter => Assert.Equal(Given.AdaInStars, counter.MembershipId));
        Assert.Equal(Given.AdaInStars, Assert.Single(Rows<TierHeld>()).MembershipId);
        Assert.Equal(new Inactivity(Given.AdaInStars, Given.Now.AddDays(8)), Assert.Single(Rows<Inactivity>()));
        Assert.Equal(Given.Now.AddDays(8), Assert.Single(Rows<Due>(), due => due.Kind == Inactivity.DueKind).DueTime);
        Assert.Empty(Rows<Referral>());
    }

    [Fact]
    public void Merge_PointsThatATierKeeps_StayKept()
    {
        var ended = new Term(null, Given.Now.AddDays(-3));
        _journal.Commit(
            new LotKeeping(Given.Stars, 2, true, true), new ExpiryPause(_second, Given.Now.AddDays(-9), Given.Now.AddDays(9)),
            new ExpiryPause(Given.AdaInStars, Given.Now.AddDays(-1), Given.Now.AddDays(5)));
        Give(_second, ended, 40);

        Merge();

        Assert.Equal(40, Holds(Given.AdaInStars).AvailablePoints);
        Assert.Equal(new ExpiryPause(Given.AdaInStars, Given.Now.AddDays(-9), Given.Now.AddDays(9)), Assert.Single(Rows<ExpiryPause>()));
    }

    [Fact]
    public void Return_OfAPurchaseBeforeTheMerge_TakesFromWhatRemains()
    {
        Buy("S-2", 100, "R-1");
        Merge();

        var made = Outcome.Made<PurchaseReversed>(Run(new ReversePurchase(Context(Partner), Given.Beanery, "R-1", Given.Gbp(40_000_000))));

        Assert.Equal((Given.Ada, Given.AdaInStars, 40), (made.Subject!.Value, made.MembershipId, made.TakenPoints));
        Assert.Equal(60, Holds(Given.AdaInStars).AvailablePoints);
        Assert.Equal((100, 40), Rows<Earned>().Where(row => row.MembershipId == Given.AdaInStars).Select(row => (row.GivenPoints, row.TakenPoints)).Single());
    }

    [Theory]
    [InlineData(7, 4, true)]
    [InlineData(4, 4, false)]
    [InlineData(12, 10, false)]
    public void Merge_OfTwoStampCards_LosesNoAward(int own, int other, bool isFull)
    {
        var rule = new Ledger.Campaigns.CampaignRule(
            Given.Now.AddDays(-1), Given.Now.AddDays(9), Ledger.Campaigns.CampaignFilter.All with { EveryNth = 10 }, Ledger.Campaigns.CampaignEffect.Fixed, 350, null, [], "", [], false, null, 0);
        Outcome.Made<Ledger.Campaigns.CampaignPublished>(Run(new Ledger.Campaigns.PublishCampaign(Context(Partner), Given.Stars, "stamps", rule) { MayBePast = true }));
        for (var i = 0; i < own + other; i++)
        {
            Buy(i < own ? "S-1" : "S-2", 1, $"P-{i}");
        }

        Merge();

        Assert.Equal(isFull ? 351 : 1, Buy("S-2", 1).GivenPoints);
        for (var i = 0; i < own + other; i++)
        {
            Outcome.Made<PurchaseReversed>(Run(new ReversePurchase(Context(Partner), Given.Beanery, $"P-{i}", null)));
        }
    }

    [Fact]
    public void Return_AfterTheErasure_OfAPurchaseThatCounted_Works()
    {
        Outcome.Made<ProgrammeTermsPublished>(Run(new PublishProgrammeTerms(Context(Partner), Given.Stars, new ProgrammeRules(LotRule.None, [new Cap(CapPeriod.Day, 500, 0)]))));
        Buy("S-1", 10, "R-1");
        Outcome.Made<MemberErased>(Run(new EraseMember(Context(Caller.Of(Given.Ada)), Given.Ada, true, Given.Notice("1"))));
        Assert.Empty(Outcome.Made<PurchaseReversed>(Run(new ReversePurchase(Context(Partner), Given.Beanery, "R-1", null))).Uncounted);
    }

    [Fact]
    public void Referral_OfOneselfThroughAMerge_PaysTheMemberOnce()
    {
        Outcome.Made<ProgrammeTermsPublished>(Run(new PublishProgrammeTerms(Context(Partner), Given.Stars, new ProgrammeRules(LotRule.None, []) { Referral = new ReferralRule(50, 50, 0, 0) })));
        _journal.Commit(new Referral(Given.AdaInStars, _second, Given.Now));
        Set(Given.AdaInStars, 0, 60);
        Merge();

        Buy("S-1", 10);

        Assert.Equal((0, 0), (Holds(Given.AdaInStars).AvailablePoints, Holds(Given.AdaInStars).OwedPoints));
    }

    [Fact]
    public void Return_OfAnOlderPurchase_TakesNothingOfWhatLapsedOfTheOtherBeforeTheMerge()
    {
        Buy("S-2", 100, "R-1");
        var end = Given.Now.AddTicks(10);
        _journal.Commit(new LapsedLot(AccountRef.Points(Given.Stars, Given.AdaInStars).Id, end, 100));
        Assert.Null(_journal.Run([Command("S-2")], Given.Now.AddMinutes(1)).Single().Refusal);

        var made = (PurchaseReversed)_journal.Run([new ReversePurchase(Context(Partner), Given.Beanery, "R-1", null)], Given.Now.AddMinutes(2)).Single().Event!;

        Assert.Equal((100, 0), (made.TakenPoints, made.Lapsed.Count));
    }

    [Fact]
    public void Merge_OfAMergedMembership_LeadsAllOfThemToTheLast()
    {
        var (third, owner) = (new MembershipId(Given.Uuid(0xc03)), new MemberId(Given.Uuid(0xc0)));
        Buy("S-2", 100, "R-1");
        Merge();
        _journal.Commit(
            Given.Membership(third, Given.Stars, owner), new MembershipNumber(Given.Stars, "S-3", third, [3]),
            new LinkCode(Given.AdaInStars, _code, Given.Now.AddMinutes(10)));

        Outcome.Made<MembershipsMerged>(Run(new MergeMemberships(Context(Caller.Of(owner)), owner, Given.Stars, "S-1", _code, Given.Notice("1"))));

        Assert.Equal(third, Buy("S-2", 1).MembershipId);
        Assert.Equal(third, Outcome.Made<PurchaseReversed>(Run(new ReversePurchase(Context(Partner), Given.Beanery, "R-1", null))).MembershipId);
        Assert.All(Rows<Membership>().Where(row => row.Id != third), row => Assert.Equal(third, row.MergedIntoId));
    }

    [Theory]
    [InlineData("Given 2,3", "Given 3,4", "Renewed 3")]
    [InlineData("Given 2", "Given 2,3", "Given 2")]
    [InlineData("Given 2", "Given 3", "Withdrawn 2")]
    [InlineData("Given 2,3", "Refused 2", "Withdrawn 2,3")]
    [InlineData("Given 2,3", "Withdrawn 2", "Withdrawn 2,3")]
    [InlineData("Given 2,3", "Requested 2", "Given 2,3")]
    [InlineData("Given 2,3", "", "Given 2,3")]
    [InlineData("", "Given 2", "Requested 2")]
    [InlineData("", "Refused 2", "Refused 2")]
    [InlineData("Refused 2", "Given 2", "Refused 2")]
    [InlineData("Requested 2", "Given 2", "Requested 2")]
    public void Merge_OfTwoConsents_TheNarrowerRemains(string own, string other, string remains)
    {
        _journal.Commit([.. Consent(Given.Ada, own), .. Consent(_alias, other)]);

        Merge();

        var consent = Assert.Single(Rows<Consent>(), row => row.MemberId == Given.Ada);
        Assert.Equal(remains, $"{consent.State} {consent.Categories}");
        Assert.DoesNotContain(Rows<Consent>(), row => row.MemberId == _alias && row.State.IsInForce());
    }

    [Fact]
    public void Merge_WithOwnNumberOrWithoutAMembership_IsRefused()
    {
        _journal.Commit(new LinkCode(Given.AdaInStars, _code, Given.Now.AddMinutes(10)));
        var stranger = new MemberId(Given.Uuid(0xc0));

        Assert.Equal("SameMembership(membership_number) programme_id=bean-stars", Refused(Command("S-1")));
        Assert.Equal("LinkCodeInvalid(link_code) programme_id=bean-stars", Refused(Command("S-2") with { CodeHash = [1, 2, 3, 5] }));
        Assert.Equal("LinkCodeInvalid(link_code) programme_id=bean-stars", Refused(Command("S-9")));
        Assert.Equal(
            "MembershipNotFound(programme_id) needed programme_id=bean-stars",
            Refused(new MergeMemberships(Context(Caller.Of(stranger)), stranger, Given.Stars, "S-2", _code, Given.Notice("1"))));
    }

    [Theory]
    [InlineData("hold of the other", "ErasureHeld")]
    [InlineData("hold of the caller", "")]
    [InlineData("restriction of the other", "RestrictionInForce")]
    [InlineData("restriction of the caller", "RestrictionInForce")]
    [InlineData("in a pool", "MembershipInPool")]
    [InlineData("invited", "MembershipInPool")]
    [InlineData("invitation over", "")]
    [InlineData("caller in a pool", "")]
    public void Merge_UnderAnObstacle_IsRefused(string obstacle, string reason)
    {
        var (until, member) = (Given.Now.AddMinutes(1), obstacle.EndsWith("caller", StringComparison.Ordinal) ? Given.Ada : _alias);
        _journal.Commit(obstacle switch
        {
            "in a pool" => Given.Participant(_second),
            "invited" => Given.Participant(_second, until),
            "invitation over" => Given.Participant(_second, Given.Now),
            "caller in a pool" => Given.Participant(Given.AdaInStars),
            _ when obstacle.StartsWith("hold", StringComparison.Ordinal) => new Hold(Given.Context.EventId, member, HoldGround.LegalClaims, until, Given.Now),
            _ => new Restriction(member, RestrictionGround.LegalClaims, Given.Context.EventId, Given.Now),
        });

        Assert.Equal(reason, Merge().Refusal?.Reason.ToString() ?? "");
        Assert.Equal(reason.Length == 0, Rows<Membership>().Any(row => row.MergedIntoId is not null));
        Assert.DoesNotContain(Rows<Participant>(), place => reason.Length == 0 && place.MembershipId == _second);
    }

    [Fact]
    public void Erasure_AfterAMerge_DeletesEveryNumber()
    {
        Merge();

        Outcome.Made<MemberErased>(Run(new EraseMember(Context(Caller.Of(Given.Ada)), Given.Ada, false, Given.Notice("1"))));

        Assert.Empty(Rows<MembershipNumber>());
        Assert.DoesNotContain(Rows<Membership>(), row => row.MemberId == Given.Ada || row.MemberId == _alias);
    }

    private static Caller Partner => new(CallerKind.Partner, Given.Beanery.Value);

    private static Row[] Consent(MemberId member, string text) => text.Split(' ') is not [var state, var categories]
        ? []
        :
        [
            new Consent(
                member, Given.Beanery, Purpose.Marketing, Enum.Parse<ConsentState>(state), categories, "1", "en", [1], Given.Context.EventId, Given.Now.AddDays(-1), null),
        ];

    private IEnumerable<TRow> Rows<TRow>() => _journal.Store.Rows.OfType<TRow>();

    private Holdings Holds(MembershipId membership) => _journal.HoldingsAt(Given.Stars, membership, Given.Now);

    private CommandContext Context(Caller caller) => new(caller, Given.Uuid(0x5000 + ++_requests), new EventId(Given.Uuid(0x6000 + _requests)));

    private MergeMemberships Command(string number) => new(Context(Caller.Of(Given.Ada)), Given.Ada, Given.Stars, number, _code, Given.Notice("1"));

    private Answer Merge() => Run(Command("S-2"));

    private string Refused(Command command) => Outcome.Of(Run(command).Refusal!);

    private Answer Run(Command command) => _journal.Run([command], Given.Now).Single();

    private PurchaseRecorded Buy(string number, int pounds, string? reference = null) => Outcome.Made<PurchaseRecorded>(Run(
        new RecordPurchase(Context(Partner), Given.Beanery, reference ?? $"P-{_requests}", number, Given.Gbp(pounds * 1_000_000L), Given.Now)));

    private void Give(MembershipId membership, Term term, long points)
    {
        var account = Lot.AccountOf(Given.Stars, $"{membership}", term);
        _journal.Commit([Account.Open(account).Add(points), .. Lot.RowsOf(account)]);
    }

    private void Set(MembershipId membership, long points, long owed)
    {
        AccountRef[] accounts = [AccountRef.Points(Given.Stars, membership), AccountRef.Receivable(Given.Stars, membership)];
        _journal.Commit([.. accounts.Zip([points, -owed], (account, balance) => Account.Open(account).Add(balance))]);
    }
}
