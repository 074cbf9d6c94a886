using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace CoalitionGateway.Tests.Cli;

/// <summary>The expected totals of a brand's rows.</summary>
internal sealed record ExpectedBrand(string Brand, long Purchases, long Refunds, long Members, long Earned, long Reversed);

/// <summary>
/// Counts a purchase file again, using only the rules of the file and of the replay. It shares no code with the product.
/// </summary>
internal sealed class Recount
{
    private readonly Dictionary<string, (long Purchases, long Refunds, decimal Earned, decimal Reversed)> _brands = [];
    private readonly Dictionary<(string Brand, string Card), long> _net = [];

    public long Rows { get; private set; }

    public long Accepted { get; private set; }

    /// <summary>Points held less points owed, by brand and card.</summary>
    public IReadOnlyDictionary<(string Brand, string Card), long> Net => _net;

    public ExpectedBrand[] Brands =>
    [
        .. _brands.OrderBy(brand => brand.Key, StringComparer.Ordinal).Select(brand => new ExpectedBrand(
            brand.Key, brand.Value.Purchases, brand.Value.Refunds, _net.Keys.Count(key => key.Brand == brand.Key),
            (long)brand.Value.Earned, (long)brand.Value.Reversed)),
    ];

    /// <param name="refusedLines">Lines that are not counted. The header is line 1.</param>
    public static Recount Of(string path, params IEnumerable<int> refusedLines)
    {
        using var file = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var columns = Split(file.ReadLine()!).Index().ToDictionary(column => column.Item, column => column.Index);
        var recount = new Recount();
        var refused = refusedLines.ToHashSet();
        for (var line = 2; file.ReadLine() is { } text; line++)
        {
            recount.Rows++;
            if (!refused.Contains(line))
            {
                var fields = Split(text);
                recount.Add(column => fields[columns[column]]);
            }
        }

        return recount;
    }

    private void Add(Func<string, string> field)
    {
        Accepted++;
        var isForeign = field("currency") is not ("" or "GBP");
        var amount = decimal.Parse(field(isForeign ? "billed_amount" : "amount"), CultureInfo.InvariantCulture);
        var points = Math.Floor(Math.Abs(amount));
        var (brand, member) = (field("brand"), (field("brand"), field("card")));
        var (purchases, refunds, earned, reversed) = _brands.GetValueOrDefault(brand);
        _brands[brand] = amount > 0 ? (purchases + 1, refunds, earned + points, reversed) : (purchases, refunds + 1, earned, reversed + points);
        _net[member] = _net.GetValueOrDefault(member) + (long)(amount > 0 ? points : -points);
    }

    /// <summary>The fields of a line (RFC 4180).</summary>
    internal static List<string> Split(string line)
    {
        var (fields, field, isQuoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            if (isQuoted && line[i] == '"' && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append(line[i++]);
            }
            else if (line[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (line[i] == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[i]);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
