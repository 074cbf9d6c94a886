using System.Security.Cryptography;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Audit;

/// <summary>
/// The owner of the database declares void an event that no gateway decided, so that the log can be signed beyond the
/// event. The event's bytes stay where they are and never enter the tree: see <see cref="VoidEntry"/>. People undo the
/// event's effects on rows with ordinary commands.
/// </summary>
/// <param name="Reason">Why, in words that name no person, because the text stays in the log.</param>
/// <param name="IsProved">Whether the event's MAC is valid under the gateways' keys. A proved event cannot be voided.</param>
/// <param name="Stands">Whether the event has entries in the books. Entries are never deleted.</param>
public sealed record VoidEvent(CommandContext Context, EventId Id, string Reason, bool IsProved, bool Stands) : Command<VoidEvent.State>(Context)
{
    public override string Method => nameof(VoidEvent);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(Id.Value).Text(Reason);

    public override State Needs(WorkingState rows, DateTime now) => new(rows.Find(new StoredEvent.Of(Id)), rows.FindTaken(new VoidedEvent.Of(Id)));

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Event is not { } found)
        {
            return new Refusal(RefusalReason.EventNotFound, $"There is no event {Id}; coalition verify names those that are not proved.", "event_id");
        }

        if (IsProved || state.Voided is not null)
        {
            return new Refusal(RefusalReason.EventNotFound, IsProved
                ? $"A gateway decided event {Id}: it cannot be voided. What it did is undone by ordinary commands."
                : $"Event {Id} is void already.", "event_id");
        }

        return new EventVoided(
            Header(now), Id, found.LogIndex, SHA256.HashData(found.Body), Reason, Stands, found.MemberId, found.PartnerId);
    }

    /// <param name="Voided">The earlier declaration; null if there is none.</param>
    public sealed record State(StoredEvent? Event, VoidedEvent? Voided);
}

/// <summary>Marks an event as void.</summary>
/// <param name="VoidEventId">The event that declares it void.</param>
public sealed record VoidedEvent(EventId EventId, EventId VoidEventId) : Row
{
    public override Key Primary => new Of(EventId);

    public override bool IsInsertOnly => true;

    public sealed record Of(EventId EventId) : Key<VoidedEvent>;
}

/// <param name="VoidedId">The event that no gateway decided.</param>
/// <param name="LogIndex">The void event's place in the log.</param>
/// <param name="BodySha256">The hash of the void event's bytes.</param>
/// <param name="Stands">Whether the void event's entries count until commands undo them. If false, it has no effect.</param>
/// <param name="MemberId">The member that the void event names. This member sees that the event is void.</param>
/// <param name="PartnerId">The partner that the void event names.</param>
[EventKind(160, Answers = "VoidEvent")]
public sealed record EventVoided(
    EventHeader Header, EventId VoidedId, long LogIndex, byte[] BodySha256, string Reason, bool Stands, MemberId? MemberId,
    PartnerId? PartnerId)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    /// <summary>Whether this event voids exactly these bytes at this place.</summary>
    public bool Covers(EventId id, long logIndex, byte[] body) =>
        VoidedId == id && LogIndex == logIndex && SHA256.HashData(body).AsSpan().SequenceEqual(BodySha256);

    public override void Apply(WorkingState rows) => rows.Put(new VoidedEvent(VoidedId, Id));

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(VoidedId.Value).Number(LogIndex).Bytes(BodySha256).Text(Reason).Flag(Stands).OptionalUuid(MemberId?.Value).OptionalText(PartnerId?.Value);

    internal static EventVoided Decode(EventHeader header, CanonicalReader reader) => new(
        header, new EventId(reader.Uuid()), reader.Number(), reader.Bytes(), reader.Text(), reader.Flag(),
        reader.OptionalUuid() is { } member ? new MemberId(member) : null,
        reader.OptionalText() is { } partner ? new PartnerId(partner) : null);
}

/// <summary>
/// The tree's entry in the place of a void event. It keeps the hash of the void event's bytes, so nobody can prove the
/// bytes themselves or present them as an event that happened. Stored in no row: the entry is derived from the void event.
/// </summary>
/// <param name="BodySha256">The hash of the void event's bytes.</param>
[EventKind(161)]
public sealed record VoidEntry(EventHeader Header, byte[] BodySha256, MemberId? MemberId, PartnerId? PartnerId) : Event(Header)
{
    private static readonly Caller _gateway = new(CallerKind.Operator, "gateway");

    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    /// <summary>Makes the entry from the columns beside the void event's bytes. The bytes need not be readable.</summary>
    public static VoidEntry Of(EventId id, MemberId? member, PartnerId? partner, byte[] body) => new(
        new EventHeader(id, DateTime.UnixEpoch, _gateway, Guid.Empty), SHA256.HashData(body), member, partner);

    public override void Apply(WorkingState rows)
    {
        // A void event changes nothing.
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Bytes(BodySha256).OptionalUuid(MemberId?.Value).OptionalText(PartnerId?.Value);

    internal static VoidEntry Decode(EventHeader header, CanonicalReader reader) => new(
        header, reader.Bytes(), reader.OptionalUuid() is { } member ? new MemberId(member) : null,
        reader.OptionalText() is { } partner ? new PartnerId(partner) : null);
}
