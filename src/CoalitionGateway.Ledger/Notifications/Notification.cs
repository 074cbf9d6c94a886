using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Notifications;

/// <summary>
/// What a partner is to be told about a member, by the number that it knows them by. In no event: the number goes when the
/// partner has acknowledged it.
/// </summary>
/// <param name="Id">Made for this recipient alone: recipients of one event cannot join what they are told.</param>
/// <param name="Day">The day of the event, in UTC, for the same reason without a time.</param>
/// <param name="DueDay">The day by which the partner is to have acted.</param>
/// <param name="Purpose">Of the consent that ended; null where it is about none.</param>
public sealed record Notification(
    PartnerId PartnerId, Guid Id, NotificationKind Kind, string Number, DateTime Day, DateTime DueDay, Purpose? Purpose) : Row
{
    /// <summary>How long a partner has: "without undue delay" (GDPR Art. 17(1), 19), and what the notice promises members.</summary>
    public static readonly TimeSpan ActWithin = TimeSpan.FromDays(30);

    public override Key Primary => new Of(PartnerId, Id);

    public override bool IsDeletable => true;

    /// <summary>What a partner is told; nothing where it has no number for the member.</summary>
    public static IReadOnlyList<Row> Tell(CommandContext issue, PartnerId partner, NotificationKind kind, MembershipNumber? number, DateTime now, Purpose? purpose = null) =>
        number is null
            ? []
            : [new Notification(partner, issue.ReferenceFor(partner, $"{kind} {purpose}"), kind, number.Number, now.Date, now.Date + ActWithin, purpose)];

    public sealed record Of(PartnerId PartnerId, Guid Id) : Key<Notification>;
}
