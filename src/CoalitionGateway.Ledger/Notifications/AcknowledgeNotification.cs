using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Notifications;

/// <summary>A partner reports that it acted on a notification. The notification and its membership number are deleted.</summary>
public sealed record AcknowledgeNotification(CommandContext Context, PartnerId PartnerId, Guid NotificationId) : Command<Notification?>(Context)
{
    public override string Method => nameof(AcknowledgeNotification);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Uuid(NotificationId);

    public override Notification? Needs(WorkingState rows, DateTime now) => rows.Find(new Notification.Of(PartnerId, NotificationId));

    public override Decision Decide(Notification? state, DateTime now) => state is null
        ? new Refusal(RefusalReason.NotificationNotFound, "You have no such notification, or acknowledged it before; ListNotifications shows yours.", "notification_id")
            .With("notification_id", NotificationId.ToString())
        : Decision.Accept(new NotificationAcknowledged(Header(now), PartnerId, NotificationId, state.Kind)).Erase(state);
}

/// <param name="NotificationId">The reference made for the partner. It leads to no event.</param>
[EventKind(31, Answers = "AcknowledgeNotification")]
public sealed record NotificationAcknowledged(EventHeader Header, PartnerId PartnerId, Guid NotificationId, NotificationKind Told) : Event(Header)
{
    public override PartnerId? Partner => PartnerId;

    public override void Apply(WorkingState rows)
    {
        // No row changes here: the notification is an erasable row, because it holds a membership number.
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Text(PartnerId.Value).Uuid(NotificationId).Number((int)Told);

    internal static NotificationAcknowledged Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new PartnerId(reader.Text()), reader.Uuid(), reader.Value<NotificationKind>());
}
