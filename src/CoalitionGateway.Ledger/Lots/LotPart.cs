using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>Points of one term.</summary>
public readonly record struct LotPart(Term Term, long Points)
{
    /// <summary>Splits parts: the first points, and the rest.</summary>
    public static (IReadOnlyList<LotPart> First, IReadOnlyList<LotPart> Others) Split(IReadOnlyList<LotPart> parts, long points)
    {
        var (first, rest) = (new List<LotPart>(), new List<LotPart>());
        foreach (var part in parts)
        {
            var taken = Math.Min(points, part.Points);
            points -= taken;
            first.AddRange(taken > 0 ? [part with { Points = taken }] : Array.Empty<LotPart>());
            rest.AddRange(taken < part.Points ? [part with { Points = part.Points - taken }] : Array.Empty<LotPart>());
        }

        return (first, rest);
    }

    internal static void Encode(CanonicalWriter writer, LotPart part)
    {
        part.Term.Encode(writer);
        writer.Number(part.Points);
    }

    internal static LotPart Decode(CanonicalReader reader) => new(Term.Decode(reader), reader.Number());
}
