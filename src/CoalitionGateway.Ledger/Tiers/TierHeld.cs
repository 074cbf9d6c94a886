using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Tiers;

/// <summary>A tier that a membership reached, and the time for which it has the tier.</summary>
/// <param name="FromTime">
/// The time of the latest purchase that had counted by then, also if it was returned since. Purchases from this time on earn in
/// the tier.
/// </param>
public sealed record TierHeld(MembershipId MembershipId, string TierId, DateTime FromTime, DateTime UntilTime) : Row
{
    public override Key Primary => new Of(MembershipId, TierId, FromTime);

    public override IEnumerable<Key> Sets => [new ByMembership(MembershipId)];

    public override bool IsDeletable => true;

    public sealed record Of(MembershipId MembershipId, string TierId, DateTime FromTime) : Key<TierHeld>;

    /// <summary>All tiers that a membership has or had.</summary>
    public sealed record ByMembership(MembershipId MembershipId) : SetKey<TierHeld>;
}

/// <summary>A tier that a membership reached at a time.</summary>
public readonly record struct TierOf(MembershipId MembershipId, string TierId, DateTime FromTime)
{
    internal void Encode(CanonicalWriter writer) => writer.Uuid(MembershipId.Value).Text(TierId).Time(FromTime);

    internal static TierOf Decode(CanonicalReader reader) => new(new MembershipId(reader.Uuid()), reader.Text(), reader.Time());
}
