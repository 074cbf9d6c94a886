using System.Security.Cryptography;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Audit;

/// <summary>
/// The owner of the database declares an event void that no gateway decided, so that the log can be signed beyond it. Its
/// bytes stay where they are and never enter the tree: see <see cref="VoidEntry"/>. Its effects on rows are for people to
/// mend, by ordinary commands.
/// </summary>
/// <param name="Reason">Why, in words that name no person: it stays in the log.</param>
/// <param name="IsProved">Whether its MAC is good, as the gateway's keys tell: then it cannot be voided.</param>
/// <param name="Stands">Whether entries of it stand in the books: they are never deleted.</param>
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

    /// <param name="Voided">That it was voided before; null if it was not.</param>
    public sealed record State(StoredEvent? Event, VoidedEvent? Voided);
}

/// <summary>That an event is void.</summary>
/// <param name="VoidEventId">The event that declares it so.</param>
public sealed record VoidedEvent(EventId EventId, EventId VoidEventId) : Row
{
    public override Key Primary => new Of(EventId);

    public override bool IsInsertOnly => true;

    public sealed record Of(EventId EventId) : Key<VoidedEvent>;
}

/// <param name="VoidedId">The event that no gateway decided.</param>
/// <param name="LogIndex">Its place in the log.</param>
/// <param name="BodySha256">The hash of the bytes that stand there.</param>
/// <param name="Stands">Whether what it did to the books counts until commands undo it; else it counts for nothing.</param>
/// <param name="MemberId">Whom it says it is about: they see that it is void.</param>
/// <param name="PartnerId">Which partner it says it is about.</param>
[EventKind(160, Answers = "VoidEvent")]
public sealed record EventVoided(
    EventHeader Header, EventId VoidedId, long LogIndex, byte[] BodySha256, string Reason, bool Stands, MemberId? MemberId,
    PartnerId? PartnerId)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    /// <summary>Whether it is these bytes, at this place, that it declares void.</summary>
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
/// The entry that the tree has in the place of a void event: it keeps the hash of the bytes that stand there. No proof of
/// the bytes themselves can be made, and nobody can show them as what happened. In no row: it follows from the void event.
/// </summary>
/// <param name="BodySha256">The hash of the bytes that stand there.</param>
[EventKind(161)]
public sealed record VoidEntry(EventHeader Header, byte[] BodySha256, MemberId? MemberId, PartnerId? PartnerId) : Event(Header)
{
    private static readonly Caller _gateway = new(CallerKind.Operator, "gateway");

    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    /// <summary>The entry in the place of an event, from what stands beside its bytes: those need not be readable.</summary>
    public static VoidEntry Of(EventId id, MemberId? member, PartnerId? partner, byte[] body) => new(
        new EventHeader(id, DateTime.UnixEpoch, _gateway, Guid.Empty), SHA256.HashData(body), member, partner);

    public override void Apply(WorkingState rows)
    {
        // Nothing happened.
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Bytes(BodySha256).OptionalUuid(MemberId?.Value).OptionalText(PartnerId?.Value);

    internal static VoidEntry Decode(EventHeader header, CanonicalReader reader) => new(
        header, reader.Bytes(), reader.OptionalUuid() is { } member ? new MemberId(member) : null,
        reader.OptionalText() is { } partner ? new PartnerId(partner) : null);
}
