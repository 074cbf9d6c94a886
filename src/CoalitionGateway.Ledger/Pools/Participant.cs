namespace CoalitionGateway.Ledger.Pools;

/// <summary>A membership that is in a pool or invited to it.</summary>
/// <param name="InvitationExpireTime">Set while the member is invited; null once the member is in the pool.</param>
public sealed record Participant(PoolId PoolId, MembershipId MembershipId, ParticipantId Id, DateTime? InvitationExpireTime) : Row
{
    public override Key Primary => new Of(PoolId, MembershipId);

    public override bool IsDeletable => true;

    public override IEnumerable<Key> Sets => [new ByPool(PoolId), new ByMembership(MembershipId)];

    public bool IsActive => InvitationExpireTime is null;

    /// <summary>Whether the place is taken by a member or by an unexpired invitation.</summary>
    public bool HoldsPlace(DateTime now) => InvitationExpireTime is null || InvitationExpireTime > now;

    public sealed record Of(PoolId PoolId, MembershipId MembershipId) : Key<Participant>;

    public sealed record ByPool(PoolId PoolId) : SetKey<Participant>;

    public sealed record ByMembership(MembershipId MembershipId) : SetKey<Participant>;
}
