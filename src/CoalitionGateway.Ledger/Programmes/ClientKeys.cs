using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Programmes;

/// <summary>
/// Replaces the keys with which a partner's OAuth client authenticates (private_key_jwt, RFC 7523). Its secrets end.
/// </summary>
/// <param name="Keys">A JWK set (RFC 7517) of public keys.</param>
/// <param name="Thumbprints">The keys' thumbprints (RFC 7638), computed by the gateway.</param>
public sealed record PublishClientKeys(CommandContext Context, PartnerId PartnerId, string Keys, IReadOnlyList<string> Thumbprints) : GovernedCommand<PartnerClient?>(Context)
{
    public override string Method => nameof(PublishClientKeys);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Text(Keys);

    public override PartnerClient? Needs(WorkingState rows, DateTime now) => rows.Find(new PartnerClient.Of(PartnerId.Value));

    // Only keys fewer than before: a key is revoked.
    public override Governance GovernanceOf(PartnerClient? state, DateTime now) =>
        new($"{state?.Version}", MayBeAlone: state is not null && Thumbprints.All(state.KeyThumbprints.Split(' ').Contains));

    public override Decision Decide(PartnerClient? state, DateTime now) => state is null
        ? ProgrammeRefusals.PartnerNotFound(PartnerId, "partner_id")
        : Decision.Accept(new ClientKeysPublished(Header(now), PartnerId, Thumbprints, Keys), state.WithKeys(Keys, Thumbprints));
}

/// <summary>Suspends a partner's client, which then gets no tokens, or resumes it.</summary>
public sealed record SuspendPartner(CommandContext Context, PartnerId PartnerId, bool IsSuspended) : GovernedCommand<PartnerClient?>(Context)
{
    public override string Method => IsSuspended ? nameof(SuspendPartner) : "ResumePartner";

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Flag(IsSuspended);

    public override PartnerClient? Needs(WorkingState rows, DateTime now) => rows.Find(new PartnerClient.Of(PartnerId.Value));

    public override Governance GovernanceOf(PartnerClient? state, DateTime now) => new($"{state?.Version}", MayBeAlone: IsSuspended);

    public override Decision Decide(PartnerClient? state, DateTime now) => state is null
        ? ProgrammeRefusals.PartnerNotFound(PartnerId, "partner_id")
        : Decision.Accept(new PartnerSuspended(Header(now), PartnerId, IsSuspended), state.WithSuspension(IsSuspended));
}

/// <param name="Keys">The JWK set of public keys, as stored.</param>
[EventKind(7, Answers = "PublishClientKeys")]
public sealed record ClientKeysPublished(EventHeader Header, PartnerId PartnerId, IReadOnlyList<string> Thumbprints, string Keys) : Event(Header)
{
    public override PartnerId? Partner => PartnerId;

    public override void Apply(WorkingState rows)
    {
        // The keys are in the client's row. That row is outside the events because it holds a secret.
    }

    public override void Rebuild(WorkingState rows) =>
        rows.Put(rows.Find(new PartnerClient.Of(PartnerId.Value))!.WithKeys(Keys, Thumbprints));

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Text(PartnerId.Value).Texts(Thumbprints).Text(Keys);

    internal static ClientKeysPublished Decode(EventHeader header, CanonicalReader reader) => new(header, new PartnerId(reader.Text()), reader.Texts(), reader.Text());
}

/// <param name="IsSuspended">False: resumed.</param>
[EventKind(8, Answers = "SuspendPartner")]
public sealed record PartnerSuspended(EventHeader Header, PartnerId PartnerId, bool IsSuspended) : Event(Header)
{
    public override string? Answers => IsSuspended ? base.Answers : "ResumePartner";

    public override PartnerId? Partner => PartnerId;

    public override void Apply(WorkingState rows)
    {
        // The suspension is in the client's row, which is outside the events.
    }

    public override void Rebuild(WorkingState rows) =>
        rows.Put(rows.Find(new PartnerClient.Of(PartnerId.Value))!.WithSuspension(IsSuspended));

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Text(PartnerId.Value).Flag(IsSuspended);

    internal static PartnerSuspended Decode(EventHeader header, CanonicalReader reader) => new(header, new PartnerId(reader.Text()), reader.Flag());
}
