using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Members;

/// <summary>Chooses the programme in which the member's purchases at a brand earn points.</summary>
public sealed record ChooseProgramme(CommandContext Context, MemberId MemberId, PartnerId PartnerId, ProgrammeId ProgrammeId)
    : Command<ChooseProgramme.State>(Context)
{
    public override string Method => nameof(ChooseProgramme);

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Uuid(MemberId.Value).Text(PartnerId.Value).Text(ProgrammeId.Value);

    public override State Needs(WorkingState rows, DateTime now) => new(
        rows.Find(new Partner.Of(PartnerId)),
        rows.FindAll(new Agreement.ByPartner(PartnerId)),
        rows.Find(new Membership.OfMember(MemberId, ProgrammeId)),
        rows.Find(new Choice.Of(MemberId, PartnerId, now)));

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Partner is null)
        {
            return ProgrammeRefusals.PartnerNotFound(PartnerId, "partner_id");
        }

        if (!state.Offered.Any(agreement => agreement.ProgrammeId == ProgrammeId))
        {
            return ProgrammeRefusals.AgreementNotFound(PartnerId, ProgrammeId, state.Offered);
        }

        if (state.Membership is null)
        {
            return MemberRefusals.NotAMember(ProgrammeId, "programme_id");
        }

        return new ProgrammeChosen(Header(now), MemberId, PartnerId, ProgrammeId);
    }

    /// <param name="Before">A choice of the same moment, which the event replaces.</param>
    public sealed record State(Partner? Partner, IReadOnlyList<Agreement> Offered, Membership? Membership, Choice? Before);
}

[EventKind(23, Answers = "ChooseProgramme")]
public sealed record ProgrammeChosen(EventHeader Header, MemberId MemberId, PartnerId PartnerId, ProgrammeId ProgrammeId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override void Apply(WorkingState rows) => rows.Put(new Choice(MemberId, PartnerId, Time, ProgrammeId));

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Uuid(MemberId.Value).Text(PartnerId.Value).Text(ProgrammeId.Value);

    internal static ProgrammeChosen Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new PartnerId(reader.Text()), new ProgrammeId(reader.Text()));
}
