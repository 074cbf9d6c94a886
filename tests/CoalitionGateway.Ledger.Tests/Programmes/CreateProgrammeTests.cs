using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Tests.Programmes;

public sealed class CreateProgrammeTests
{
    // The first row has every fault, the last one none. Each row mends the fault that the row before was refused for.
    private static readonly Table _rows = new()
    {
        { "no such partner, id taken, partner has one", () => Decide(partner: false, existing: true, owned: true), "PartnerNotFound(programme.partner_id) partner_id=aurora-air" },
        { "id taken, partner has one", () => Decide(existing: true, owned: true), "ProgrammeExists(programme.programme_id) programme_id=aurora-miles" },
        { "the partner has one", () => Decide(owned: true), "PartnerHasProgramme(programme.partner_id) programme_id=aurora-points" },
        { "nothing is wrong", () => Decide(), "ProgrammeCreated" },
        { "only the id is taken", () => Decide(existing: true), "ProgrammeExists(programme.programme_id) programme_id=aurora-miles" },
    };

    public static TheoryData<string> Rows => _rows.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public void CreateProgramme_EachRow_DecidesAsTheTableSays(string row) => _rows.Check(row);

    [Fact]
    public void CreateProgramme_Accepted_IsFoundByItsIdAndByItsOwner()
    {
        var rows = new WorkingState();

        Decide().Event!.Apply(rows);

        var expected = new Programme(Given.Miles, Given.Aurora, "Aurora Miles", "Europe/Oslo", "NOK", 100_000, Given.Now);
        Assert.Equal(expected, rows.Find(new Programme.Of(Given.Miles)));
        Assert.Equal(expected, rows.Find(new Programme.OwnedBy(Given.Aurora)));
    }

    private static Decision Decide(bool partner = true, bool existing = false, bool owned = false) =>
        new CreateProgramme(Given.Context, Given.Miles, Given.Aurora, "Aurora Miles", "Europe/Oslo", new Money("NOK", 100_000)).Decide(
            new CreateProgramme.State(
                partner ? Given.Partner(Given.Aurora) : null,
                existing ? Given.Programme(Given.Miles, Given.Beanery) : null,
                owned ? Given.Programme(new ProgrammeId("aurora-points"), Given.Aurora) : null),
            Given.Now);
}
