using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Tests;

/// <summary>The small coalition that the tables use: three brands with a programme each, and two members.</summary>
internal static class Given
{
    public static readonly DateTime Now = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    public static readonly PartnerId Aurora = new("aurora-air");
    public static readonly PartnerId Beanery = new("beanery");

    public static readonly ProgrammeId Miles = new("aurora-miles");
    public static readonly ProgrammeId Stars = new("bean-stars");

    public static readonly MemberId Ada = new(Uuid(0xada));
    public static readonly MemberId Bo = new(Uuid(0xb0));

    public static readonly MembershipId AdaInMiles = new(Uuid(0xada1));
    public static readonly MembershipId AdaInStars = new(Uuid(0xada2));
    public static readonly MembershipId BoInMiles = new(Uuid(0xb01));

    public static readonly PoolId Family = new(Uuid(0xfa));

    public static readonly CommandContext Context = new(new Caller(CallerKind.Partner, "aurora-air"), Uuid(0x1d), new EventId(Uuid(0xe0)));

    public static Guid Uuid(int number) => new(number, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 1);

    public static Money Gbp(long micros) => new("GBP", micros);

    /// <summary>One version of the notice, in force.</summary>
    public static Ledger.Consents.NoticesInForce Notice(string version) => new(version, [version]);

    /// <summary>An agreement of all purposes with the partner.</summary>
    public static Ledger.Consents.AgreedPurposes Agreed(PartnerId partner) => new(partner, "2,3,4,5", 1, Now);

    public static RegisteredClient Client(PartnerId id) => new(id.Value, CallerKind.Partner, "A brand", [1], "earning.write");

    public static Partner Partner(PartnerId id) => new(id, "A brand", Now.AddYears(-1));

    public static Programme Programme(ProgrammeId id, PartnerId owner) =>
        new(id, owner, "A programme", "Europe/London", "GBP", 5_000, Now.AddYears(-1));

    /// <summary>1 point for each pound unless said otherwise.</summary>
    public static Agreement Agreement(
        PartnerId partner, ProgrammeId programme, long points = 1, long spendMicros = 1_000_000, Rounding rounding = Rounding.Down, long version = 1) =>
        new(partner, programme, version, Now.AddYears(-1), Terms(points, Gbp(spendMicros), rounding), Now.AddYears(-1));

    /// <summary>Terms with one rate.</summary>
    public static Terms Terms(long points, Money spend, Rounding rounding = Rounding.Down) => new([new Rate(points, spend)], rounding, [], 0);

    /// <summary>The state of a purchase without lines, caps and campaigns.</summary>
    public static RecordPurchase.State Buying(EarningTerms terms, Money amount, DateTime time) =>
        new(terms, EarningUse.None(terms.Programme is null ? null : terms.Facts(Beanery, amount, time, null)));

    public static Membership Membership(MembershipId id, ProgrammeId programme, MemberId member) =>
        new(id, programme, member, Now.AddYears(-1));

    public static Holdings Holds(ProgrammeId programme, MembershipId membership, long available = 0, long owed = 0) =>
        new(programme, membership, available, owed);

    /// <summary>
    /// A route in the notation of the published tables: "a>b 5:4" turns 5 points of a into 4 of b. "suspended" at the end
    /// suspends it.
    /// </summary>
    public static Route Route(string text, long minimum = 1000, long maximum = 0, long version = 1)
    {
        var parts = text.Split(' ', '>', ':');
        return new Route(
            new ProgrammeId(parts[0]), new ProgrammeId(parts[1]), RatioNumerator: long.Parse(parts[3]), RatioDenominator: long.Parse(parts[2]),
            minimum, maximum, IsOpen: parts is not [.., "suspended"], version, Now.AddYears(-1));
    }

    /// <summary>Ada's share of the pool, without lots.</summary>
    public static HeldShare Share(long points) => new(AccountRef.PoolShare(Miles, Family, AdaInMiles), $"{Family}/{AdaInMiles}", points);

    public static Participant Participant(MembershipId membership, DateTime? invitedUntil = null) =>
        new(Family, membership, new ParticipantId(membership.Value), invitedUntil);
}
