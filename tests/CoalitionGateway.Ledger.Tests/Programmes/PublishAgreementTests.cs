using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Tests.Programmes;

public sealed class PublishAgreementTests
{
    private static readonly Terms _terms = Given.Terms(3, Given.Gbp(2_000_000), Rounding.Up);

    private static readonly Table _rows = new()
    {
        { "no such partner and no such programme", () => Decide(partner: false, programme: false), "PartnerNotFound(agreement.partner_id) partner_id=beanery" },
        { "no such partner", () => Decide(partner: false), "PartnerNotFound(agreement.partner_id) partner_id=beanery" },
        { "no such programme", () => Decide(programme: false), "ProgrammeNotFound(agreement.programme_id) programme_id=aurora-miles" },
        { "from the past on", () => Decide(from: Given.Now.AddMicroseconds(-1)), "RuleInThePast(agreement.from_time) earliest_time=2026-03-01T12:00:00.0000000Z" },
        { "from now on", () => Decide(from: Given.Now), "AgreementPublished" },
        { "from the future on", () => Decide(from: Given.Now.AddDays(1)), "AgreementPublished" },
        { "both are there", () => Decide(), "AgreementPublished" },
    };

    public static TheoryData<string> Rows => _rows.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public void PublishAgreement_EachRow_DecidesAsTheTableSays(string row) => _rows.Check(row);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(41, 42)]
    public void PublishAgreement_Again_ReplacesTheTermsUnderTheNextVersion(long before, long version)
    {
        var rows = new WorkingState();

        Outcome.Made<AgreementPublished>(Decide(before: before)).Apply(rows);

        Assert.Equal(new Agreement(Given.Beanery, Given.Miles, version, Given.Now, _terms, Given.Now), rows.Find(new Agreement.Of(Given.Beanery, Given.Miles, version)));
    }

    private static Decision Decide(bool partner = true, bool programme = true, long before = 0, DateTime? from = null) =>
        new PublishAgreement(Given.Context, Given.Beanery, Given.Miles, _terms) { FromTime = from }.Decide(
            new PublishAgreement.State(
                partner ? Given.Partner(Given.Beanery) : null,
                programme ? Given.Programme(Given.Miles, Given.Aurora) : null,
                before == 0 ? [] : [Given.Agreement(Given.Beanery, Given.Miles, version: before)]),
            Given.Now);
}
