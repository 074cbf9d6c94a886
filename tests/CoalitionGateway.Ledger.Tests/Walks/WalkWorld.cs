using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>
/// Where the walks go: two brands with a programme each, in zones whose clocks change on different days, in Cairo at
/// midnight. Ada and Bo are in both. Bo's purchases at Aurora earn in the Beanery's programme.
/// </summary>
internal static class WalkWorld
{
    public const long RatioNumerator = 4;
    public const long RatioDenominator = 5;

    private static readonly DateTime _enrolment = new(2027, 10, 20, 12, 0, 0, DateTimeKind.Utc);

    public static readonly MembershipId BoInStars = new(Given.Uuid(0xb02));

    /// <summary>A second card in Stars, of somebody who turns out to be Ada or Bo.</summary>
    public static readonly MembershipId SecondInStars = new(Given.Uuid(0xc02));

    public const string SecondNumber = "S-3";

    /// <summary>The one-time code that proves it.</summary>
    public static readonly byte[] Code = [1, 2, 3, 4];

    private static readonly MemberId _second = new(Given.Uuid(0xc0));

    public static readonly ModelDays Utc = new("UTC");

    public static readonly IReadOnlyList<(ProgrammeId Programme, MembershipId Membership)> Memberships =
        [(Given.Stars, Given.AdaInStars), (Given.Stars, BoInStars), (Given.Miles, Given.AdaInMiles), (Given.Miles, Given.BoInMiles), (Given.Stars, SecondInStars)];

    /// <summary>The brands with the numbers by which they know members.</summary>
    public static readonly IReadOnlyList<(PartnerId Partner, string Number)> Numbers =
        [(Given.Beanery, "S-1"), (Given.Beanery, "S-2"), (Given.Beanery, SecondNumber), (Given.Aurora, "M-1"), (Given.Aurora, "M-2")];

    /// <summary>Bo's cards at both brands, which lead to the same membership.</summary>
    public static readonly IReadOnlyList<(PartnerId Partner, string Number)> NumbersOfBo = [(Given.Beanery, "S-2"), (Given.Aurora, "M-2")];

    /// <summary>Members who were referred, and have not bought yet.</summary>
    public static readonly IReadOnlyList<Referral> Referrals =
        [new(BoInStars, SecondInStars, _enrolment), new(SecondInStars, Given.AdaInStars, _enrolment), new(Given.AdaInMiles, Given.BoInMiles, _enrolment)];

    /// <summary>What was paid for a referral before the walks.</summary>
    public static readonly Counter PaidBefore = new(SecondInStars, "/referral", "", 30, 1);

    public static readonly IReadOnlyList<string> Activities = ["review", "visit", "poll"];

    public static readonly IReadOnlyList<(PartnerId Partner, ProgrammeId Programme)> Agreements =
        [(Given.Beanery, Given.Stars), (Given.Aurora, Given.Miles), (Given.Aurora, Given.Stars)];

    private static readonly ModelDays _stockholm = new("Europe/Stockholm");
    private static readonly ModelDays _cairo = new("Africa/Cairo");

    /// <summary>The rows that commands change.</summary>
    public static IReadOnlyList<Row> Changing => [.. Referrals, PaidBefore, Given.Membership(SecondInStars, Given.Stars, _second)];

    /// <summary>The numbers. Events tell them only as commitments.</summary>
    public static IReadOnlyList<MembershipNumber> Cards =>
        [.. Numbers.Select(found => new MembershipNumber(NumberedBy(found.Number).Programme, found.Number, NumberedBy(found.Number).Membership, []))];

    public static Row[] Rows =>
    [
        Given.Partner(Given.Beanery), Given.Partner(Given.Aurora),
        Given.Programme(Given.Stars, Given.Beanery) with { TimeZone = "Europe/Stockholm" },
        Given.Programme(Given.Miles, Given.Aurora) with { TimeZone = "Africa/Cairo" },
        Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada),
        Given.Membership(BoInStars, Given.Stars, Given.Bo),
        Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada),
        Given.Membership(Given.BoInMiles, Given.Miles, Given.Bo),
        .. Cards,
        new LinkCode(SecondInStars, Code, new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc)),
        new Choice(Given.Bo, Given.Aurora, Given.Now.AddYears(-1), Given.Stars),
        .. Changing,
        Given.Route("aurora-miles>bean-stars 5:4"), Given.Route("bean-stars>aurora-miles 5:4"),
    ];

    public static ModelDays DaysOf(ProgrammeId programme) => programme == Given.Stars ? _stockholm : _cairo;

    public static ProgrammeId ProgrammeOf(MembershipId membership) => Memberships.Single(found => found.Membership == membership).Programme;

    public static MemberId HolderOf(MembershipId membership) =>
        membership == SecondInStars ? _second : membership == Given.AdaInStars || membership == Given.AdaInMiles ? Given.Ada : Given.Bo;

    public static MembershipId MembershipOf(MemberId member, ProgrammeId programme) =>
        Memberships.Single(found => found.Programme == programme && HolderOf(found.Membership) == member).Membership;

    /// <summary>The share of a pool that a command begins; null: it begins none.</summary>
    public static (PoolId Pool, MembershipId Membership)? ShareOf(Command command) => command switch
    {
        CreatePool create => (create.PoolId, MembershipOf(create.MemberId, create.ProgrammeId)),
        AcceptInvitation accept => (accept.PoolId, MembershipOf(accept.MemberId, Given.Stars)),
        _ => null,
    };

    /// <summary>The brand of a programme.</summary>
    public static PartnerId OwnerOf(ProgrammeId programme) => programme == Given.Stars ? Given.Beanery : Given.Aurora;

    /// <summary>The membership with a number.</summary>
    public static (MembershipId Membership, ProgrammeId Programme) NumberedBy(string number) => number switch
    {
        "S-1" => (Given.AdaInStars, Given.Stars),
        "S-2" => (BoInStars, Given.Stars),
        SecondNumber => (SecondInStars, Given.Stars),
        "M-1" => (Given.AdaInMiles, Given.Miles),
        _ => (Given.BoInMiles, Given.Miles),
    };

    /// <summary>The membership that earns by a purchase.</summary>
    public static (MembershipId Membership, ProgrammeId Programme) EarningOf(PartnerId partner, string number) => (partner.Value, number) switch
    {
        ("beanery", "S-1") => (Given.AdaInStars, Given.Stars),
        ("beanery", SecondNumber) => (SecondInStars, Given.Stars),
        ("beanery", "S-2") or ("aurora-air", "M-2") => (BoInStars, Given.Stars),
        _ => (Given.AdaInMiles, Given.Miles),
    };
}
