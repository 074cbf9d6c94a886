using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Tests.Members;

public sealed class ChooseProgrammeTests
{
    private static readonly Agreement[] _offered = [Given.Agreement(Given.Beanery, Given.Stars), Given.Agreement(Given.Beanery, new("lumen-nights"))];

    private static readonly Table _rows = new()
    {
        { "no such brand, no agreement, not a member", () => Decide(partner: false, agreement: false, membership: false), "PartnerNotFound(partner_id) partner_id=beanery" },
        { "no agreement, not a member", () => Decide(agreement: false, membership: false), "AgreementNotFound partner_id=beanery programme_id=aurora-miles offered_programme_ids=bean-stars,lumen-nights" },
        { "no agreement, and none at all", () => Decide(agreement: false, offered: []), "AgreementNotFound partner_id=beanery programme_id=aurora-miles offered_programme_ids=" },
        { "not a member", () => Decide(membership: false), "MembershipNotFound(programme_id) needed programme_id=aurora-miles" },
        { "nothing is wrong", () => Decide(), "ProgrammeChosen" },
    };

    public static TheoryData<string> Rows => _rows.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public void ChooseProgramme_EachRow_DecidesAsTheTableSays(string row) => _rows.Check(row);

    [Fact]
    public void ChooseProgramme_Again_HoldsFromThenOn()
    {
        var rows = new WorkingState();
        rows.Put(new Choice(Given.Ada, Given.Beanery, Given.Now.AddDays(-1), Given.Stars));

        Decide().Event!.Apply(rows);

        Choice[] choices = [rows.Find(new Choice.Of(Given.Ada, Given.Beanery, Given.Now.AddDays(-1)))!, rows.Find(new Choice.Of(Given.Ada, Given.Beanery, Given.Now))!];
        Assert.Null(Choice.At(choices, Given.Now.AddDays(-2)));
        Assert.Equal(Given.Stars, Choice.At(choices, Given.Now.AddMicroseconds(-1))!.ProgrammeId);
        Assert.Equal(Given.Miles, Choice.At(choices, Given.Now)!.ProgrammeId);
    }

    private static Decision Decide(bool partner = true, bool agreement = true, bool membership = true, Agreement[]? offered = null) =>
        new ChooseProgramme(Given.Context, Given.Ada, Given.Beanery, Given.Miles).Decide(
            new ChooseProgramme.State(
                partner ? Given.Partner(Given.Beanery) : null,
                agreement ? [.. offered ?? _offered, Given.Agreement(Given.Beanery, Given.Miles)] : offered ?? _offered,
                membership ? Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada) : null,
                null),
            Given.Now);
}
