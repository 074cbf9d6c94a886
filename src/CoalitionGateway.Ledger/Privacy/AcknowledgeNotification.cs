using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Privacy;

/// <summary>A partner has done what it was told: the number by which it knew the member goes.</summary>
public sealed record AcknowledgeNotification(Issue Issue, PartnerId PartnerId, EventId EventId) : Command<Notification?>(Issue)
{
    public override string Method => nameof(AcknowledgeNotification);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Uuid(EventId.Value);

    public override Notification? Needs(WorkingState rows) => rows.Find(new Notification.Of(PartnerId, EventId));

    public override Decision Decide(Notification? state, DateTime now) => state is null
        ? new Refusal(RefusalReason.NotificationNotFound, "You have no such notification, or acknowledged it before; ListNotifications shows yours.", "event_id")
            .With("event_id", EventId.ToString())
        : Decision.Accept(new NotificationAcknowledged(Header(now), PartnerId, EventId, state.Kind)).Erase(state);
}

/// <param name="About">The event that the partner was told of.</param>
public sealed record NotificationAcknowledged(EventHeader Header, PartnerId PartnerId, EventId About, NotificationKind Told) : Event(Header)
{
    public override EventKind Kind => EventKind.NotificationAcknowledged;

    public override PartnerId? Partner => PartnerId;

    public override void Apply(WorkingState rows)
    {
        // The notification is a row beside the events: it holds a number.
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Text(PartnerId.Value).Uuid(About.Value).Number((int)Told);

    internal static NotificationAcknowledged Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new PartnerId(reader.Text()), new EventId(reader.Uuid()), reader.Value<NotificationKind>());
}
