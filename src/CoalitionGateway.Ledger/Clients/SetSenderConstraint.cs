using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Clients;

/// <summary>How a client's access tokens must be bound to a key of the client's. The numbers are the contract's.</summary>
public enum SenderConstraint
{
    /// <summary>Bound or not: the client chooses.</summary>
    None = 1,

    /// <summary>By DPoP (RFC 9449).</summary>
    Dpop = 2,

    /// <summary>By a client certificate (RFC 8705).</summary>
    Mtls = 3,

    /// <summary>In either way.</summary>
    DpopOrMtls = 4,
}

/// <summary>Demands that a client's access tokens are bound to a key, or demands it no longer.</summary>
public sealed record SetSenderConstraint(CommandContext Context, string ClientId, SenderConstraint SenderConstraint) : GovernedCommand<RegisteredClient?>(Context)
{
    public override string Method => nameof(SetSenderConstraint);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(ClientId).Number((int)SenderConstraint);

    public override RegisteredClient? Needs(WorkingState rows, DateTime now) => rows.Find(new RegisteredClient.Of(ClientId));

    public override Governance GovernanceOf(RegisteredClient? state, DateTime now) =>
        new($"{state?.Version}", MayBeAlone: state is not null && Keeps(state.SenderConstraint)) { NeedsPerson = state is { Partner: null } };

    public override Decision Decide(RegisteredClient? state, DateTime now) => state is null
        ? RegisteredClient.NotFound(ClientId)
        : Decision.Accept(new SenderConstraintSet(Header(now), ClientId, state.Kind, SenderConstraint), state.WithConstraint(SenderConstraint));

    /// <summary>Whether the constraint allows no token that the one before did not allow.</summary>
    private bool Keeps(SenderConstraint before) =>
        SenderConstraint == before || before == SenderConstraint.None || (before == SenderConstraint.DpopOrMtls && SenderConstraint != SenderConstraint.None);
}

[EventKind(190, Answers = "SetSenderConstraint")]
public sealed record SenderConstraintSet(EventHeader Header, string ClientId, CallerKind ClientKind, SenderConstraint SenderConstraint) : Event(Header)
{
    public override PartnerId? Partner => RegisteredClient.PartnerOf(ClientKind, ClientId);

    public override void Apply(WorkingState rows)
    {
        // The constraint is in the client's row, which is outside the events.
    }

    public override void Rebuild(WorkingState rows) => rows.Put(rows.Find(new RegisteredClient.Of(ClientId))!.WithConstraint(SenderConstraint));

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Text(ClientId).Number((int)ClientKind).Number((int)SenderConstraint);

    internal static SenderConstraintSet Decode(EventHeader header, CanonicalReader reader) =>
        new(header, reader.Text(), reader.Value<CallerKind>(), reader.Value<SenderConstraint>());
}
