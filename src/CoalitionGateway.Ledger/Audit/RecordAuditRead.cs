using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Audit;

/// <summary>
/// Records that an officer reads the audit trail, or that a member or an officer takes all data about a member. The record
/// comes before the answer. If the record fails, no answer is given.
/// </summary>
/// <param name="Question">The method's name in the contract.</param>
/// <param name="MemberId">The member whose data is read. Null: none, or all.</param>
/// <param name="PartnerId">The partner whose data is read. Null: none, or all.</param>
public sealed record RecordAuditRead(CommandContext Context, string Question, MemberId? MemberId, PartnerId? PartnerId) : Command<bool>(Context)
{
    /// <summary>The reason for the read, if the method asks for it: a value of the contract's FindReason in lower case.</summary>
    public string? Reason { get; init; }

    public override string Method => nameof(RecordAuditRead);

    public override bool IsRetryable => false;

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Text(Question).OptionalUuid(MemberId?.Value).OptionalText(PartnerId?.Value).OptionalText(Reason);

    public override bool Needs(WorkingState rows, DateTime now) => true;

    public override Decision Decide(bool state, DateTime now) => new AuditRead(Header(now), Question, MemberId, PartnerId, Reason);
}

/// <summary>A read of the audit trail. Not an event of the partner: partners do not learn who reads about them.</summary>
/// <param name="Question">The method that was called.</param>
[EventKind(120)]
public sealed record AuditRead(EventHeader Header, string Question, MemberId? MemberId, PartnerId? PartnerId, string? Reason = null) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        // Recorded only; no row changes.
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Text(Question).OptionalUuid(MemberId?.Value).OptionalText(PartnerId?.Value).OptionalText(Reason);

    internal static AuditRead Decode(EventHeader header, CanonicalReader reader) => new(
        header, reader.Text(), reader.OptionalUuid() is { } member ? new MemberId(member) : null,
        reader.OptionalText() is { } partner ? new PartnerId(partner) : null, reader.OptionalText());
}
