namespace CoalitionGateway.Ledger.Compliance;

/// <summary>A hold on a member's data. The member is not erased while the hold lasts.</summary>
/// <param name="Id">The event that placed the hold.</param>
public sealed record Hold(EventId Id, MemberId MemberId, HoldGround Ground, DateTime UntilTime, DateTime PlaceTime) : Row
{
    public override Key Primary => new Of(Id);

    public override bool IsDeletable => true;

    public override IEnumerable<Key> Sets => [new ByMember(MemberId)];

    /// <summary>The refusal of an erasure because of this hold.</summary>
    public Refusal Refuse(string message) => new Refusal(RefusalReason.ErasureHeld, message)
        .With("ground", Ground.Name()).With("until_time", UntilTime.ToString("O"));

    public sealed record Of(EventId Id) : Key<Hold>;

    public sealed record ByMember(MemberId MemberId) : SetKey<Hold>;
}
