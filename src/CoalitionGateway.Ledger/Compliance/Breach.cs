namespace CoalitionGateway.Ledger.Compliance;

/// <summary>A breach of personal data at a partner, or at the coalition itself, and when the authority was told.</summary>
/// <param name="Id">The event that reported it.</param>
/// <param name="PartnerId">Where; null: at the coalition.</param>
/// <param name="FromTime">What was received from this time on is concerned.</param>
/// <param name="ToTime">What was received before this time is concerned.</param>
/// <param name="AwareTime">When the coalition became aware of it: 72 hours run from then (GDPR Art. 33(1)).</param>
public sealed record Breach(
    EventId Id, PartnerId? PartnerId, DateTime FromTime, DateTime ToTime, DateTime AwareTime, DateTime? NotifyTime) : Row
{
    /// <summary>How long there is to tell the supervisory authority.</summary>
    public static readonly TimeSpan NotifyWithin = TimeSpan.FromHours(72);

    public override Key Primary => new Of(Id);

    public DateTime DueTime => AwareTime + NotifyWithin;

    public sealed record Of(EventId Id) : Key<Breach>;
}
