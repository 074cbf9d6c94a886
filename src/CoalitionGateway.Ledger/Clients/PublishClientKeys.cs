using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Clients;

/// <summary>
/// Replaces the keys with which a client authenticates (private_key_jwt, RFC 7523). Its secrets end.
/// </summary>
/// <param name="Keys">A JWK set (RFC 7517) of public keys.</param>
/// <param name="Thumbprints">The keys' thumbprints (RFC 7638), computed by the gateway.</param>
/// <param name="Holder">The person who proposed it: see <see cref="RegisteredClient.Holders"/>. Like the event's id not in the request.</param>
public sealed record PublishClientKeys(CommandContext Context, string ClientId, string Keys, IReadOnlyList<string> Thumbprints, string Holder) : GovernedCommand<RegisteredClient?>(Context)
{
    public override string Method => nameof(PublishClientKeys);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(ClientId).Text(Keys);

    public override RegisteredClient? Needs(WorkingState rows, DateTime now) => rows.Find(new RegisteredClient.Of(ClientId));

    // Where no key is new, some are revoked.
    public override Governance GovernanceOf(RegisteredClient? state, DateTime now) =>
        new($"{state?.Version}", MayBeAlone: state is not null && Thumbprints.All(state.Thumbprints.Contains)) { NeedsPerson = state is { Partner: null } };

    public override Decision Decide(RegisteredClient? state, DateTime now) => state is null
        ? RegisteredClient.NotFound(ClientId)
        : Decision.Accept(new ClientKeysPublished(Header(now), ClientId, state.Kind, Thumbprints, Keys, state.Partner is null ? Holder : ""), state.WithKeys(Keys, Thumbprints, Holder));
}

/// <param name="Keys">The JWK set of public keys, as stored.</param>
/// <param name="Holder">The person who proposed the keys; empty for a partner's client.</param>
[EventKind(7, Answers = "PublishClientKeys")]
public sealed record ClientKeysPublished(
    EventHeader Header, string ClientId, CallerKind ClientKind, IReadOnlyList<string> Thumbprints, string Keys, string Holder) : Event(Header)
{
    public override PartnerId? Partner => RegisteredClient.PartnerOf(ClientKind, ClientId);

    public override void Apply(WorkingState rows)
    {
        // The keys are in the client's row, which is outside the events.
    }

    public override void Rebuild(WorkingState rows) =>
        rows.Put(rows.Find(new RegisteredClient.Of(ClientId))!.WithKeys(Keys, Thumbprints, Holder));

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Text(ClientId).Number((int)ClientKind).Texts(Thumbprints).Text(Keys).Text(Holder);

    internal static ClientKeysPublished Decode(EventHeader header, CanonicalReader reader) =>
        new(header, reader.Text(), reader.Value<CallerKind>(), reader.Texts(), reader.Text(), reader.Text());
}
