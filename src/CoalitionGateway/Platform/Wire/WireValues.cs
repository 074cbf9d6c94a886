using CoalitionGateway.Ledger;
using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Platform.Wire;

/// <summary>Conversions of values for all mappings.</summary>
internal static class WireValues
{
    public static Timestamp ToWire(this DateTime time) => Timestamp.FromDateTime(time);

    public static V1.Money ToWire(this Money money) => new() { CurrencyCode = money.CurrencyCode, Micros = money.Micros };

    /// <summary>The time, cut to the microsecond. The time must have passed its rule.</summary>
    public static DateTime ToTime(this Timestamp time) => Clock.Truncate(new DateTimeOffset(time.ToDateTime(), TimeSpan.Zero));

    /// <summary>The amount, which must have passed its rule.</summary>
    public static Money ToMoney(this V1.Money money) => new(money.CurrencyCode, money.Micros);
}
