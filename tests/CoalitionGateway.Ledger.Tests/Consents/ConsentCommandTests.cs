using CoalitionGateway.Ledger.Consents;

namespace CoalitionGateway.Ledger.Tests.Consents;

public sealed class ConsentCommandTests
{
    private static readonly NoticeRef _notice = new("2026-01", "sv", [1, 2, 3]);

    // The first row has every fault, the last one none. Each row mends the fault that the row before was refused for.
    private static readonly Table _give = new()
    {
        { "no such partner, no consent needed, no notice", () => Give(partner: false, Purpose.ProgrammeOperation, "2025-01", notice: null), "PartnerNotFound(partner_id) partner_id=beanery" },
        { "no consent needed, no notice", () => Give(true, Purpose.ProgrammeOperation, "2025-01", notice: null), "ConsentNotNeeded(purpose) purpose=programme_operation" },
        { "no consent needed", () => Give(true, Purpose.ProgrammeOperation, "2026-01", _notice), "ConsentNotNeeded(purpose) purpose=programme_operation" },
        { "purpose not agreed, no notice", () => Give(true, Purpose.Marketing, "2025-01", notice: null, agreed: "3,5"), "PurposeNotAgreed(purpose) purpose=marketing agreed_purposes=personalisation,customer_support" },
        { "nothing agreed, no notice", () => Give(true, Purpose.Marketing, "2025-01", notice: null, agreed: null), "PurposeNotAgreed(purpose) purpose=marketing agreed_purposes=" },
        { "no such notice, of an old version", () => Give(true, Purpose.Marketing, "2025-01", notice: null), "NoticeNotFound(notice_version) versions=2026-01" },
        { "an old notice", () => Give(true, Purpose.Marketing, "2025-01", _notice with { Version = "2025-01" }), "NoticeOutdated(notice_version) current_version=2026-01" },
        { "marketing", () => Give(true, Purpose.Marketing, "2026-01", _notice), "ConsentGiven" },
        { "personalisation", () => Give(true, Purpose.Personalisation, "2026-01", _notice), "ConsentGiven" },
        { "analytics", () => Give(true, Purpose.Analytics, "2026-01", _notice), "ConsentGiven" },
        { "customer support", () => Give(true, Purpose.CustomerSupport, "2026-01", _notice), "ConsentGiven" },
    };

    private static readonly Table _withdraw = new()
    {
        { "never given", () => Withdraw(null), "ConsentNotFound partner_id=beanery purpose=marketing" },
        { "withdrawn before", () => Withdraw(Consent(withdrawn: true)), "ConsentNotFound partner_id=beanery purpose=marketing" },
        { "in force", () => Withdraw(Consent()), "ConsentWithdrawn" },
    };

    public static TheoryData<string> Gifts => _give.Names;

    public static TheoryData<string> Withdrawals => _withdraw.Names;

    [Theory]
    [MemberData(nameof(Gifts))]
    public void GiveConsent_SeveralFaults_NamesTheFirst(string row) => _give.Check(row);

    [Theory]
    [MemberData(nameof(Withdrawals))]
    public void WithdrawConsent_EachRow_DecidesAsTheTableSays(string row) => _withdraw.Check(row);

    /// <summary>CONSENT_NOT_NEEDED writes "programme_operation". The other refusal must spell purposes the same way.</summary>
    [Theory]
    [InlineData(Purpose.ProgrammeOperation, "programme_operation")]
    [InlineData(Purpose.Marketing, "marketing")]
    [InlineData(Purpose.CustomerSupport, "customer_support")]
    public void WithdrawConsent_NotInForce_SpellsThePurposeLikeTheContract(Purpose purpose, string name) => Assert.Equal(
        $"ConsentNotFound partner_id=beanery purpose={name}",
        Outcome.Of(new WithdrawConsent(Given.Context, Given.Ada, Given.Beanery, purpose, Given.Notice("2026-01")).Decide(new GiveConsent.State(null, null, null), Given.Now)));

    [Fact]
    public void GiveConsent_Given_CitesTheNoticeAndOrdersTheCategories()
    {
        var made = Outcome.Made<ConsentGiven>(Give(true, Purpose.Marketing, "2026-01", _notice));
        var rows = new WorkingState();
        made.Apply(rows);
        var consent = rows.Find(new Consent.Of(Given.Ada, Given.Beanery, Purpose.Marketing))!;

        Assert.Equal(("3,5", "2026-01", "sv", made.Id, Given.Now), (consent.Categories, consent.NoticeVersion, consent.NoticeLanguage, consent.EventId, consent.GiveTime));
        Assert.Equal(_notice.TextSha256, consent.NoticeSha256);
        Assert.True(consent.State.IsInForce());
    }

    [Fact]
    public void WithdrawConsent_Withdrawn_KeepsTheGivenCategoriesAndTime()
    {
        var made = Outcome.Made<ConsentWithdrawn>(Withdraw(Consent()));
        var rows = new WorkingState();
        made.Apply(rows);
        var consent = rows.Find(new Consent.Of(Given.Ada, Given.Beanery, Purpose.Marketing))!;

        Assert.Equal(Given.Uuid(0x61), made.GivenEventId.Value);
        Assert.Equal(("3,5", Given.Now.AddDays(-9), (DateTime?)Given.Now, made.Id), (consent.Categories, consent.GiveTime, consent.WithdrawTime, consent.EventId));
        Assert.False(consent.State.IsInForce());
    }

