using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Clients;

/// <summary>Suspends a client, which then gets no tokens, or resumes it.</summary>
public sealed record SuspendClient(CommandContext Context, string ClientId, bool IsSuspended) : GovernedCommand<RegisteredClient?>(Context)
{
    public override string Method => IsSuspended ? nameof(SuspendClient) : "ResumeClient";

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(ClientId).Flag(IsSuspended);

    public override RegisteredClient? Needs(WorkingState rows, DateTime now) => rows.Find(new RegisteredClient.Of(ClientId));

    public override Governance GovernanceOf(RegisteredClient? state, DateTime now) => new($"{state?.Version}", MayBeAlone: IsSuspended) { NeedsPerson = state is { Partner: null } };

    public override Decision Decide(RegisteredClient? state, DateTime now) => state is null
        ? RegisteredClient.NotFound(ClientId)
        : Decision.Accept(new ClientSuspended(Header(now), ClientId, state.Kind, IsSuspended), state.WithSuspension(IsSuspended));
}

/// <param name="IsSuspended">False: resumed.</param>
[EventKind(8, Answers = "SuspendClient")]
public sealed record ClientSuspended(EventHeader Header, string ClientId, CallerKind ClientKind, bool IsSuspended) : Event(Header)
{
    public override string? Answers => IsSuspended ? base.Answers : "ResumeClient";

    public override PartnerId? Partner => RegisteredClient.PartnerOf(ClientKind, ClientId);

    public override void Apply(WorkingState rows)
    {
        // The suspension is in the client's row, which is outside the events.
    }

    public override void Rebuild(WorkingState rows) => rows.Put(rows.Find(new RegisteredClient.Of(ClientId))!.WithSuspension(IsSuspended));

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Text(ClientId).Number((int)ClientKind).Flag(IsSuspended);

    internal static ClientSuspended Decode(EventHeader header, CanonicalReader reader) => new(header, reader.Text(), reader.Value<CallerKind>(), reader.Flag());
}
