namespace CoalitionGateway.Ledger.Privacy;

/// <summary>A restriction of processing. While it exists, none of the member's data goes to any partner.</summary>
public sealed record Restriction(MemberId MemberId, RestrictionGround Ground, EventId EventId, DateTime StartTime) : Row
{
    public override Key Primary => new Of(MemberId);

    public override bool IsDeletable => true;

    /// <summary>A refusal because of this restriction.</summary>
    public Refusal Refuse(string message) => new Refusal(RefusalReason.RestrictionInForce, message).With("start_time", StartTime.ToString("O"));

    public sealed record Of(MemberId MemberId) : Key<Restriction>;
}
