using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;

namespace CoalitionGateway.Ledger.Tests.Members;

/// <summary>One-time codes, and linking a membership with a code. Bo's membership in Stars becomes Ada's.</summary>
public sealed class LinkingTests
{
    private const string _invalid = "LinkCodeInvalid(link_code) programme_id=bean-stars";
    private static readonly byte[] _code = [1, 2, 3, 4];
    private static readonly Profile _bo = new(Given.Bo, "Bo", "1980-05-06", "bo@example.org", "+46701234567", "111 22", "SE");
    private static readonly Membership _linked = Given.Membership(new MembershipId(Given.Uuid(0xb02)), Given.Stars, Given.Bo);

    private static readonly Table _create = new()
    {
        { "no programme, number unknown", () => Create(home: false, known: false), "PartnerWithoutProgramme partner_id=beanery" },
        { "number unknown", () => Create(known: false), "MembershipNotFound(membership_number) programme_id=bean-stars" },
        { "number known", () => Create(), "LinkCodeCreated" },
    };

    // Every fault of the code gets the same refusal, before any other check. Without the code nobody learns what exists.
    private static readonly Table _link = new()
    {
        { "no such membership, and the member has one", () => Link(known: false, code: null, own: true), _invalid },
        { "no code made, or used", () => Link(code: null), _invalid },
        { "no code, and the member has one", () => Link(code: null, own: true), _invalid },
        { "wrong code", () => Link(code: [1, 2, 3, 5]), _invalid },
        { "wrong code, and the member has one", () => Link(code: [1, 2, 3, 5], own: true), _invalid },
        { "the beginning of the code", () => Link(code: [1, 2, 3]), _invalid },
        { "no bytes at all", () => Link(code: []), _invalid },
        { "the code ended", () => Link(expires: Given.Now.AddMinutes(-1)), _invalid },
        { "the code ends now", () => Link(expires: Given.Now), _invalid },
        { "the right code, and the member has one", () => Link(own: true), "MembershipExists(programme_id) programme_id=bean-stars" },
        { "the right code in its last microsecond", () => Link(expires: Given.Now.AddTicks(10)), "MembershipLinked" },
        { "the right code", () => Link(), "MembershipLinked" },
        { "the calling member was erased", () => Link(state => state with { Erasure = new Erasure(Given.Ada, Given.Context.EventId, Given.Now) }), "MemberNotFound(member_id)" },
        { "the former holder is under a hold", () => Link(state => state with { Holds = [Held(1)] }), "ErasureHeld ground=legal_claims until_time=2026-03-01T12:01:00.0000000Z" },
        { "the hold ends now", () => Link(state => state with { Holds = [Held(0)] }), "MembershipLinked" },
        { "the former holder restricted processing", () => Link(state => state with { Restriction = new Restriction(Given.Bo, RestrictionGround.LegalClaims, Given.Context.EventId, Given.Now) }), "RestrictionInForce start_time=2026-03-01T12:00:00.0000000Z" },
    };

    public static TheoryData<string> Creations => _create.Names;

    public static TheoryData<string> Links => _link.Names;

    [Theory]
    [MemberData(nameof(Creations))]
    public void CreateLinkCode_EachRow_DecidesAsTheTableSays(string row) => _create.Check(row);

    [Theory]
    [MemberData(nameof(Links))]
    public void LinkMembership_EachRow_DecidesAsTheTableSays(string row) => _link.Check(row);

    [Fact]
    public void CreateLinkCode_Created_IsValidForTenMinutesAndInNoEvent()
    {
        var decision = Create();

        var code = Assert.IsType<LinkCode>(Assert.Single(decision.ErasableRows));
        Assert.Equal((_linked.Id, Given.Now.AddMinutes(10)), (code.MembershipId, code.ExpireTime));
        Assert.Equal(_code, code.CodeHash);
        Assert.Equal(-1, decision.Event!.Encode().AsSpan().IndexOf(_code));
    }

