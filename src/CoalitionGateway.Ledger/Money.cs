using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger;

/// <summary>An amount of money in millionths of a unit of an ISO 4217 currency.</summary>
public readonly record struct Money(string CurrencyCode, long Micros)
{
    /// <summary>The largest amount: one thousand million units.</summary>
    public const long MaxMicros = 1_000_000_000_000_000;

    internal CanonicalWriter Encode(CanonicalWriter writer) => writer.Text(CurrencyCode).Number(Micros);

    internal static void Encode(CanonicalWriter writer, Money money) => money.Encode(writer);

    internal static Money Decode(CanonicalReader reader) => new(reader.Text(), reader.Number());

    internal static CanonicalWriter EncodeOptional(CanonicalWriter writer, Money? money)
    {
        writer.Flag(money is not null);
        return money?.Encode(writer) ?? writer;
    }

    internal static Money? DecodeOptional(CanonicalReader reader) => reader.Flag() ? Decode(reader) : null;
}

/// <summary>Points are whole numbers, never floating-point numbers.</summary>
public static class Points
{
    /// <summary>The largest number of points that one command may move.</summary>
    public const long MaxPerCommand = 1_000_000_000_000;
}
