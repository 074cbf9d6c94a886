using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Programmes;

/// <summary>Registers a partner and its OAuth client.</summary>
/// <param name="Scopes">As asked; empty for all that serve partners.</param>
/// <param name="GrantedScopes">What the gateway makes of that, not part of what the caller asked, like <paramref name="SecretHash"/>.</param>
public sealed record RegisterPartner(
    CommandContext Context, PartnerId Id, string DisplayName, IReadOnlyList<string> Scopes, IReadOnlyList<string> GrantedScopes, byte[] SecretHash)
    : Command<Partner?>(Context)
{
    public override string Method => nameof(RegisterPartner);

    /// <summary>The client's id is the partner's: one client a partner.</summary>
    public string ClientId => Id.Value;

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Text(Id.Value).Text(DisplayName).Texts(Scopes);

    public override Partner? Needs(WorkingState rows, DateTime now) => rows.Find(new Partner.Of(Id));

    public override Decision Decide(Partner? state, DateTime now)
    {
        if (state is not null)
        {
            return new Refusal(RefusalReason.PartnerExists, $"A partner {Id} is registered already; choose another id.", "partner.partner_id")
                .With("partner_id", Id.Value);
        }

        return Decision.Accept(
            new PartnerRegistered(Header(now), Id, DisplayName, ClientId, GrantedScopes, SecretHash),
            new PartnerClient(ClientId, Id, SecretHash, string.Join(' ', GrantedScopes)));
    }
}

/// <param name="SecretHash">The SHA-256 of a random secret of 256 bits: it leads to no secret.</param>
[EventKind(1, Answers = "RegisterPartner")]
public sealed record PartnerRegistered(
    EventHeader Header, PartnerId PartnerId, string DisplayName, string ClientId, IReadOnlyList<string> Scopes, byte[] SecretHash) : Event(Header)
{
    public override PartnerId? Partner => PartnerId;

    public override void Apply(WorkingState rows) => rows.Put(new Partner(PartnerId, DisplayName, Time));

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        rows.Put(new PartnerClient(ClientId, PartnerId, SecretHash, string.Join(' ', Scopes)));
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Text(PartnerId.Value).Text(DisplayName).Text(ClientId).Texts(Scopes).Bytes(SecretHash);

    internal static PartnerRegistered Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new PartnerId(reader.Text()), reader.Text(), reader.Text(), reader.Texts(), reader.Bytes());
}
