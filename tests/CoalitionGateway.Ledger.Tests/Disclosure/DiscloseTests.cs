using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;

namespace CoalitionGateway.Ledger.Tests.Disclosure;

public sealed class DiscloseTests
{
    private static readonly ClassifiedField[] _fields =
    [
        new("membership.number", DataCategory.None), new("profile.display_name", DataCategory.Identity), new("profile.email", DataCategory.Contact),
        new("profile.postal_code", DataCategory.Location), new("profile.phone_number", DataCategory.Contact),
    ];

    private static readonly Table _rows = new()
    {
        { "no programme, number unknown", () => Decide(Purpose.Marketing, null, home: false, known: false), "DisclosureRefused" },
        { "number unknown", () => Decide(Purpose.Marketing, null, known: false), "DisclosureRefused" },
        { "number known, no consent", () => Decide(Purpose.Marketing, null), "MemberDisclosed" },
    };

    public static TheoryData<string> Rows => _rows.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public void Disclose_EachRow_DecidesAsTheTableSays(string row) => _rows.Check(row);

    // Fields without a category go to any partner that knows the number. The other fields go as far as the consent allows.
    [Theory]
    [InlineData(null, false, "membership.number", DisclosureBasis.NoConsent)]
    [InlineData("4", true, "membership.number", DisclosureBasis.ConsentWithdrawn)]
    [InlineData("4", false, "membership.number profile.email profile.phone_number", DisclosureBasis.ConsentInForce)]
    [InlineData("3", false, "membership.number profile.display_name", DisclosureBasis.ConsentInForce)]
    [InlineData("3,5", false, "membership.number profile.display_name profile.postal_code", DisclosureBasis.ConsentInForce)]
    [InlineData("3,4,5,6", false, "membership.number profile.display_name profile.email profile.postal_code profile.phone_number", DisclosureBasis.ConsentInForce)]
    [InlineData("6", false, "membership.number", DisclosureBasis.ConsentInForce)]
    public void Disclose_ReleasesWhatTheConsentCoversAndNamesTheRest(string? categories, bool withdrawn, string released, DisclosureBasis basis)
    {
        var consent = categories is null ? null : Consent(categories, withdrawn);

        var made = Outcome.Made<MemberDisclosed>(Decide(Purpose.Marketing, consent));

        Assert.Equal(released, string.Join(' ', made.Released));
        Assert.Equal(_fields.Select(field => field.Path).Where(path => !released.Split(' ').Contains(path)), made.Withheld);
        Assert.Equal((consent?.EventId, basis), (made.ConsentEventId, made.Basis));
    }

    /// <summary>
    /// Three things must agree: the consent, the purposes agreed with the partner, and a notice that is still valid.
    /// </summary>
    [Theory]
    [InlineData("2,3", "1", DisclosureBasis.ConsentInForce, 3)]
    [InlineData("3", "1", DisclosureBasis.PurposeNotAgreed, 1)]
    [InlineData("", "1", DisclosureBasis.PurposeNotAgreed, 1)]
    [InlineData(null, "1", DisclosureBasis.PurposeNotAgreed, 1)]
    [InlineData("2,3", "0", DisclosureBasis.ConsentInvalidated, 1)]
    public void Disclose_PurposeNotAgreedOrNoticeChanged_ReleasesNoCategory(string? agreed, string notice, DisclosureBasis basis, int released)
    {
        var state = State(Consent("4", withdrawn: false) with { NoticeVersion = notice }, agreed: agreed);

        var made = Outcome.Made<MemberDisclosed>(Command(Purpose.Marketing, _fields).Decide(state, Given.Now));

        Assert.Equal((basis, released), (made.Basis, made.Released.Count));
    }

    /// <summary>Only a consent in the state given or renewed permits a release.</summary>
    [Theory]
    [MemberData(nameof(States))]
    public void Disclose_EachConsentState_ReleasesOnlyIfInForce(ConsentState consent)
    {
        var made = Outcome.Made<MemberDisclosed>(Decide(Purpose.Marketing, Consent("4", withdrawn: false) with { State = consent }));

        Assert.Equal(consent is ConsentState.Given or ConsentState.Renewed ? 3 : 1, made.Released.Count);
    }

    public static TheoryData<ConsentState> States => [.. Enum.GetValues<ConsentState>()];

    /// <summary>A refused question is recorded with its partner and purpose, never with the number.</summary>
    [Theory]
    [InlineData(false, "PartnerWithoutProgramme partner_id=beanery")]
    [InlineData(true, "MembershipNotFound(membership_number) programme_id=bean-stars")]
    public void Disclose_UnknownNumber_RecordsTheRefusalWithoutTheNumber(bool home, string refusal)
    {
        var made = Outcome.Made<DisclosureRefused>(Decide(Purpose.Marketing, null, home, known: false));

        Assert.Equal((Given.Beanery, Purpose.Marketing, refusal), (made.PartnerId, made.Purpose, Outcome.Of(made.Refusal)));
        Assert.False(made.Encode().AsSpan().IndexOf("S-1"u8) >= 0);
    }

