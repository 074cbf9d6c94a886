namespace CoalitionGateway.Ledger.Compliance;

/// <summary>A member's request that came by letter or through a person, and its deadline.</summary>
/// <param name="Id">The event that opened the request.</param>
/// <param name="ReceiveTime">When the request reached the coalition. The deadline counts from then.</param>
/// <param name="DueTime">One month after the receive time, or three months if extended (GDPR Art. 12(3)).</param>
public sealed record DataRequest(
    EventId Id, MemberId MemberId, DataRight Kind, DateTime ReceiveTime, DateTime DueTime,
    ExtensionReason? Extension, RequestOutcome? Outcome, DateTime? CloseTime) : Row
{
    public override Key Primary => new Of(Id);

    public sealed record Of(EventId Id) : Key<DataRequest>;
}