    /// <summary>A new consent for the same partner and purpose replaces the earlier one, withdrawn or not.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void GiveConsent_Again_ReplacesTheEarlierConsent(bool withdrawn)
    {
        var rows = new WorkingState();
        rows.Put(Consent(withdrawn) with { Categories = "4" });

        Give(true, Purpose.Marketing, "2026-01", _notice, before: Consent(withdrawn)).Event!.Apply(rows);

        var consent = rows.Find(new Consent.Of(Given.Ada, Given.Beanery, Purpose.Marketing))!;
        Assert.Equal(("3,5", withdrawn ? ConsentState.Given : ConsentState.Renewed, Given.Now), (consent.Categories, consent.State, consent.GiveTime));
    }

    // Each cell of the contract's table: the state that the act leads to, or the reason why the act is refused.
    [Theory]
    [InlineData(null, "Requested", "Refused", "ConsentNotFound", "ConsentNotFound")]
    [InlineData(ConsentState.Requested, "ConsentRequested", "Refused", "Deferred", "ConsentNotFound")]
    [InlineData(ConsentState.Deferred, "Requested", "Refused", "Deferred", "ConsentNotFound")]
    [InlineData(ConsentState.Refused, "ConsentWasRefused", "ConsentWasRefused", "ConsentWasRefused", "ConsentNotFound")]
    [InlineData(ConsentState.Given, "ConsentInForce", "ConsentInForce", "ConsentInForce", "Revoked")]
    [InlineData(ConsentState.Renewed, "ConsentInForce", "ConsentInForce", "ConsentInForce", "Revoked")]
    [InlineData(ConsentState.Withdrawn, "Requested", "Refused", "ConsentNotFound", "ConsentNotFound")]
    [InlineData(ConsentState.Revoked, "Requested", "Refused", "ConsentNotFound", "ConsentNotFound")]
    [InlineData(ConsentState.Invalidated, "Requested", "Refused", "ConsentNotFound", "Revoked")]
    [InlineData(ConsentState.Expired, "Requested", "Refused", "ConsentNotFound", "Revoked")]
    public void Transitions_FromEachState_FollowTheTableOfTheContract(ConsentState? from, string request, string refuse, string defer, string revoke)
    {
        // A consent is stored as given. A changed notice makes it invalid; time makes it expire.
        var consent = from is null ? null : Consent() with
        {
            State = from is ConsentState.Invalidated or ConsentState.Expired ? ConsentState.Given : from.Value,
            NoticeVersion = from == ConsentState.Invalidated ? "2025-01" : "2026-01",
            GiveTime = Given.Now.AddDays(-9),
            ExpireTime = from == ConsentState.Expired ? Given.Now : Given.Now.AddMonths(23),
        };
        var (notices, given) = (Given.Notice("2026-01") with { LastsMonths = 24 }, new GiveConsent.State(Given.Partner(Given.Beanery), Given.Agreed(Given.Beanery), consent));
        var partners = new PartnersConsent.State(Given.Programme(Given.Stars, Given.Beanery), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada), given, null);
        Assert.Equal(
            (request, refuse, defer, revoke),
            (Result(new RequestConsent(Given.Context, Given.Beanery, "S-1", Purpose.Marketing, [DataCategory.Contact], _notice, notices).Decide(partners, Given.Now)),
            Result(new RefuseConsent(Given.Context, Given.Ada, Given.Beanery, Purpose.Marketing, "2026-01", "sv", _notice, notices).Decide(given, Given.Now)),
            Result(new DeferConsent(Given.Context, Given.Ada, Given.Beanery, Purpose.Marketing, "2026-01", "sv", _notice, notices).Decide(given, Given.Now)),
            Result(new RevokeConsent(Given.Context, Given.Beanery, "S-1", Purpose.Marketing, _notice, notices).Decide(partners, Given.Now))));

        static string Result(Decision decision) => decision.Event is ConsentChanged changed ? $"{changed.State}" : $"{decision.Refusal!.Reason}";
    }

    [Fact]
    public void Join_CategoriesInAnyOrder_GivesTheSameText() => Assert.Equal("3,4,10", Ledger.Consents.Consent.Join([DataCategory.Credential, DataCategory.Contact, DataCategory.Identity]));

    private static Decision Give(bool partner, Purpose purpose, string version, NoticeRef? notice, string? agreed = "2,3,4,5", Consent? before = null) =>
        new GiveConsent(Given.Context, Given.Ada, Given.Beanery, purpose, [DataCategory.Location, DataCategory.Identity], version, "sv", notice, Given.Notice("2026-01"))
            .Decide(new GiveConsent.State(partner ? Given.Partner(Given.Beanery) : null, agreed is null ? null : Given.Agreed(Given.Beanery) with { Purposes = agreed }, before), Given.Now);

    private static Decision Withdraw(Consent? consent) =>
        new WithdrawConsent(Given.Context, Given.Ada, Given.Beanery, Purpose.Marketing, Given.Notice("2026-01")).Decide(new GiveConsent.State(null, null, consent), Given.Now);

    private static Consent Consent(bool withdrawn = false) => new(
        Given.Ada, Given.Beanery, Purpose.Marketing, withdrawn ? ConsentState.Withdrawn : ConsentState.Given, "3,5", "2026-01", "sv", _notice.TextSha256, new EventId(Given.Uuid(0x61)),
        Given.Now.AddDays(-9), withdrawn ? Given.Now.AddDays(-1) : null);
}
