using System.Globalization;
using CoalitionGateway.V1;

namespace CoalitionGateway.Cli.Replay;

/// <summary>What a row tells beside its amount.</summary>
/// <param name="Product">Empty: not told.</param>
/// <param name="Category">The category's name as rules write it; empty: none.</param>
/// <param name="QuantityThousandths">0: not told.</param>
internal sealed record RowDetails(string Product, string Category, long QuantityThousandths, SalesChannel Channel)
{
    private const int _longestName = 64;
    private const int _thousandths = 1000;
    private const int _largestQuantity = 1_000_000;

    /// <summary>Whether the purchase has a line. A channel alone needs none.</summary>
    public bool HasLine => Product.Length > 0 || Category.Length > 0 || QuantityThousandths != 0;

    /// <summary>The details, or the problem with them. Both are null if the row tells none.</summary>
    /// <param name="field">The text of a column; empty if there is no such column.</param>
    /// <param name="isRefund">Whether the amount is negative. The quantity may be negative then.</param>
    public static (RowDetails? Details, string? Problem) Read(Func<string, string> field, bool isRefund)
    {
        var (product, named, counted, where) = (field("product"), field("category"), field("quantity"), field("channel"));
        if (product.Length + named.Length + counted.Length + where.Length == 0)
        {
            return (null, null);
        }

        var category = NameOf(named);
        if (category.Length > _longestName || category.Length == 0 != (named.Length == 0))
        {
            return (null, $"category '{PurchaseFile.Shown(named)}' makes no name: 1 to {_longestName} characters of a-z, 0-9, '-', '_', '.' and '/'");
        }

        if (counted.Length > 0 && QuantityOf(counted, isRefund) == 0)
        {
            return (null, $"quantity '{PurchaseFile.Shown(counted)}' is no number above 0, up to {_largestQuantity}, with three decimals at most");
        }

        return where.ToLowerInvariant() switch
        {
            "" => Found(SalesChannel.Unspecified),
            "store" => Found(SalesChannel.Store),
            "web" => Found(SalesChannel.Web),
            "app" => Found(SalesChannel.App),
            _ => (null, $"channel '{PurchaseFile.Shown(where)}' is not store, web or app"),
        };

        (RowDetails? Details, string? Problem) Found(SalesChannel channel) => (new RowDetails(product, category, QuantityOf(counted, isRefund), channel), null);
    }

    /// <summary>The purchase's only line.</summary>
    public PurchaseLine Line(long micros) =>
        new() { Product = Product, Category = Category, QuantityThousandths = QuantityThousandths, AmountMicros = micros };

    /// <summary>A category's name: small letters, and "-" instead of characters that names do not have. "Vehicle Fuel" becomes "vehicle-fuel".</summary>
    public static string NameOf(string category)
    {
        var small = category.ToLowerInvariant();
        return small.All(IsOfNames) ? small : string.Join('-', Words(small));
    }

    private static IEnumerable<string> Words(string text) =>
        new string([.. text.Select(letter => IsOfNames(letter) ? letter : ' ')])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('-')).Where(word => word.Length > 0);

    private static bool IsOfNames(char letter) => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_' or '.' or '/';

    /// <summary>The quantity in thousandths; 0 if the text is none.</summary>
    private static long QuantityOf(string text, bool mayBeNegative) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var quantity)
        && Math.Abs(quantity) <= _largestQuantity && quantity * _thousandths % 1 == 0 && (quantity > 0 || mayBeNegative)
            ? (long)(quantity * _thousandths)
            : 0;
}
