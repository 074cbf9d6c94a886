namespace CoalitionGateway.Ledger.Compliance;

/// <summary>A breach of personal data at a partner or at the coalition, and the time of its notification.</summary>
/// <param name="Id">The event that reported the breach.</param>
/// <param name="PartnerId">The partner where the breach happened. Null: the coalition itself.</param>
/// <param name="FromTime">The first affected data was received at this time or later.</param>
/// <param name="ToTime">The affected data was received before this time.</param>
/// <param name="AwareTime">When the coalition became aware of the breach. The 72 hours start then (GDPR Art. 33(1)).</param>
public sealed record Breach(
    EventId Id, PartnerId? PartnerId, DateTime FromTime, DateTime ToTime, DateTime AwareTime, DateTime? NotifyTime) : Row
{
    /// <summary>The time limit for the notification of the supervisory authority.</summary>
    public static readonly TimeSpan NotifyWithin = TimeSpan.FromHours(72);

    public override Key Primary => new Of(Id);

    public DateTime DueTime => AwareTime + NotifyWithin;

    public sealed record Of(EventId Id) : Key<Breach>;
}
