using System.Globalization;
using System.Text.RegularExpressions;
using CoalitionGateway.V1;

namespace CoalitionGateway.Tests.Rules;

/// <summary>
/// What the page writes in the column "buys or returns": "3.50 EUR", "2 coffee 7.00 EUR + bread 4.20 EUR, 2.00 EUR with
/// points, in the app, at `brand`", "in shop north", "returns 2", "returns 1.00 EUR of 2", "does review" or "activates winter".
/// </summary>
internal static partial class TillEntry
{
    private const int _micros = 1_000_000;
    private const int _thousandths = 1000;

    public static RecordPurchaseRequest Purchase(string entry)
    {
        var words = entry.Split(", ");
        var parts = words[0].Split(" + ").Select(part => Part().Match(part) is { Success: true } found ? found : throw new FormatException($"'{part}' is no part of a purchase.")).ToArray();
        var purchase = new RecordPurchaseRequest
        {
            Amount = new Money { CurrencyCode = parts[0].Groups["currency"].Value, Micros = parts.Sum(part => Micros(part.Groups["amount"].Value)) },
        };
        if (parts.Length > 1 || parts[0].Groups["category"].Success)
        {
            purchase.Lines.AddRange(parts.Select(Line));
        }

        foreach (var word in words.Skip(1).Where(word => !At().IsMatch(word)))
        {
            switch (word)
            {
                case "in the app": purchase.Channel = SalesChannel.App; break;
                case "in the shop": purchase.Channel = SalesChannel.Store; break;
                case var _ when Shop().Match(word) is { Success: true } shop: purchase.Shop = shop.Groups["shop"].Value; break;
                case var _ when Points().Match(word) is { Success: true } paid: purchase.PaidWithPointsMicros = Micros(paid.Groups["amount"].Value); break;
                default: throw new FormatException($"'{word}' says nothing about a purchase.");
            }
        }

        return purchase;
    }

    /// <summary>The brand that a purchase names; null if it names none.</summary>
    public static string? BrandOf(string entry) => At().Match(entry) is { Success: true } found ? found.Groups["brand"].Value : null;

    /// <summary>The row whose purchase is returned, and the amount; null without an amount. Null if the entry is no return.</summary>
    public static (string Row, Money? Amount)? Return(string entry) => Returned().Match(entry) is not { Success: true } found
        ? null
        : (found.Groups["row"].Value, found.Groups["amount"].Success
            ? new Money { CurrencyCode = found.Groups["currency"].Value, Micros = Micros(found.Groups["amount"].Value) }
            : null);

    /// <summary>The activity that an entry names; null if it is none.</summary>
    public static string? ActivityOf(string entry) => Activity().Match(entry) is { Success: true } found ? found.Groups["activity"].Value : null;

    /// <summary>The campaign that an entry activates; null if it activates none.</summary>
    public static string? ActivationOf(string entry) => Activation().Match(entry) is { Success: true } found ? found.Groups["campaign"].Value : null;

    private static PurchaseLine Line(Match part) => new()
    {
        Category = part.Groups["category"].Value,
        QuantityThousandths = part.Groups["count"].Success ? _thousandths * long.Parse(part.Groups["count"].Value, CultureInfo.InvariantCulture) : 0,
        AmountMicros = Micros(part.Groups["amount"].Value),
    };

    private static long Micros(string amount) => (long)(decimal.Parse(amount, CultureInfo.InvariantCulture) * _micros);

    [GeneratedRegex(@"^((?<count>\d+) )?((?<category>[a-z-]+) )?(?<amount>-?\d+(\.\d+)?) (?<currency>[A-Z]{3})$")]
    private static partial Regex Part();

    [GeneratedRegex(@"\bat `(?<brand>[\w-]+)`$")]
    private static partial Regex At();

    [GeneratedRegex(@"^(?<amount>\d+(\.\d+)?) [A-Z]{3} with points$")]
    private static partial Regex Points();

    [GeneratedRegex(@"^in shop (?<shop>\w+)$")]
    private static partial Regex Shop();

    [GeneratedRegex("^activates (?<campaign>[a-z-]+)$")]
    private static partial Regex Activation();

    [GeneratedRegex("^does (?<activity>[a-z-]+)$")]
    private static partial Regex Activity();

    [GeneratedRegex(@"^returns ((?<amount>\d+(\.\d+)?) (?<currency>[A-Z]{3}) of )?(?<row>\d+)$")]
    private static partial Regex Returned();
}
