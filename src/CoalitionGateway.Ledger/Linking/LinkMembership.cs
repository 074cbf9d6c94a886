using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Linking;

/// <summary>Moves a membership of another programme to the calling member, who proves it with a one-time code.</summary>
/// <param name="CodeHash">The keyed hash of the code that the member typed.</param>
public sealed record LinkMembership(
    CommandContext Context, MemberId MemberId, ProgrammeId ProgrammeId, string Number, byte[] CodeHash, NoticesInForce InForce)
    : Command<FormerHolder>(Context)
{
    /// <summary>Set if the membership's holder is a child by their profile: the child, and the child's age of consent.</summary>
    /// <remarks>Null if the calling member's own profile shows that they are as young.</remarks>
    public (MemberId Member, int Age)? OfChild { get; init; }

    public override string Method => nameof(LinkMembership);

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Uuid(MemberId.Value).Text(ProgrammeId.Value).Text(Number).Bytes(CodeHash);

    public override FormerHolder Needs(WorkingState rows, DateTime now) => FormerHolder.Find(rows, MemberId, ProgrammeId, Number);

    // The code is checked first, and all its faults get the same refusal: without the code, no caller learns what exists.
    public override Decision Decide(FormerHolder state, DateTime now)
    {
        if (state.RefusesCode(ProgrammeId, CodeHash, now) is { } invalid)
        {
            return invalid;
        }

        if (state.Own is not null)
        {
            return new Refusal(RefusalReason.MembershipExists, $"You already have a membership in {ProgrammeId}; MergeMemberships makes one of the two.", "programme_id")
                .With("programme_id", ProgrammeId.Value);
        }

        if (state.RefusesMove(OfChild, now) is { } refusal)
        {
            return refusal;
        }

        var membership = state.Membership!;
        var linked = new MembershipLinked(Header(now), MemberId, membership.MemberId, membership.Id, ProgrammeId, membership.EnrollTime);
        var (followUps, told) = new ConsentsMoved(state, MemberId, InForce, ConsentAction.Link.At(now)).End(Context, nth => FollowUp(now, nth), now);
        return Decision.Accept(linked, told).Then(followUps).Erase(state.Erased);
    }
}

/// <param name="FormerMemberId">The former holder of the membership.</param>
[EventKind(22, Answers = "LinkMembership")]
public sealed record MembershipLinked(
    EventHeader Header, MemberId MemberId, MemberId FormerMemberId, MembershipId MembershipId, ProgrammeId ProgrammeId, DateTime EnrollTime)
    : MembershipCame(Header, MemberId, FormerMemberId, MembershipId)
{
    public override void Apply(WorkingState rows)
    {
        rows.Put(new Membership(MembershipId, ProgrammeId, MemberId, EnrollTime));
        Due.Settle(rows, EndLinkCode.DueKind, MembershipId.ToString());
    }

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        if (rows.Find(new LinkCode.Of(MembershipId)) is { } used)
        {
            rows.Remove(used);
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(MemberId.Value).Uuid(FormerMemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value).Time(EnrollTime);

    internal static MembershipLinked Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ProgrammeId(reader.Text()), reader.Time());
}
