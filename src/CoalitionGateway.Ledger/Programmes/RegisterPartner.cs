using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Programmes;

/// <summary>Registers a partner and its OAuth client.</summary>
/// <param name="Scopes">The requested scopes; empty for all scopes of partners.</param>
/// <param name="GrantedScopes">The scopes that the gateway grants; like <paramref name="SecretHash"/> not in the request.</param>
public sealed record RegisterPartner(
    CommandContext Context, PartnerId Id, string DisplayName, IReadOnlyList<string> Scopes, IReadOnlyList<string> GrantedScopes, byte[] SecretHash)
    : Command<RegisteredClient?>(Context)
{
    public override string Method => nameof(RegisterPartner);

    /// <summary>The client's id is the partner's id: each partner has one client.</summary>
    public string ClientId => Id.Value;

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Text(Id.Value).Text(DisplayName).Texts(Scopes);

    public override RegisteredClient? Needs(WorkingState rows, DateTime now) => rows.Find(new RegisteredClient.Of(ClientId));

    public override Decision Decide(RegisteredClient? state, DateTime now)
    {
        if (state is not null)
        {
            return new Refusal(RefusalReason.PartnerExists, $"A {(state.Partner is null ? "client" : "partner")} {Id} is registered already; choose another id.", "partner.partner_id")
                .With("partner_id", Id.Value);
        }

        var made = new PartnerRegistered(Header(now), Id, DisplayName, ClientId, GrantedScopes, SecretHash);
        return Decision.Accept(made, made.Client);
    }
}

/// <param name="SecretHash">The SHA-256 of a random 256-bit secret. The secret cannot be derived from it.</param>
[EventKind(1, Answers = "RegisterPartner")]
public sealed record PartnerRegistered(
    EventHeader Header, PartnerId PartnerId, string DisplayName, string ClientId, IReadOnlyList<string> Scopes, byte[] SecretHash) : Event(Header)
{
    public override PartnerId? Partner => PartnerId;

    /// <summary>The partner's client after the event.</summary>
    public RegisteredClient Client => new(ClientId, CallerKind.Partner, DisplayName, SecretHash, string.Join(' ', Scopes));

    public override void Apply(WorkingState rows) => rows.Put(new Partner(PartnerId, DisplayName, Time));

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        rows.Put(Client);
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Text(PartnerId.Value).Text(DisplayName).Text(ClientId).Texts(Scopes).Bytes(SecretHash);

    internal static PartnerRegistered Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new PartnerId(reader.Text()), reader.Text(), reader.Text(), reader.Texts(), reader.Bytes());
}
