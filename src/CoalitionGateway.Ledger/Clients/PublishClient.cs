using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Clients;

/// <summary>Registers an app, a portal or a tool, or changes one. Partners' clients come with the partner.</summary>
/// <param name="Kind">Whose client it is: members', officers' or operators'.</param>
/// <param name="Scopes">The scopes that it may ask for, each once.</param>
/// <param name="RedirectUris">See <see cref="RegisteredClient.RedirectUris"/>; none for a tool.</param>
public sealed record PublishClient(
    CommandContext Context, string ClientId, CallerKind Kind, string DisplayName, IReadOnlyList<string> Scopes, IReadOnlyList<string> RedirectUris)
    : GovernedCommand<RegisteredClient?>(Context)
{
    public override string Method => nameof(PublishClient);

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Text(ClientId).Text(Caller.NameOf(Kind)).Text(DisplayName).Texts(Scopes).Texts(RedirectUris);

    public override RegisteredClient? Needs(WorkingState rows, DateTime now) => rows.Find(new RegisteredClient.Of(ClientId));

    public override Governance GovernanceOf(RegisteredClient? state, DateTime now) =>
        new($"{state?.Version}", MayBeAlone: state is not null && OnlyTakesAway(state)) { NeedsPerson = true };

    public override Decision Decide(RegisteredClient? state, DateTime now)
    {
        if (state is not null && state.Kind != Kind)
        {
            return new Refusal(RefusalReason.ClientExists, $"{ClientId} is a client of {(state.Kind == CallerKind.Partner ? "a partner" : $"{Caller.NameOf(state.Kind)}s")} already; choose another id.", "client.client_id")
                .With("client_id", ClientId);
        }

        var made = new ClientPublished(
            Header(now), ClientId, Kind, DisplayName, string.Join(' ', Scopes), string.Join(' ', RedirectUris), (state?.Version ?? 0) + 1);
        return Decision.Accept(made, made.After(state));
    }

    /// <summary>Whether the client gets no scope, no redirect and no name that it did not have, and does not become a tool.</summary>
    private bool OnlyTakesAway(RegisteredClient before) => before.DisplayName == DisplayName
        && Scopes.All(RegisteredClient.Words(before.Scopes).Contains) && RedirectUris.All(RegisteredClient.Words(before.RedirectUris).Contains)
        && (RedirectUris.Count > 0 || before.RedirectUris.Length == 0);
}

/// <param name="Scopes">The scopes, with spaces between.</param>
/// <param name="RedirectUris">The redirects, with spaces between.</param>
/// <param name="Version">How often the client was changed, this time included.</param>
[EventKind(192, Answers = "PublishClient")]
public sealed record ClientPublished(
    EventHeader Header, string ClientId, CallerKind ClientKind, string DisplayName, string Scopes, string RedirectUris, long Version) : Event(Header)
{
    /// <summary>The client after the event.</summary>
    public RegisteredClient After(RegisteredClient? before) =>
        (before ?? new RegisteredClient(ClientId, ClientKind, DisplayName, [], Scopes)) with { DisplayName = DisplayName, Scopes = Scopes, RedirectUris = RedirectUris, Version = Version };

    public override void Apply(WorkingState rows)
    {
        // The client's row is outside the events.
    }

    public override void Rebuild(WorkingState rows) => rows.Put(After(Version == 1 ? null : rows.Find(new RegisteredClient.Of(ClientId))));

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Text(ClientId).Number((int)ClientKind).Text(DisplayName).Text(Scopes).Text(RedirectUris).Number(Version);

    internal static ClientPublished Decode(EventHeader header, CanonicalReader reader) =>
        new(header, reader.Text(), reader.Value<CallerKind>(), reader.Text(), reader.Text(), reader.Text(), reader.Number());
}
