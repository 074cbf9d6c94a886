using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Purchases;

/// <summary>What the rules know about a purchase.</summary>
/// <param name="Calendar">The calendar of the programme's time zone.</param>
public sealed record PurchaseFacts(PartnerId PartnerId, Money Amount, DateTime Time, PurchaseDetails? Details, Calendar Calendar)
{
    private DateOnly? _day;

    /// <summary>When the purchase is recorded.</summary>
    public DateTime RecordTime { get; init; } = Time;

    /// <summary>The tiers that the membership has or had.</summary>
    public IReadOnlyList<TierHeld> Tiers { get; init; } = [];

    /// <summary>The tier that it had when it bought; null: none.</summary>
    public TierLevel? Tier { get; init; }

    /// <summary>The end of that tier, if no points expire in it; null: points expire.</summary>
    public DateTime? PausedUntil => Tier is { PausesExpiry: true } tier
        ? Tiers.Where(held => held.TierId == tier.Id && held.FromTime <= Time && Time < held.UntilTime).Max(held => (DateTime?)held.UntilTime)
        : null;

    public IReadOnlyList<PurchaseLine> Lines => Details?.Lines ?? [];

    /// <summary>Empty: not told.</summary>
    public string Shop => Details?.Shop ?? "";

    public SalesChannel Channel => Details?.Channel ?? SalesChannel.Unspecified;

    public long PaidWithPointsMicros => Details?.PaidWithPointsMicros ?? 0;

    /// <summary>The day of the purchase.</summary>
    public DateOnly Day => _day ??= Calendar.DayOf(Time);
}
