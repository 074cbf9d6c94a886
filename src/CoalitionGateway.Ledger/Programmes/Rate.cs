using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Programmes;

/// <summary>The points for purchases in one currency.</summary>
/// <param name="Points">The points for each <paramref name="Spend"/>: 1 to 1,000,000.</param>
/// <param name="MinimumMicros">A purchase of less earns nothing.</param>
/// <param name="WholeSpendOnly">Whether only each whole <paramref name="Spend"/> earns, and never a part of it.</param>
public sealed record Rate(long Points, Money Spend, long MinimumMicros = 0, bool WholeSpendOnly = false)
{
    internal static void Encode(CanonicalWriter writer, Rate rate) =>
        rate.Spend.Encode(writer.Number(rate.Points)).Number(rate.MinimumMicros).Flag(rate.WholeSpendOnly);

    internal static Rate Decode(CanonicalReader reader)
    {
        var points = reader.Number();
        return new Rate(points, Money.Decode(reader), reader.Number(), reader.Flag());
    }
}

/// <summary>How much the lines of one product category earn.</summary>
/// <param name="FactorPercent">100: as without the rule; 200: double; 0: nothing. 0 to 10,000.</param>
public sealed record CategoryFactor(string Category, long FactorPercent);
