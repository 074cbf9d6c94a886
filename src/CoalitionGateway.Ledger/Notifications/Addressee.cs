using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Notifications;

/// <summary>A partner in whose programme a member is, and the number by which the partner knows them.</summary>
public sealed record Addressee(Membership Membership, PartnerId PartnerId, MembershipNumber? Number)
{
    /// <summary>All partners that know a member.</summary>
    public static IEnumerable<Addressee> All(WorkingState rows, MemberId member) =>
        from membership in rows.FindAll(new Membership.ByMember(member))
        let programme = rows.Find(new Programme.Of(membership.ProgrammeId))
        let number = rows.Find(new MembershipNumber.OfMembership(membership.Id))
        where programme is not null
        orderby membership.Id.Value
        select new Addressee(membership, programme.PartnerId, number);
}
