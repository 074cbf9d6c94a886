using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Members;

/// <summary>
/// Gives a membership of the calling partner's own programme another number, as when a card is lost. The old number works
/// only for purchases that were made before the replacement.
/// </summary>
public sealed record ReplaceMembershipNumber(CommandContext Context, PartnerId PartnerId, string Number, string NewNumber) : Command<ReplaceMembershipNumber.State>(Context)
{
    /// <summary>16 random bytes, proposed by the gateway: see <see cref="MembershipNumber"/>.</summary>
    public byte[] Salt { get; init; } = [];

    public override string Method => nameof(ReplaceMembershipNumber);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Text(Number).Text(NewNumber);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var home = rows.Find(new Programme.OwnedBy(PartnerId));
        var membership = home is null ? null : MembershipNumber.Find(rows, home.Id, Number);
        if (membership is not null)
        {
            rows.Find(new Due.Of(EndLinkCode.DueKind, membership.Id.ToString()));
        }

        return home is null
            ? new State(null, null, null, null)
            : new State(home, membership, rows.Find(new MembershipNumber.Of(home.Id, Number)), rows.FindTaken(new MembershipNumber.Of(home.Id, NewNumber)))
            {
                Code = membership is null ? null : rows.Find(new LinkCode.Of(membership.Id)),
            };
    }

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Home is not { } home)
        {
            return MemberRefusals.PartnerWithoutProgramme(PartnerId);
        }

        if (state is not { Membership: { } membership, Old: { } old })
        {
            return MemberRefusals.NumberNotFound(home.Id);
        }

        if (state.Taken is not null || Number == NewNumber)
        {
            return MemberRefusals.NumberTaken(home.Id, "new_membership_number");
        }

        var number = new MembershipNumber(home.Id, NewNumber, membership.Id, Salt, old.IsMain);
        var decision = Decision.Accept(
            new NumberReplaced(Header(now), PartnerId, home.Id, membership.MemberId, membership.Id, old.Commit(), number.Commit()),
            old with { IsMain = false, EndTime = now }, number);

        // A code that was made for the lost card ends with it.
        return state.Code is { } code ? decision.Erase(code) : decision;
    }

    public sealed record State(Programme? Home, Membership? Membership, MembershipNumber? Old, MembershipNumber? Taken)
    {
        /// <summary>A code that was made for the membership; null: none.</summary>
        public LinkCode? Code { get; init; }
    }
}

/// <param name="OldCommitment">Commits to the old number: see <see cref="MembershipNumber.Commit"/>.</param>
/// <param name="NewCommitment">Commits to the new number.</param>
[EventKind(37, Answers = "ReplaceMembershipNumber")]
public sealed record NumberReplaced(
    EventHeader Header, PartnerId PartnerId, ProgrammeId ProgrammeId, MemberId MemberId, MembershipId MembershipId, byte[] OldCommitment, byte[] NewCommitment)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    // Both numbers, and a code, are erasable rows beside the event.
    public override void Apply(WorkingState rows) => Due.Settle(rows, EndLinkCode.DueKind, MembershipId.ToString());

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        if (rows.Find(new LinkCode.Of(MembershipId)) is { } code)
        {
            rows.Remove(code);
        }

        var old = rows.Find(new MembershipNumber.Of(ProgrammeId, Convert.ToHexString(OldCommitment)))!;
        rows.Put(old with { IsMain = false, EndTime = Time });
        rows.Put(MembershipNumber.Committed(ProgrammeId, MembershipId, NewCommitment) with { IsMain = old.IsMain });
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Text(PartnerId.Value).Text(ProgrammeId.Value).Uuid(MemberId.Value).Uuid(MembershipId.Value).Bytes(OldCommitment).Bytes(NewCommitment);

    internal static NumberReplaced Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), new ProgrammeId(reader.Text()), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        reader.Bytes(), reader.Bytes());
}
