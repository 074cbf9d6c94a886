using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Purchases;

/// <summary>Where a member bought. The numbers match the contract's.</summary>
public enum SalesChannel
{
    /// <summary>The partner did not say.</summary>
    Unspecified = 0,
    Store = 1,
    Web = 2,
    App = 3,
}

/// <summary>What the partner told about a purchase beside its amount.</summary>
/// <param name="Lines">Empty: the partner told the total alone.</param>
/// <param name="Shop">Empty: not told.</param>
/// <param name="Till">Empty: not told.</param>
/// <param name="PaidWithPointsMicros">The part of the amount that was paid with points. It earns nothing.</param>
public sealed record PurchaseDetails(IReadOnlyList<PurchaseLine> Lines, string Shop, string Till, SalesChannel Channel, long PaidWithPointsMicros)
{
    /// <summary>The sum of the lines.</summary>
    public long TotalMicros => Lines.Sum(line => line.AmountMicros);

    internal static void Encode(CanonicalWriter writer, PurchaseDetails? details)
    {
        writer.Flag(details is not null);
        if (details is not null)
        {
            writer.List(details.Lines, static (w, line) => w.Text(line.Product).Text(line.Category).Number(line.QuantityThousandths).Number(line.AmountMicros))
                .Text(details.Shop).Text(details.Till).Number((int)details.Channel).Number(details.PaidWithPointsMicros);
        }
    }

    internal static PurchaseDetails? Decode(CanonicalReader reader) => reader.Flag()
        ? new PurchaseDetails(
            reader.List(static r => new PurchaseLine(r.Text(), r.Text(), r.Number(), r.Number())),
            reader.Text(), reader.Text(), reader.Value<SalesChannel>(), reader.Number())
        : null;
}

/// <summary>One line of a receipt.</summary>
/// <param name="Product">Empty: not told.</param>
/// <param name="Category">Empty: none.</param>
/// <param name="QuantityThousandths">The quantity: 1000 is one piece, one kilogram or one litre.</param>
/// <param name="AmountMicros">Negative for a discount or a returned article.</param>
public sealed record PurchaseLine(string Product, string Category, long QuantityThousandths, long AmountMicros)
{
    /// <summary>The whole units of some lines together; 0 if there are less than none.</summary>
    public static long UnitsOf(IEnumerable<PurchaseLine> lines) => Math.Max(0, lines.Sum(line => line.QuantityThousandths) / 1000);
}
