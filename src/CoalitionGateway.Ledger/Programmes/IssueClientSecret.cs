using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Programmes;

/// <summary>Gives a partner's OAuth client a new secret. The one before works on for a while, so that the partner can change it without a gap.</summary>
/// <param name="SecretHash">The SHA-256 of the secret, proposed by the gateway.</param>
/// <param name="ValidDays">After how many days the new secret ends; 0: not by itself.</param>
/// <param name="FormerHours">For how many hours the secret before works on; 0: it ends at once.</param>
public sealed record IssueClientSecret(CommandContext Context, PartnerId PartnerId, byte[] SecretHash, long ValidDays, long FormerHours)
    : GovernedCommand<PartnerClient?>(Context)
{
    public override string Method => nameof(IssueClientSecret);

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Text(PartnerId.Value).Number(ValidDays).Number(FormerHours);

    public override PartnerClient? Needs(WorkingState rows, DateTime now) => rows.Find(new PartnerClient.Of(PartnerId.Value));

    public override Governance GovernanceOf(PartnerClient? state, DateTime now) => new($"{state?.Version}");

    public override Decision Decide(PartnerClient? state, DateTime now)
    {
        if (state is null)
        {
            return ProgrammeRefusals.PartnerNotFound(PartnerId, "partner_id");
        }

        var made = new ClientSecretIssued(Header(now), PartnerId, SecretHash, ValidDays > 0 ? now.AddDays(ValidDays) : null, FormerHours > 0 ? now.AddHours(FormerHours) : null);
        return Decision.Accept(made, made.After(state));
    }
}

/// <param name="SecretHash">The SHA-256 of a random 256-bit secret. The secret cannot be derived from it.</param>
/// <param name="EndTime">When the secret ends; null: by itself never.</param>
/// <param name="FormerEndTime">When the secret before ends; null: at once.</param>
[EventKind(191, Answers = "IssueClientSecret")]
public sealed record ClientSecretIssued(EventHeader Header, PartnerId PartnerId, byte[] SecretHash, DateTime? EndTime, DateTime? FormerEndTime) : Event(Header)
{
    public override PartnerId? Partner => PartnerId;

    /// <summary>The client after the event.</summary>
    public PartnerClient After(PartnerClient before) => before with
    {
        SecretHash = SecretHash, SecretEndTime = EndTime, Version = before.Version + 1,
        FormerSecretHash = FormerEndTime is null ? null : before.SecretHash,
        FormerSecretEndTime = FormerEndTime is { } end && before.SecretEndTime < end ? before.SecretEndTime : FormerEndTime,
    };

    public override void Apply(WorkingState rows)
    {
        // The secrets are in the client's row, which is outside the events.
    }

    public override void Rebuild(WorkingState rows) => rows.Put(After(rows.Find(new PartnerClient.Of(PartnerId.Value))!));

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Text(PartnerId.Value).Bytes(SecretHash).OptionalTime(EndTime).OptionalTime(FormerEndTime);

    internal static ClientSecretIssued Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new PartnerId(reader.Text()), reader.Bytes(), reader.OptionalTime(), reader.OptionalTime());
}
