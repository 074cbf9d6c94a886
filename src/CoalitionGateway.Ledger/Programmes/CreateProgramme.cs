using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Programmes;

/// <summary>Creates a partner's own programme.</summary>
public sealed record CreateProgramme(
    CommandContext Context, ProgrammeId Id, PartnerId PartnerId, string DisplayName, string TimeZone, Money PointValue)
    : Command<CreateProgramme.State>(Context)
{
    public override string Method => nameof(CreateProgramme);

    public override void Encode(CanonicalWriter writer) =>
        PointValue.Encode(writer.Byte(1).Text(Id.Value).Text(PartnerId.Value).Text(DisplayName).Text(TimeZone));

    public override State Needs(WorkingState rows, DateTime now) => new(
        rows.Find(new Partner.Of(PartnerId)),
        rows.Find(new Programme.Of(Id)),
        rows.Find(new Programme.OwnedBy(PartnerId)));

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Partner is null)
        {
            return ProgrammeRefusals.PartnerNotFound(PartnerId, "programme.partner_id");
        }

        if (state.Existing is not null)
        {
            return new Refusal(RefusalReason.ProgrammeExists, $"A programme {Id} exists already; choose another id.", "programme.programme_id")
                .With("programme_id", Id.Value);
        }

        if (state.Owned is { } owned)
        {
            return new Refusal(RefusalReason.PartnerHasProgramme, $"Partner {PartnerId} already owns programme {owned.Id}.", "programme.partner_id")
                .With("programme_id", owned.Id.Value);
        }

        return new ProgrammeCreated(Header(now), Id, PartnerId, DisplayName, TimeZone, PointValue);
    }

    public sealed record State(Partner? Partner, Programme? Existing, Programme? Owned);
}

[EventKind(2, Answers = "CreateProgramme")]
public sealed record ProgrammeCreated(
    EventHeader Header, ProgrammeId ProgrammeId, PartnerId PartnerId, string DisplayName, string TimeZone, Money PointValue)
    : Event(Header)
{
    public override PartnerId? Partner => PartnerId;

    /// <summary>The programme after the event.</summary>
    public Programme Programme => new(ProgrammeId, PartnerId, DisplayName, TimeZone, PointValue.CurrencyCode, PointValue.Micros, Time);

    public override void Apply(WorkingState rows) => rows.Put(Programme);

    private protected override void EncodeBody(CanonicalWriter writer) =>
        PointValue.Encode(writer.Text(ProgrammeId.Value).Text(PartnerId.Value).Text(DisplayName).Text(TimeZone));

    internal static ProgrammeCreated Decode(EventHeader header, CanonicalReader reader) => new(
        header, new ProgrammeId(reader.Text()), new PartnerId(reader.Text()), reader.Text(), reader.Text(), Money.Decode(reader));
}
