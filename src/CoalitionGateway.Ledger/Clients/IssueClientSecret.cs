using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Clients;

/// <summary>Gives a client a new secret. The one before works on for a while, so that it can be changed without a gap.</summary>
/// <param name="SecretHash">The SHA-256 of the secret, proposed by the gateway.</param>
/// <param name="ValidDays">After how many days the new secret ends; 0: not by itself.</param>
/// <param name="FormerHours">For how many hours the secret before works on; 0: it ends at once.</param>
/// <param name="Holder">The person who proposed it: see <see cref="RegisteredClient.Holders"/>. Like the event's id not in the request.</param>
public sealed record IssueClientSecret(CommandContext Context, string ClientId, byte[] SecretHash, long ValidDays, long FormerHours, string Holder)
    : GovernedCommand<RegisteredClient?>(Context)
{
    public override string Method => nameof(IssueClientSecret);

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Text(ClientId).Number(ValidDays).Number(FormerHours);

    public override RegisteredClient? Needs(WorkingState rows, DateTime now) => rows.Find(new RegisteredClient.Of(ClientId));

    public override Governance GovernanceOf(RegisteredClient? state, DateTime now) => new($"{state?.Version}") { NeedsPerson = state is { Partner: null } };

    public override Decision Decide(RegisteredClient? state, DateTime now)
    {
        if (state is null)
        {
            return RegisteredClient.NotFound(ClientId);
        }

        // Without a secret before, there is none to work on.
        DateTime? former = FormerHours > 0 && state.SecretHash.Length > 0 && !(state.SecretEndTime <= now) ? now.AddHours(FormerHours) : null;
        var made = new ClientSecretIssued(
            Header(now), ClientId, state.Kind, SecretHash, ValidDays > 0 ? now.AddDays(ValidDays) : null, state.SecretEndTime < former ? state.SecretEndTime : former,
            state.Partner is null ? Holder : "");
        return Decision.Accept(made, made.After(state));
    }
}

/// <param name="SecretHash">The SHA-256 of a random 256-bit secret. The secret cannot be derived from it.</param>
/// <param name="EndTime">When the secret ends; null: by itself never.</param>
/// <param name="FormerEndTime">When the secret before ends; null: at once.</param>
/// <param name="Holder">The person who was told the secret; empty for a partner's client.</param>
[EventKind(191, Answers = "IssueClientSecret")]
public sealed record ClientSecretIssued(
    EventHeader Header, string ClientId, CallerKind ClientKind, byte[] SecretHash, DateTime? EndTime, DateTime? FormerEndTime, string Holder) : Event(Header)
{
    public override PartnerId? Partner => RegisteredClient.PartnerOf(ClientKind, ClientId);

    /// <summary>The client after the event.</summary>
    public RegisteredClient After(RegisteredClient before) => before.WithSecret(SecretHash, EndTime, FormerEndTime, Holder);

    public override void Apply(WorkingState rows)
    {
        // The secrets are in the client's row, which is outside the events.
    }

    public override void Rebuild(WorkingState rows) => rows.Put(After(rows.Find(new RegisteredClient.Of(ClientId))!));

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Text(ClientId).Number((int)ClientKind).Bytes(SecretHash).OptionalTime(EndTime).OptionalTime(FormerEndTime).Text(Holder);

    internal static ClientSecretIssued Decode(EventHeader header, CanonicalReader reader) =>
        new(header, reader.Text(), reader.Value<CallerKind>(), reader.Bytes(), reader.OptionalTime(), reader.OptionalTime(), reader.Text());
}
