namespace CoalitionGateway.Ledger.Compliance;

/// <summary>While it lasts, its member is not erased.</summary>
/// <param name="Id">The event that placed it.</param>
public sealed record Hold(EventId Id, MemberId MemberId, HoldGround Ground, DateTime UntilTime, DateTime PlaceTime) : Row
{
    public override Key Primary => new Of(Id);

    public override bool IsDeletable => true;

    public override IEnumerable<Key> Sets => [new ByMember(MemberId)];

    /// <summary>Refuses what the hold forbids.</summary>
    public Refusal Refuse(string message) => new Refusal(RefusalReason.ErasureHeld, message)
        .With("ground", Ground.Name()).With("until_time", UntilTime.ToString("O"));

    public sealed record Of(EventId Id) : Key<Hold>;

    public sealed record ByMember(MemberId MemberId) : SetKey<Hold>;
}
