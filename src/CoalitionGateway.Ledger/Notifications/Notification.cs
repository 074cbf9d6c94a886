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
/// <param name="Points">The points that expire; 0 if it is not about that.</param>
/// <param name="LastDay">The last day of the points or the tier, in the programme's time zone; null if it is not about these.</param>
/// <param name="TierId">The tier that ends; empty if it is not about that.</param>
public sealed record Notification(
    PartnerId PartnerId, Guid Id, NotificationKind Kind, string Number, DateTime Day, DateTime DueDay, Purpose? Purpose,
    long Points = 0, DateTime? LastDay = null, string TierId = "") : Row
{
    /// <summary>How long a partner has: "without undue delay" (GDPR Art. 17(1), 19), as the notice promises members.</summary>
    public static readonly TimeSpan ActWithin = TimeSpan.FromDays(30);

    public override Key Primary => new Of(PartnerId, Id);

    public override bool IsDeletable => true;

    public override IEnumerable<Key> Sets => [new ByNumber(PartnerId, Number)];

    /// <summary>Whether it is of no use once the member is gone.</summary>
    public bool IsReminder => Kind is NotificationKind.PointsExpire or NotificationKind.TierEnds or NotificationKind.NewStartBegun;

    /// <summary>The notification of a partner; empty if the partner has no number for the member.</summary>
    /// <param name="due">The day by which the partner must have acted; null: <see cref="ActWithin"/>.</param>
    public static IReadOnlyList<Row> Tell(
        CommandContext context, PartnerId partner, NotificationKind kind, MembershipNumber? number, DateTime now, Purpose? purpose = null, DateTime? due = null) =>
        number is null
            ? []
            : [new Notification(partner, context.ReferenceFor(partner, $"{kind} {purpose}"), kind, number.Number, now.Date, due ?? (now.Date + ActWithin), purpose)];

    /// <summary>The reminder of a partner; empty if the partner has no number for the member.</summary>
    public static IReadOnlyList<Row> Remind(
        CommandContext context, PartnerId partner, NotificationKind kind, MembershipNumber? number, DateTime now, DateTime end, DateTime lastDay, long points, string tierId) =>
        number is null
            ? []
            : [new Notification(partner, context.ReferenceFor(partner, $"{kind} {end:O}"), kind, number.Number, now.Date, lastDay, null, points, lastDay, tierId)];

    public sealed record Of(PartnerId PartnerId, Guid Id) : Key<Notification>;

    public sealed record ByNumber(PartnerId PartnerId, string Number) : SetKey<Notification>;
}
