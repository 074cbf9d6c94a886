using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.Wire;

/// <summary>What points are worth.</summary>
internal static class WorthMapping
{
    /// <summary>The value of points in money, negative like the points, cut at the largest amount of money.</summary>
    public static V1.Money Worth(long points, Money pointValue) =>
        new Money(pointValue.CurrencyCode, (long)Int128.Clamp((Int128)points * pointValue.Micros, -Money.MaxMicros, Money.MaxMicros)).ToWire();
}
