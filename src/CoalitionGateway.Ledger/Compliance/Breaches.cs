using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Compliance;

/// <summary>Reports a breach, which starts its time limit (GDPR Art. 33).</summary>
/// <param name="PartnerId">The partner where the breach happened. Null: the coalition itself.</param>
public sealed record ReportBreach(CommandContext Context, PartnerId? PartnerId, DateTime FromTime, DateTime ToTime, DateTime AwareTime) : Command<Partner?>(Context)
{
    public override string Method => nameof(ReportBreach);

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).OptionalText(PartnerId?.Value).Time(FromTime).Time(ToTime).Time(AwareTime);

    public override Partner? Needs(WorkingState rows, DateTime now) => PartnerId is { } partner ? rows.Find(new Partner.Of(partner)) : null;

    public override Decision Decide(Partner? state, DateTime now) => PartnerId is { } partner && state is null
        ? ProgrammeRefusals.PartnerNotFound(partner, "partner_id")
        : new BreachReported(Header(now), PartnerId, FromTime, ToTime, AwareTime);
}

/// <summary>Records that the supervisory authority was notified.</summary>
public sealed record CloseBreach(CommandContext Context, EventId Id, DateTime NotifyTime) : Command<Breach?>(Context)
{
    public override string Method => nameof(CloseBreach);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(Id.Value).Time(NotifyTime);

    public override Breach? Needs(WorkingState rows, DateTime now) => rows.Find(new Breach.Of(Id));

    public override Decision Decide(Breach? state, DateTime now) => state switch
    {
        null => new Refusal(RefusalReason.BreachNotFound, "There is no such breach; ListBreaches shows those there are.", "breach_id").With("breach_id", Id.ToString()),
        { NotifyTime: { } told } => new Refusal(RefusalReason.BreachClosed, "That the authority was told is recorded already.", "breach_id").With("notify_time", told.ToString("O")),
        _ => new BreachNotified(Header(now), Id, NotifyTime),
    };
}

/// <summary>A breach was reported. Not an event of the partner: people inform the partner.</summary>
[EventKind(145, Answers = "ReportBreach")]
public sealed record BreachReported(EventHeader Header, PartnerId? At, DateTime FromTime, DateTime ToTime, DateTime AwareTime) : Event(Header)
{
    public Breach Breach => new(Id, At, FromTime, ToTime, AwareTime, null);

    public override void Apply(WorkingState rows) => rows.Put(Breach);

    private protected override void EncodeBody(CanonicalWriter writer) => writer.OptionalText(At?.Value).Time(FromTime).Time(ToTime).Time(AwareTime);

    internal static BreachReported Decode(EventHeader header, CanonicalReader reader) =>
        new(header, reader.OptionalText() is { } partner ? new PartnerId(partner) : null, reader.Time(), reader.Time(), reader.Time());
}

/// <param name="BreachId">The event that reported the breach.</param>
[EventKind(146, Answers = "CloseBreach")]
public sealed record BreachNotified(EventHeader Header, EventId BreachId, DateTime NotifyTime) : Event(Header)
{
    public override void Apply(WorkingState rows) => rows.Put(rows.Find(new Breach.Of(BreachId))! with { NotifyTime = NotifyTime });

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(BreachId.Value).Time(NotifyTime);

    internal static BreachNotified Decode(EventHeader header, CanonicalReader reader) => new(header, new EventId(reader.Uuid()), reader.Time());
}
