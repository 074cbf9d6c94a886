using CoalitionGateway.Ledger.Consents;

namespace CoalitionGateway.Ledger.Tests.Consents;

public sealed class ConsentCommandTests
{
    private static readonly NoticeRef _notice = new("2026-01", "sv", [1, 2, 3]);

    // From everything wrong to everything right: each row mends what the one before was refused for.
    private static readonly Table _give = new()
    {
        { "no such partner, no consent needed, no notice", () => Give(partner: false, Purpose.ProgrammeOperation, "2025-01", notice: null), "PartnerNotFound(partner_id) partner_id=beanery" },
        { "no consent needed, no notice", () => Give(true, Purpose.ProgrammeOperation, "2025-01", notice: null), "ConsentNotNeeded(purpose) purpose=programme_operation" },
        { "no consent needed", () => Give(true, Purpose.ProgrammeOperation, "2026-01", _notice), "ConsentNotNeeded(purpose) purpose=programme_operation" },
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
    public void GiveConsent_TheFirstFault_IsTheOneNamed(string row) => _give.Check(row);

    [Theory]
    [MemberData(nameof(Withdrawals))]
    public void WithdrawConsent_Decides(string row) => _withdraw.Check(row);

    /// <summary>CONSENT_NOT_NEEDED writes "programme_operation"; the other refusal must spell purposes the same way.</summary>
    [Theory]
    [InlineData(Purpose.ProgrammeOperation, "programme_operation")]
    [InlineData(Purpose.Marketing, "marketing")]
    [InlineData(Purpose.CustomerSupport, "customer_support")]
    public void WithdrawConsent_NotInForce_NamesThePurposeAsTheContractSpellsIt(Purpose purpose, string name) => Assert.Equal(
        $"ConsentNotFound partner_id=beanery purpose={name}",
        Outcome.Of(new WithdrawConsent(Given.Issue, Given.Ada, Given.Beanery, purpose).Decide(null, Given.Now)));

    [Fact]
    public void GiveConsent_Given_CitesTheNoticeAndOrdersTheCategories()
    {
        var made = Outcome.Made<ConsentGiven>(Give(true, Purpose.Marketing, "2026-01", _notice));
        var rows = new WorkingState();
        made.Apply(rows);
        var consent = rows.Find(new Consent.Of(Given.Ada, Given.Beanery, Purpose.Marketing))!;

        Assert.Equal(("3,5", "2026-01", "sv", made.Id, Given.Now), (consent.Categories, consent.NoticeVersion, consent.NoticeLanguage, consent.EventId, consent.GiveTime));
        Assert.Equal(_notice.TextSha256, consent.NoticeSha256);
        Assert.True(consent.IsInForce);
    }

    [Fact]
    public void WithdrawConsent_Withdrawn_KeepsWhatWasGivenAndWhen()
    {
        var made = Outcome.Made<ConsentWithdrawn>(Withdraw(Consent()));
        var rows = new WorkingState();
        made.Apply(rows);
        var consent = rows.Find(new Consent.Of(Given.Ada, Given.Beanery, Purpose.Marketing))!;

        Assert.Equal(Given.Uuid(0x61), made.GivenEventId.Value);
        Assert.Equal(("3,5", Given.Now.AddDays(-9), (DateTime?)Given.Now, made.Id), (consent.Categories, consent.GiveTime, consent.WithdrawTime, consent.EventId));
        Assert.False(consent.IsInForce);
    }

    /// <summary>A consent for the same partner and purpose replaces the one before it, withdrawn or not.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void GiveConsent_Again_ReplacesTheOneBefore(bool withdrawn)
    {
        var rows = new WorkingState();
        rows.Put(Consent(withdrawn) with { Categories = "4" });

        Outcome.Made<ConsentGiven>(Give(true, Purpose.Marketing, "2026-01", _notice)).Apply(rows);

        var consent = rows.Find(new Consent.Of(Given.Ada, Given.Beanery, Purpose.Marketing))!;
        Assert.Equal(("3,5", true), (consent.Categories, consent.IsInForce));
    }

    [Theory]
    [InlineData(DataCategory.Identity, false, true)]
    [InlineData(DataCategory.Location, false, true)]
    [InlineData(DataCategory.Contact, false, false)]
    [InlineData(DataCategory.None, false, false)]
    [InlineData(DataCategory.Identity, true, false)]
    public void Covers_ACategory_OnlyWhileInForceAndNamed(DataCategory category, bool withdrawn, bool covers) =>
        Assert.Equal(covers, Consent(withdrawn).Covers(category));

    [Fact]
    public void Join_Categories_IsTheSameInAnyOrder() => Assert.Equal("3,4,10", Ledger.Consents.Consent.Join([DataCategory.Credential, DataCategory.Contact, DataCategory.Identity]));

    private static Decision Give(bool partner, Purpose purpose, string version, NoticeRef? notice) =>
        new GiveConsent(Given.Issue, Given.Ada, Given.Beanery, purpose, [DataCategory.Location, DataCategory.Identity], version, "sv", notice, "2026-01")
            .Decide(partner ? Given.Partner(Given.Beanery) : null, Given.Now);

    private static Decision Withdraw(Consent? consent) =>
        new WithdrawConsent(Given.Issue, Given.Ada, Given.Beanery, Purpose.Marketing).Decide(consent, Given.Now);

    private static Consent Consent(bool withdrawn = false) => new(
        Given.Ada, Given.Beanery, Purpose.Marketing, "3,5", "2026-01", "sv", _notice.TextSha256, new EventId(Given.Uuid(0x61)),
        Given.Now.AddDays(-9), withdrawn ? Given.Now.AddDays(-1) : null);
}
