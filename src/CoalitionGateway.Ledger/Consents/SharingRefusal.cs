namespace CoalitionGateway.Ledger.Consents;

/// <summary>The member refused all sharing. Earlier consents permit nothing, and no partner may ask for a new one.</summary>
/// <param name="LogIndex">The refusal's place in the log. Consents given before this place permit nothing.</param>
public sealed record SharingRefusal(MemberId MemberId, RefusalSignal Signal, EventId EventId, DateTime RefuseTime, long LogIndex) : Row
{
    public override Key Primary => new Of(MemberId);

    public override bool IsDeletable => true;

    public sealed record Of(MemberId MemberId) : Key<SharingRefusal>;
}
