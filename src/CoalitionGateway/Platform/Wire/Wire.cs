using CoalitionGateway.Ledger;
using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Platform.Wire;

/// <summary>Values that every mapping writes.</summary>
internal static class Wire
{
    public static Timestamp ToWire(this DateTime time) => Timestamp.FromDateTime(time);

    public static V1.Money ToWire(this Money money) => new() { CurrencyCode = money.CurrencyCode, Micros = money.Micros };
}
