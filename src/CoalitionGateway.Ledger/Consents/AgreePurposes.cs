using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>Agrees the purposes for which a partner may ask members for consent. Replaces the earlier agreement.</summary>
public sealed record AgreePurposes(CommandContext Context, PartnerId PartnerId, IReadOnlyList<Purpose> Purposes) : Command<AgreePurposes.State>(Context)
{
    public override string Method => nameof(AgreePurposes);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Text(Join(Purposes));

    public override State Needs(WorkingState rows, DateTime now) => new(rows.Find(new Partner.Of(PartnerId)), rows.Find(new AgreedPurposes.Of(PartnerId)));

    public override Decision Decide(State state, DateTime now) => state.Partner is null
        ? ProgrammeRefusals.PartnerNotFound(PartnerId, "partner_id")
        : new PurposesAgreed(Header(now), PartnerId, Join(Purposes), (state.Before?.Version ?? 0) + 1);

    private static string Join(IReadOnlyList<Purpose> purposes) => string.Join(',', purposes.Order().Select(purpose => (int)purpose));

    public sealed record State(Partner? Partner, AgreedPurposes? Before);
}

/// <param name="Purposes">Numbers of <see cref="Purpose"/>, ascending, with commas between.</param>
[EventKind(5, Answers = "AgreePurposes")]
public sealed record PurposesAgreed(EventHeader Header, PartnerId PartnerId, string Purposes, long Version) : Event(Header)
{
    public override PartnerId? Partner => PartnerId;

    /// <summary>The agreed purposes after the event.</summary>
    public AgreedPurposes Agreed => new(PartnerId, Purposes, Version, Time);

    public override void Apply(WorkingState rows) => rows.Put(Agreed);

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Text(PartnerId.Value).Text(Purposes).Number(Version);

    internal static PurposesAgreed Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new PartnerId(reader.Text()), reader.Text(), reader.Number());
}