    [Fact]
    public void LinkMembership_Linked_KeepsTheMembershipAndChangesItsMember()
    {
        var rows = new WorkingState();
        rows.Put(_linked);

        var made = Outcome.Made<MembershipLinked>(Link());
        made.Apply(rows);

        Assert.Equal(_linked with { MemberId = Given.Ada }, rows.Find(new Membership.Of(_linked.Id)));
        Assert.Equal(_linked with { MemberId = Given.Ada }, rows.Find(new Membership.OfMember(Given.Ada, Given.Stars)));
        Assert.Null(rows.Find(new Membership.OfMember(Given.Bo, Given.Stars)));
        Assert.Equal((Given.Ada, Given.Bo), (made.Subject, made.FormerMemberId));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void LinkMembership_Linked_NeverTransfersTheProfile(int memberships, bool isErased)
    {
        var decision = Link(memberships: memberships);

        Assert.Empty(decision.ErasableRows.OfType<Profile>());
        Assert.Equal(isErased ? ["LinkCode", "Profile"] : ["LinkCode"], decision.Erased.Select(row => row.GetType().Name));
        Assert.All(decision.Erased.OfType<Profile>(), erased => Assert.Equal(_bo, erased));
    }

    [Fact]
    public void LinkMembership_FormerMemberWithoutProfile_ErasesOnlyTheCode() =>
        Assert.IsType<LinkCode>(Assert.Single(Link(state => state with { Profile = null }).Erased));

    [Fact]
    public void LinkMembership_CodeUsedBefore_IsRefused()
    {
        var journal = new MemoryJournal(new MemoryStore());
        journal.Commit(
            Given.Programme(Given.Stars, Given.Beanery), _linked, new MembershipNumber(Given.Stars, "S-2", _linked.Id, []), _bo,
            new LinkCode(_linked.Id, _code, Given.Now.AddMinutes(1)), Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada));
        var third = new MemberId(Given.Uuid(3));

        var answers = journal.Run([Command(Given.Ada, 1), Command(third, 2)], Given.Now);

        Assert.Equal(["", _invalid], answers.Select(answer => answer.Refusal is { } refusal ? Outcome.Of(refusal) : ""));
        Assert.Empty(journal.Store.Rows.OfType<LinkCode>());
        Assert.Empty(journal.Store.Rows.OfType<Profile>());
    }

    private static LinkMembership Command(MemberId member, int id) =>
        new(new CommandContext(new Caller(CallerKind.Member, member.ToString()), Given.Uuid(id), new EventId(Given.Uuid(id))), member, Given.Stars, "S-2", _code, Given.Notice("1"));

    private static Decision Create(bool home = true, bool known = true) =>
        new CreateLinkCode(Given.Context, Given.Beanery, "S-2", _code).Decide(
            new CreateLinkCode.State(home ? Given.Programme(Given.Stars, Given.Beanery) : null, known ? _linked : null), Given.Now);

    private static Decision Link(bool known = true, DateTime? expires = null, bool own = false, int memberships = 1) =>
        Link(_code, known, expires, own, memberships);

    private static Hold Held(int minutes) => new(Given.Context.EventId, Given.Bo, HoldGround.LegalClaims, Given.Now.AddMinutes(minutes), Given.Now);

    private static Decision Link(Func<FormerHolder, FormerHolder> but) => Command(Given.Ada, 1).Decide(
        but(State(_linked, new LinkCode(_linked.Id, _code, Given.Now.AddMinutes(10)), null, 1)), Given.Now);

    private static Decision Link(byte[]? code, bool known = true, DateTime? expires = null, bool own = false, int memberships = 1) =>
        (Command(Given.Ada, 1) with { CodeHash = code ?? _code }).Decide(
            State(
                known ? _linked : null,
                code is null ? null : new LinkCode(_linked.Id, _code, expires ?? Given.Now.AddMinutes(10)),
                own ? Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada) : null,
                memberships),
            Given.Now);

    private static FormerHolder State(Membership? membership, LinkCode? code, Membership? own, int memberships) => new(
        membership, code, own, _bo,
        [.. Enumerable.Range(0, memberships).Select(i => _linked with { Id = new MembershipId(Given.Uuid(0xb02 + i)) })])
    {
        Programme = Given.Programme(Given.Stars, Given.Beanery),
    };
}
