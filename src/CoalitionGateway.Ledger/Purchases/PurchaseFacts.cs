using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Purchases;

/// <summary>What the rules know about a purchase.</summary>
/// <param name="Calendar">The calendar of the programme's time zone.</param>
public sealed record PurchaseFacts(PartnerId PartnerId, Money Amount, DateTime Time, PurchaseDetails? Details, Calendar Calendar)
{
    public IReadOnlyList<PurchaseLine> Lines => Details?.Lines ?? [];

    public SalesChannel Channel => Details?.Channel ?? SalesChannel.Unspecified;

    public long PaidWithPointsMicros => Details?.PaidWithPointsMicros ?? 0;

    /// <summary>The day of the purchase.</summary>
    public DateOnly Day => Calendar.DayOf(Time);
}
