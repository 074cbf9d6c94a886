namespace CoalitionGateway.Ledger.Members;

/// <summary>A member was referred by another member of the programme and has not bought yet.</summary>
public sealed record Referral(MembershipId MembershipId, MembershipId ReferrerId, DateTime EnrollTime) : Row
{
    public override Key Primary => new Of(MembershipId);

    public override bool IsDeletable => true;

    public sealed record Of(MembershipId MembershipId) : Key<Referral>;
}
