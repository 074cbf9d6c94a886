using CoalitionGateway.Ledger;
using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Platform.Wire;

/// <summary>Values that every mapping reads or writes.</summary>
internal static class WireValues
{
    public static Timestamp ToWire(this DateTime time) => Timestamp.FromDateTime(time);

    public static V1.Money ToWire(this Money money) => new() { CurrencyCode = money.CurrencyCode, Micros = money.Micros };

    /// <summary>A time that holds to its rule, to the microsecond.</summary>
    public static DateTime ToTime(this Timestamp time) => Clock.Truncate(new DateTimeOffset(time.ToDateTime(), TimeSpan.Zero));

    /// <summary>An amount that holds to its rule.</summary>
    public static Money ToMoney(this V1.Money money) => new(money.CurrencyCode, money.Micros);
}
