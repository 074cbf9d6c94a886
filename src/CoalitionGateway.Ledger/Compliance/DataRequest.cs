namespace CoalitionGateway.Ledger.Compliance;

/// <summary>What a member asked for, by letter or by a person's help, and until when it is to be answered.</summary>
/// <param name="Id">The event that opened it.</param>
/// <param name="ReceiveTime">When it reached the coalition: its time runs from then.</param>
/// <param name="DueTime">One month after, three if extended (GDPR Art. 12(3)).</param>
public sealed record DataRequest(
    EventId Id, MemberId MemberId, DataRight Kind, DateTime ReceiveTime, DateTime DueTime,
    ExtensionReason? Extension, RequestOutcome? Outcome, DateTime? CloseTime) : Row
{
    public override Key Primary => new Of(Id);

    public sealed record Of(EventId Id) : Key<DataRequest>;
}
