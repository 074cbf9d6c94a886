using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;

namespace CoalitionGateway.Ledger.Privacy;

/// <summary>A membership, the number by which its partner knows the member, and whether the partner ever had a consent.</summary>
public sealed record Recipient(Membership Membership, PartnerId PartnerId, MembershipNumber? Number, bool WasGivenConsent)
{
    /// <summary>All partners that know a member.</summary>
    public static IReadOnlyList<Recipient> All(WorkingState rows, MemberId member)
    {
        var given = rows.FindAll(new Consent.ByMember(member)).Where(consent => consent.GiveTime is not null).Select(consent => consent.PartnerId).ToHashSet();
        return [.. Addressee.All(rows, member).Select(found => new Recipient(found.Membership, found.PartnerId, found.Number, given.Contains(found.PartnerId)))];
    }
}

internal static class Recipients
{
    /// <summary>The notifications to the partners that may have received data.</summary>
    public static IReadOnlyList<Row> Told(this IEnumerable<Recipient> recipients, CommandContext context, NotificationKind kind, DateTime now) =>
        recipients.Where(found => found.WasGivenConsent).All(context, kind, now);

    /// <summary>The notifications to the partners that have a number for the member.</summary>
    public static IReadOnlyList<Row> All(this IEnumerable<Recipient> recipients, CommandContext context, NotificationKind kind, DateTime now) =>
        [.. recipients.SelectMany(found => Notification.Tell(context, found.PartnerId, kind, found.Number, now))];
}
