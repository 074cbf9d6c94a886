using System.Numerics;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Programmes;

/// <summary>How purchases at a brand earn points of a programme.</summary>
/// <param name="Rates">One for each currency, in the order of the codes.</param>
/// <param name="Rounding">The rounding of a purchase's exact points, once a purchase.</param>
/// <param name="Categories">The categories that earn more or less than the rate, in the order of their names.</param>
/// <param name="AcceptDays">A purchase that is older is refused. 0: no limit.</param>
public sealed record Terms(IReadOnlyList<Rate> Rates, Rounding Rounding, IReadOnlyList<CategoryFactor> Categories, long AcceptDays)
{
    private const long _wholePercent = 100;

    /// <summary>Whether members can pay with points of the programme at the brand, if it is not the programme's own brand.</summary>
    public bool AcceptsPoints { get; init; }

    public Rate? RateFor(string currencyCode)
    {
        foreach (var rate in Rates)
        {
            if (rate.Spend.CurrencyCode == currencyCode)
            {
                return rate;
            }
        }

        return null;
    }

    /// <summary>The points for an amount without lines; null if they exceed <see cref="Ledger.Points.MaxPerCommand"/>.</summary>
    public long? PointsFor(Money amount)
    {
        var rate = RateFor(amount.CurrencyCode)!;

        // The product of the largest amount and the largest rate is below 2^127.
        return amount.Micros < rate.MinimumMicros ? 0 : Rounded(
            rate.WholeSpendOnly ? (Int128)(amount.Micros / rate.Spend.Micros * rate.Spend.Micros) * rate.Points : (Int128)amount.Micros * rate.Points, rate.Spend.Micros);
    }

    /// <summary>
    /// The points for a purchase with lines or with a part that points paid; null if they exceed
    /// <see cref="Ledger.Points.MaxPerCommand"/>. What points paid earns nothing: each line earns in proportion to the rest.
    /// </summary>
    /// <param name="lines">The category and the amount of each line. Empty: the whole amount, without a category.</param>
    public long? PointsFor(Money amount, IReadOnlyList<(string Category, long Micros)> lines, long paidWithPointsMicros)
    {
        var rate = RateFor(amount.CurrencyCode)!;
        if (amount.Micros < rate.MinimumMicros)
        {
            return 0;
        }

        // At most 200 lines of 10^15 micros, weighed with 10,000 percent: far below 2^127.
        var weighed = (Int128)amount.Micros * _wholePercent;
        if (lines.Count > 0)
        {
            weighed = 0;
            foreach (var (category, micros) in lines)
            {
                weighed += (Int128)micros * FactorOf(category);
            }
        }

        weighed = Int128.Max(0, weighed);
        if (paidWithPointsMicros == 0)
        {
            var spend = (Int128)_wholePercent * rate.Spend.Micros;
            return rate.WholeSpendOnly ? Rounded(weighed / spend * rate.Points, 1) : Rounded(weighed * rate.Points, spend);
        }

        var earning = (BigInteger)weighed * (amount.Micros - paidWithPointsMicros);
        var unit = (BigInteger)_wholePercent * amount.Micros * rate.Spend.Micros;
        return rate.WholeSpendOnly ? Rounded(earning / unit * rate.Points, BigInteger.One) : Rounded(earning * rate.Points, unit);
    }

    /// <summary>The terms as a row stores them.</summary>
    public byte[] ToBytes()
    {
        var writer = new CanonicalWriter();
        Encode(writer);
        return writer.ToArray();
    }

    /// <summary>Reads the bytes that <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="FormatException">The bytes are no terms.</exception>
    public static Terms Of(byte[] bytes) => new CanonicalReader(bytes).Whole(Decode);

    internal void Encode(CanonicalWriter writer) => writer
        .List(Rates, Rate.Encode).Number((int)Rounding)
        .List(Categories, static (w, found) => w.Text(found.Category).Number(found.FactorPercent))
        .Number(AcceptDays).Flag(AcceptsPoints);

    internal static Terms Decode(CanonicalReader reader) => new(
        reader.List(Rate.Decode), reader.Value<Rounding>(),
        reader.List(static r => new CategoryFactor(r.Text(), r.Number())), reader.Number()) { AcceptsPoints = reader.Flag() };

    private long FactorOf(string category)
    {
        foreach (var found in Categories)
        {
            if (found.Category == category)
            {
                return found.FactorPercent;
            }
        }

        return _wholePercent;
    }

    private long? Rounded(BigInteger exact, BigInteger unit)
    {
        var whole = BigInteger.DivRem(exact, unit, out var rest);
        return IsUp(rest.IsZero, rest * 2 >= unit) ? Bounded(whole + 1) : Bounded(whole);
    }

    private long? Rounded(Int128 exact, Int128 unit)
    {
        var (whole, rest) = Int128.DivRem(exact, unit);
        var points = IsUp(rest == 0, rest * 2 >= unit) ? whole + 1 : whole;
        return points <= Points.MaxPerCommand ? (long)points : null;
    }

    private bool IsUp(bool isExact, bool isHalf) => Rounding switch
    {
        Rounding.Down => false,
        Rounding.Nearest => isHalf && !isExact,
        _ => !isExact,
    };

    private static long? Bounded(BigInteger points) => points <= Points.MaxPerCommand ? (long)points : null;
}
