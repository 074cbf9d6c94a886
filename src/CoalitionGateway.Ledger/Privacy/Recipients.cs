using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Privacy;

/// <summary>A membership of a member, the number that its partner knows it by, and the consent that the partner ever had.</summary>
public sealed record Recipient(Membership Membership, PartnerId PartnerId, MembershipNumber? Number, bool WasGivenConsent)
{
    /// <summary>All partners that know a member.</summary>
    public static IReadOnlyList<Recipient> All(WorkingState rows, MemberId member)
    {
        var given = rows.FindAll(new Consent.ByMember(member)).Where(consent => consent.GiveTime is not null).Select(consent => consent.PartnerId).ToHashSet();
        return
        [
            .. from membership in rows.FindAll(new Membership.ByMember(member))
               let programme = rows.Find(new Programme.Of(membership.ProgrammeId))
               let number = rows.Find(new MembershipNumber.OfMembership(membership.Id))
               where programme is not null
               orderby membership.Id.Value
               select new Recipient(membership, programme.PartnerId, number, given.Contains(programme.PartnerId)),
        ];
    }
}

internal static class Recipients
{
    /// <summary>What the partners are to be told that may have received data.</summary>
    public static IReadOnlyList<Row> Told(this IEnumerable<Recipient> recipients, Event made, NotificationKind kind) =>
        [.. recipients.Where(found => found.WasGivenConsent).Select(found => found.Tell(made, kind)).OfType<Row>()];

    public static Notification? Tell(this Recipient recipient, Event made, NotificationKind kind) =>
        recipient.Number is { } number ? new Notification(recipient.PartnerId, made.Id, kind, number.Number, made.Time) : null;
}
