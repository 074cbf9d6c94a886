using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Programmes;

/// <summary>How a partner's access tokens must be bound to a key of the partner's. The numbers are the contract's.</summary>
public enum SenderConstraint
{
    /// <summary>Bound or not: the partner chooses.</summary>
    None = 1,

    /// <summary>By DPoP (RFC 9449).</summary>
    Dpop = 2,

    /// <summary>By a client certificate (RFC 8705).</summary>
    Mtls = 3,

    /// <summary>In either way.</summary>
    DpopOrMtls = 4,
}

/// <summary>Demands that a partner's access tokens are bound to a key, or demands it no longer.</summary>
public sealed record SetSenderConstraint(CommandContext Context, PartnerId PartnerId, SenderConstraint SenderConstraint) : GovernedCommand<PartnerClient?>(Context)
{
    public override string Method => nameof(SetSenderConstraint);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Number((int)SenderConstraint);

    public override PartnerClient? Needs(WorkingState rows, DateTime now) => rows.Find(new PartnerClient.Of(PartnerId.Value));

    public override Governance GovernanceOf(PartnerClient? state, DateTime now) =>
        new($"{state?.Version}", MayBeAlone: state is not null && Keeps(state.SenderConstraint));

    /// <summary>Whether the constraint allows no token that the one before did not allow.</summary>
    private bool Keeps(SenderConstraint before) =>
        SenderConstraint == before || before == SenderConstraint.None || (before == SenderConstraint.DpopOrMtls && SenderConstraint != SenderConstraint.None);

    public override Decision Decide(PartnerClient? state, DateTime now) => state is null
        ? ProgrammeRefusals.PartnerNotFound(PartnerId, "partner_id")
        : Decision.Accept(new SenderConstraintSet(Header(now), PartnerId, SenderConstraint), state.WithConstraint(SenderConstraint));
}

[EventKind(190, Answers = "SetSenderConstraint")]
public sealed record SenderConstraintSet(EventHeader Header, PartnerId PartnerId, SenderConstraint SenderConstraint) : Event(Header)
{
    public override PartnerId? Partner => PartnerId;

    public override void Apply(WorkingState rows)
    {
        // The constraint is in the client's row, which is outside the events.
    }

    public override void Rebuild(WorkingState rows) =>
        rows.Put(rows.Find(new PartnerClient.Of(PartnerId.Value))!.WithConstraint(SenderConstraint));

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Text(PartnerId.Value).Number((int)SenderConstraint);

    internal static SenderConstraintSet Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new PartnerId(reader.Text()), reader.Value<SenderConstraint>());
}
