namespace CoalitionGateway.Ledger.Consents;

/// <summary>The member refused all sharing: no consent given before permits anything, and nobody asks for one.</summary>
/// <param name="LogIndex">Its place in the log: consents that were given before it permit nothing.</param>
public sealed record SharingRefusal(MemberId MemberId, RefusalSignal Signal, EventId EventId, DateTime RefuseTime, long LogIndex) : Row
{
    public override Key Primary => new Of(MemberId);

    public override bool IsDeletable => true;

    public sealed record Of(MemberId MemberId) : Key<SharingRefusal>;
}