    /// <summary>A restriction outranks the consent. So does a refusal of all sharing that came after the consent.</summary>
    [Theory]
    [InlineData(true, null, DisclosureBasis.Restricted, 1)]
    [InlineData(false, -1, DisclosureBasis.ConsentInForce, 3)]
    [InlineData(false, 1, DisclosureBasis.SharingRefused, 1)]
    public void Disclose_UnderARestrictionOrARefusal_ReleasesNothing(bool restricted, int? refusedAfter, DisclosureBasis basis, int released)
    {
        var state = State(
            Consent("4", withdrawn: false), restricted: restricted, refusedAt: refusedAfter is { } places ? 7 + places : null);

        var made = Outcome.Made<MemberDisclosed>(Command(Purpose.Marketing, _fields).Decide(state, Given.Now));

        Assert.Equal((basis, released), (made.Basis, made.Released.Count));
    }

    /// <summary>Running the programme rests on the contract, with or without consents. It releases no category.</summary>
    [Fact]
    public void Disclose_PurposeProgrammeOperation_RestsOnTheContract()
    {
        var made = Outcome.Made<MemberDisclosed>(Decide(Purpose.ProgrammeOperation, null));

        Assert.Equal((null, DisclosureBasis.Contract), (made.ConsentEventId, made.Basis));
        Assert.Equal(["membership.number"], made.Released);
    }

    /// <summary>A new field with a category and without a consent is withheld, whatever its category.</summary>
    [Fact]
    public void Disclose_WithoutConsent_WithholdsEveryCategory()
    {
        ClassifiedField[] fields = [.. Enum.GetValues<DataCategory>().Append((DataCategory)99).Select(category => new ClassifiedField($"{(int)category}", category))];

        var made = Outcome.Made<MemberDisclosed>(Command(Purpose.Marketing, fields).Decide(State(null), Given.Now));

        Assert.Equal(["1"], made.Released);
        Assert.Equal(["2", "3", "4", "5", "6", "7", "8", "9", "10", "99"], made.Withheld);
    }

    // Only a consent for this partner and this purpose counts. Other consents are not even loaded.
    [Theory]
    [InlineData("beanery", Purpose.Marketing, true)]
    [InlineData("beanery", Purpose.Analytics, false)]
    [InlineData("aurora-air", Purpose.Marketing, false)]
    public void Needs_LooksForTheConsentOfThisPartnerAndPurpose(string partner, Purpose purpose, bool found)
    {
        var rows = new WorkingState();
        rows.Put(Given.Programme(Given.Stars, Given.Beanery));
        rows.Put(new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []));
        rows.Put(Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada));
        rows.Put(Consent("3", withdrawn: false) with { PartnerId = new PartnerId(partner), Purpose = purpose });

        Assert.Equal(found, Command(Purpose.Marketing, _fields).Needs(rows, Given.Now).Consent is not null);
    }

    [Fact]
    public void Disclose_BeforeDuringAndAfterAConsent_ReleasesOnlyDuring()
    {
        var journal = new MemoryJournal(new MemoryStore());
        journal.Commit(
            Given.Programme(Given.Stars, Given.Beanery), Given.Partner(Given.Beanery), Given.Agreed(Given.Beanery),
            new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada));
        var give = new GiveConsent(
            Given.Context, Given.Ada, Given.Beanery, Purpose.Marketing, [DataCategory.Contact], "1", "en", new NoticeRef("1", "en", []), Given.Notice("1"));
        var withdraw = new WithdrawConsent(Given.Context with { RequestId = Given.Uuid(2), EventId = new EventId(Given.Uuid(2)) }, Given.Ada, Given.Beanery, Purpose.Marketing, Given.Notice("1"));

        // All in one batch: a withdrawal binds the very next command.
        var answers = journal.Run([Ask(11), give, Ask(12), withdraw, Ask(13)], Given.Now);

        Assert.Equal([1, 3, 1], answers.Select(answer => answer.Event).OfType<MemberDisclosed>().Select(made => made.Released.Count));

        static Disclose Ask(int id) => Command(Purpose.Marketing, _fields) with { Context = Given.Context with { EventId = new EventId(Given.Uuid(id)) } };
    }

    private static Decision Decide(Purpose purpose, Consent? consent, bool home = true, bool known = true) =>
        Command(purpose, _fields).Decide(State(consent, home, known), Given.Now);

    private static Disclose Command(Purpose purpose, ClassifiedField[] fields) => new(Given.Context, Given.Beanery, "S-1", purpose, fields, Given.Notice("1"));

    private static Disclose.State State(Consent? consent, bool home = true, bool known = true, string? agreed = "2,3,4,5", bool restricted = false, long? refusedAt = null) => new(
        home ? Given.Programme(Given.Stars, Given.Beanery) : null,
        known ? Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada) : null,
        consent,
        agreed is null ? null : Given.Agreed(Given.Beanery) with { Purposes = agreed },
        restricted ? new Restriction(Given.Ada, RestrictionGround.LegalClaims, new EventId(Given.Uuid(1)), Given.Now) : null,
        refusedAt is { } place ? new SharingRefusal(Given.Ada, RefusalSignal.Member, new EventId(Given.Uuid(2)), Given.Now, place) : null);

    private static Consent Consent(string categories, bool withdrawn) => new(
        Given.Ada, Given.Beanery, Purpose.Marketing, withdrawn ? ConsentState.Withdrawn : ConsentState.Given, categories, "1", "en", [], new EventId(Given.Uuid(0x61)), Given.Now, withdrawn ? Given.Now : null, withdrawn ? null : 7);
}
