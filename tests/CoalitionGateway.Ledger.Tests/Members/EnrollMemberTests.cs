using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Tests.Members;

public sealed class EnrollMemberTests
{
    private static readonly Profile _silent = new(Given.Ada, null, null, null, null, null, null);
    private static readonly Profile _profile = _silent with { DisplayName = "Ada", Email = "ada@example.org" };
    private static readonly MembershipNumber _number = new(Given.Miles, "M-1", Given.AdaInMiles, []);

    private static readonly Table _rows = new()
    {
        { "no programme, number taken", () => Decide(home: false, taken: true), "PartnerWithoutProgramme partner_id=aurora-air" },
        { "no programme", () => Decide(home: false), "PartnerWithoutProgramme partner_id=aurora-air" },
        { "number taken", () => Decide(taken: true), "MembershipNumberTaken(membership_number) programme_id=aurora-miles" },
        { "number free", () => Decide(), "MemberEnrolled" },
    };

    public static TheoryData<string> Rows => _rows.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public void EnrollMember_EachRow_DecidesAsTheTableSays(string row) => _rows.Check(row);

    [Fact]
    public void EnrollMember_WithAProfile_StoresNumberAndProfileOutsideTheEvent()
    {
        var decision = Decide(profile: _profile);

        Assert.Equal([_number, _profile], decision.ErasableRows);
        var bytes = decision.Event!.Encode();
        Assert.All(["M-1", "Ada", "ada@example.org"], secret => Assert.Equal(-1, bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret))));
    }

    [Fact]
    public void EnrollMember_WithoutAProfile_StoresNone() => Assert.Equal([_number], Decide().ErasableRows);

    [Fact]
    public void EnrollMember_Enrolled_CreatesTheMembership()
    {
        var rows = new WorkingState();

        Decide().Event!.Apply(rows);

        Assert.Equal(new Membership(Given.AdaInMiles, Given.Miles, Given.Ada, Given.Now), rows.Find(new Membership.OfMember(Given.Ada, Given.Miles)));
    }

    [Theory]
    [InlineData("DisplayName")]
    [InlineData("BirthDate")]
    [InlineData("Email")]
    [InlineData("PhoneNumber")]
    [InlineData("PostalCode")]
    [InlineData("CountryCode")]
    public void IsEmpty_WithAnyOneField_IsFalse(string field)
    {
        var profile = _silent with { };
        typeof(Profile).GetProperty(field)!.SetValue(profile, "x");

        Assert.True(_silent.IsEmpty);
        Assert.False(profile.IsEmpty);
        // A new field of Profile must be added to this test, or it could be lost without notice.
        Assert.Equal(6, typeof(Profile).GetProperties().Count(property => property.PropertyType == typeof(string)));
    }

    private static Decision Decide(bool home = true, bool taken = false, Profile? profile = null) =>
        new EnrollMember(Given.Context, Given.Aurora, "M-1", Given.Ada, Given.AdaInMiles, profile ?? _silent, profile ?? _silent).Decide(
            new EnrollMember.State(
                home ? Given.Programme(Given.Miles, Given.Aurora) : null,
                taken ? new MembershipNumber(Given.Miles, "M-1", Given.BoInMiles, []) : null),
            Given.Now);
}
