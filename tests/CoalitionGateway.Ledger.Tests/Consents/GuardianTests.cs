using CoalitionGateway.Ledger.Consents;

namespace CoalitionGateway.Ledger.Tests.Consents;

/// <summary>
/// Covers three rules: who may consent alone and who may act for a child, how long a consent lasts, what an event records of the
/// act.
/// </summary>
public sealed class GuardianTests
{
    private static readonly NoticeRef _notice = new("2026-01", "sv", [1]);

    private static readonly Table _rows = new()
    {
        { "old enough", () => Give(null, null), "ConsentGiven" },
        { "too young, alone", () => Give(13, null), "GuardianNeeded(guardian_code) age_of_consent=13" },
        { "too young, with a code", () => Give(13, Code()), "ConsentGiven" },
        { "too young, with a code that is over", () => Give(13, Code(minutes: 0)), "GuardianCodeInvalid(guardian_code)" },
        { "too young, with a code of their own", () => Give(13, Code(Given.Ada)), "GuardianCodeInvalid(guardian_code)" },
        { "too young, with a code that nobody made", () => Give(13, null, sent: true), "GuardianCodeInvalid(guardian_code)" },
        { "old enough, with a code all the same", () => Give(null, Code()), "ConsentGiven" },
        { "code: age unknown", () => Make(null), "GuardianNotAdult adult_age=18" },
        { "code: 17", () => Make(17), "GuardianNotAdult adult_age=18" },
        { "code: 18", () => Make(18), "GuardianCodeCreated" },
    };

    public static TheoryData<string> Rows => _rows.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public void Guardian_EachRow_DecidesAsTheTableSays(string row) => _rows.Check(row);

    [Fact]
    public void Consent_WithACode_NamesTheGuardian_AndUsesTheCodeUp()
    {
        var decision = Give(13, Code());
        Assert.Equal(Given.Bo, Outcome.Made<ConsentGiven>(decision).Act?.GuardianId);
        Assert.Equal([Code()], decision.Erased);
    }

    // GDPR Art. 8(1), and the ages chosen by the member states.
    [Theory]
    [InlineData("SE", 13)]
    [InlineData("LV", 13)]
    [InlineData("ES", 14)]
    [InlineData("FR", 15)]
    [InlineData("PL", 16)]
    [InlineData("DE", 16)]
    [InlineData("US", 16)]
    [InlineData(null, 16)]
    public void AgeOfConsent_DependsOnTheCountry(string? country, int age) => Assert.Equal(age, ConsentAges.In(country));

    [Theory]
    [InlineData("2013-03-01", "2026-02-28", 12)]
    [InlineData("2013-03-01", "2026-03-01", 13)]
    [InlineData("2012-02-29", "2025-02-28", 13)]
    [InlineData("2012-02-29", "2025-02-27", 12)]
    public void Age_CountsFullYears(string born, string day, int age) => Assert.Equal(age, ConsentAges.At(DateOnly.Parse(born), DateOnly.Parse(day)));

    [Theory]
    [InlineData(0, 100, ConsentState.Given)]
    [InlineData(24, 23, ConsentState.Given)]
    [InlineData(24, 24, ConsentState.Expired)]
    [InlineData(24, 25, ConsentState.Expired)]
    public void Consent_UntilItsMonthsHavePassed_IsInForce(int lasts, int months, ConsentState state)
    {
        var notices = Given.Notice("2026-01") with { LastsMonths = lasts };
        var consent = new Consent(Given.Ada, Given.Beanery, Purpose.Marketing, ConsentState.Given, "4", "2026-01", "sv", [1], new EventId(Given.Uuid(1)), Given.Now, null, ExpireTime: notices.ExpireTimeOf(Given.Now));
        Assert.Equal(state, notices.StateOf(consent, Given.Now.AddMonths(months)));
        Assert.Equal(ConsentState.Withdrawn, notices.StateOf(consent with { State = ConsentState.Withdrawn }, Given.Now.AddMonths(months)));
    }

    /// <summary>
    /// The act is the last part of a consent event's bytes. Older events lack it. Both forms are read as they were written.
    /// </summary>
    [Fact]
    public void ConsentAct_IsEncodedLast_AndOlderEventsHaveNone()
    {
        var made = Outcome.Made<ConsentGiven>(Give(null, null));
        Assert.Equal(new ConsentAction("api", "", Given.Now), made.Act);
        var old = made with { Act = null };
        var full = made with { Act = new ConsentAction("paper", "SE", Given.Now.AddDays(-2)) { GuardianId = Given.Bo } };
        foreach (var written in new[] { made, old, full })
        {
            Assert.Equal(Written.Of(written), Written.Of(EventCodec.Decode(written.Encode())));
        }

        Assert.Equal(Convert.ToHexStringLower(old.Encode()) + "000000057061706572000000025345" + "01" + "00064bccfa005000" + "01" + "000000b0000070008000000000000001", Convert.ToHexStringLower(full.Encode()));
    }

    private static GuardianCode Code(MemberId? guardian = null, int minutes = 1) => new("hash", guardian ?? Given.Bo, Given.Now.AddMinutes(minutes));

    private static Decision Give(int? below, GuardianCode? code, bool sent = false) =>
        new GiveConsent(Given.Context, Given.Ada, Given.Beanery, Purpose.Marketing, [DataCategory.Contact], "2026-01", "sv", _notice, Given.Notice("2026-01"))
        {
            NeedsGuardianBelow = below, GuardianCodeHash = sent || code is not null ? "hash" : null,
        }.Decide(new GiveConsent.State(Given.Partner(Given.Beanery), Given.Agreed(Given.Beanery), null) { Guardian = code }, Given.Now);

    private static Decision Make(int? age) => new CreateGuardianCode(Given.Context, Given.Ada, "hash", age).Decide(new CreateGuardianCode.State(null, null), Given.Now);
}
