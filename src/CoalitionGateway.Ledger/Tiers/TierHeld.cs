namespace CoalitionGateway.Ledger.Tiers;

/// <summary>A tier that a membership reached, and the time for which it has the tier.</summary>
/// <param name="FromTime">The time of the purchase that reached it. Later purchases earn in the tier.</param>
public sealed record TierHeld(MembershipId MembershipId, string TierId, DateTime FromTime, DateTime UntilTime) : Row
{
    public override Key Primary => new Of(MembershipId, TierId, FromTime);

    public override IEnumerable<Key> Sets => [new ByMembership(MembershipId)];

    public override bool IsDeletable => true;

    public sealed record Of(MembershipId MembershipId, string TierId, DateTime FromTime) : Key<TierHeld>;

    /// <summary>All tiers that a membership has or had.</summary>
    public sealed record ByMembership(MembershipId MembershipId) : SetKey<TierHeld>;
}
