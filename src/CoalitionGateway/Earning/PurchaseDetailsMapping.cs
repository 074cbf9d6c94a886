using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Platform.Contract;

namespace CoalitionGateway.Earning;

/// <summary>What a partner tells about a purchase beside its amount.</summary>
internal static class PurchaseDetailsMapping
{
    /// <summary>The quantity of one piece, in thousandths.</summary>
    public const long OnePiece = 1000;

    public static IReadOnlyList<PurchaseLine> Read(IReadOnlyList<V1.PurchaseLine> lines) => lines.Count == 0
        ? []
        : [.. lines.Select(line => new PurchaseLine(line.Product, line.Category, QuantityOf(line), line.AmountMicros))];

    /// <summary>An article without a quantity is one piece, and a discount is none.</summary>
    private static long QuantityOf(V1.PurchaseLine line) => line.QuantityThousandths == 0 && line.AmountMicros >= 0 ? OnePiece : line.QuantityThousandths;

    /// <summary>The details; null if nothing was told.</summary>
    /// <param name="amount">The amount of the purchase.</param>
    /// <param name="details">The details as they were sent.</param>
    /// <param name="path">The place of the fields in the request.</param>
    /// <exception cref="InvalidFieldsException">The lines or the part paid with points do not fit the amount.</exception>
    public static PurchaseDetails? Read(V1.Money amount, PurchaseDetails details, string path)
    {
        if (details is { Lines.Count: 0, Shop.Length: 0, Till.Length: 0, Channel: SalesChannel.Unspecified, PaidWithPointsMicros: 0 })
        {
            return null;
        }

        InvalidFieldsException.Unless(
            (details.Lines.Count == 0 || details.TotalMicros == amount.Micros, $"{path}lines", $"add up to {details.TotalMicros} micros, and the amount is {amount.Micros}; send all lines, discounts as negative ones."),
            (details.PaidWithPointsMicros <= amount.Micros, $"{path}paid_with_points_micros", $"must be at most the amount, {amount.Micros}."));
        return details;
    }

    public static V1.PurchaseLine ToWire(PurchaseLine line) => new()
    {
        Product = line.Product,
        Category = line.Category,
        QuantityThousandths = line.QuantityThousandths,
        AmountMicros = line.AmountMicros,
    };
}
