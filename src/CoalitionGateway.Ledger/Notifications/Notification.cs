using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Notifications;

/// <summary>
/// A message to a partner about a member, who is named by the number that the partner knows. In no event, because the
/// number is deleted once the partner has acknowledged the message.
/// </summary>
/// <param name="Id">Made for this recipient only, so that the recipients of one event cannot match their notifications.</param>
/// <param name="Day">The day of the event, in UTC. Has no time of day, for the same reason.</param>
/// <param name="DueDay">The day by which the partner must have acted.</param>
/// <param name="Purpose">The purpose of the consent; null if the notification is not about a consent.</param>
public sealed record Notification(
    PartnerId PartnerId, Guid Id, NotificationKind Kind, string Number, DateTime Day, DateTime DueDay, Purpose? Purpose) : Row
{
    /// <summary>How long a partner has: "without undue delay" (GDPR Art. 17(1), 19), as the notice promises members.</summary>
    public static readonly TimeSpan ActWithin = TimeSpan.FromDays(30);

    public override Key Primary => new Of(PartnerId, Id);

    public override bool IsDeletable => true;

    /// <summary>The notification of a partner; empty if the partner has no number for the member.</summary>
    public static IReadOnlyList<Row> Tell(CommandContext issue, PartnerId partner, NotificationKind kind, MembershipNumber? number, DateTime now, Purpose? purpose = null) =>
        number is null
            ? []
            : [new Notification(partner, issue.ReferenceFor(partner, $"{kind} {purpose}"), kind, number.Number, now.Date, now.Date + ActWithin, purpose)];

    public sealed record Of(PartnerId PartnerId, Guid Id) : Key<Notification>;
}
