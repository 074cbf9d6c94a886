using System.Globalization;
using System.IO.Compression;

namespace CoalitionGateway.Tests.Cli;

/// <summary>A generated purchase file with the oddities of real ones. It is the same each time.</summary>
internal sealed class SampleFile
{
    public const string Header = "id,statement_month,trans_date,card,brand,sector,merchant,amount,currency,billed_amount,billed_currency,category_code,category";
    private const int _goodRows = 600;
    private const int _badEvery = 25;

    private static readonly string[] _brands =
        ["B&M", "B+M", "BP", "McDonald's", "7-Eleven, Inc.", "Say \"Cheese\"", "Löwe & Söhne", "日本", "[red]Brackets[/]", new string('x', 100)];

    // Rows that the replay must refuse, each with the expected message. Card 7000 has a valid row at BP.
    private static readonly (string Row, string Problem)[] _bad =
    [
        ("bad-1,2015-01,2015-01-02,,BP,fuel,bp,5.00,,,GBP,K1,Fuel", "id, brand or card is empty"),
        ("bad-2,2015-01,2015-01-02,7000,,fuel,bp,5.00,,,GBP,K1,Fuel", "id, brand or card is empty"),
        (",2015-01,2015-01-02,7000,BP,fuel,bp,5.00,,,GBP,K1,Fuel", "id, brand or card is empty"),
        ("bad-4,2015-01,2015-13-02,7000,BP,fuel,bp,5.00,,,GBP,K1,Fuel", "trans_date '2015-13-02'"),
        ("bad-5,2015-01,02/01/2015,7000,BP,fuel,bp,5.00,,,GBP,K1,Fuel", "trans_date '02/01/2015'"),
        ("bad-6,2015-01,,7000,BP,fuel,bp,5.00,,,GBP,K1,Fuel", "trans_date ''"),
        ("bad-7,2015-01,2015-01-02,7000,BP,fuel,bp,twelve,,,GBP,K1,Fuel", "amount 'twelve'"),
        ("bad-8,2015-01,2015-01-02,7000,BP,fuel,bp,,,,GBP,K1,Fuel", "amount ''"),
        ("bad-9,2015-01,2015-01-02,7000,BP,fuel,bp,0,,,GBP,K1,Fuel", "amount '0'"),
        ("bad-10,2015-01,2015-01-02,7000,BP,fuel,bp,\"1,000.00\",,,GBP,K1,Fuel", "amount '1,000.00'"),
        ("bad-11,2015-01,2015-01-02,7000,BP,fuel,bp,1.0000001,,,GBP,K1,Fuel", "amount '1.0000001'"),
        ("bad-12,2015-01,2015-01-02,7000,BP,fuel,bp,99999999999,,,GBP,K1,Fuel", "amount '99999999999'"),
        ("bad-13,2015-01,2015-01-02,7000,BP", "it has 5 columns, and the first line names 13"),
        ("bad-14,2015-01,2015-01-02,70 00,BP,fuel,bp,5.00,,,GBP,K1,Fuel", "membership_number"),
        ("bad-15,2015-01,2015-01-02,70/00,BP,fuel,bp,5.00,,,GBP,K1,Fuel", "membership_number"),
        ("bad-16,2015-01,1999-12-31,7000,BP,fuel,bp,5.00,,,GBP,K1,Fuel", "purchase_time"),
        ("bad-17,2015-01,2999-12-31,7000,BP,fuel,bp,-5.00,,,GBP,K1,Fuel", "return_time"),
        ("bäd-18,2015-01,2015-01-02,7000,BP,fuel,bp,5.00,,,GBP,K1,Fuel", "purchase_reference"),
        ("bad-19,2015-01,2015-01-02,7000,BP,fuel,bp,5.00,USD,,,K1,Fuel", "currency 'USD' and billed_currency '': it was not billed in GBP"),
        ("first,2015-01,2015-01-02,7000,BP,fuel,bp,6.00,,,GBP,K1,Fuel", "id first is there already, in line 2"),
    ];

    private readonly List<string> _lines = [Header, "first,2015-01,2015-01-02,7000,BP,fuel,bp,5.00,,,GBP,K1,Fuel"];

    public SampleFile(string path)
    {
        Path = path;
        var (random, bad) = (new Random(1), 0);
        for (var i = 0; i < _goodRows; i++)
        {
            _lines.Add(Good($"2015-01-{i:D5}", random));
            if (i % _badEvery == 0 && bad < _bad.Length)
            {
                _lines.Add(_bad[bad].Row);
                Refused.Add(_lines.Count, _bad[bad++].Problem);
            }
        }

        // A row with the same content and another id is another purchase.
        _lines.AddRange(_lines.Where(line => line.StartsWith("2015-01-", StringComparison.Ordinal)).Take(20).Select(line => $"again-{line}").ToArray());

        // Members with returns only, and members whose returns exceed their purchases.
        _lines.Add("only-1,2015-01,2015-01-02,8001,BP,fuel,bp,-80.99,,,GBP,K1,Fuel");
        _lines.Add("more-1,2015-01,2015-01-02,8002,BP,fuel,bp,10.50,,,GBP,K1,Fuel");
        _lines.Add("more-2,2015-01,2015-01-02,8002,BP,fuel,bp,-30.50,,,GBP,K1,Fuel");
        _lines.Add("more-3,2015-01,2015-01-02,8002,BP,fuel,bp,12.00,,,GBP,K1,Fuel");
        Write(path, _lines);
    }

    public string Path { get; }

    /// <summary>The lines to be refused, with the expected message of each.</summary>
    public Dictionary<int, string> Refused { get; } = [];

    public static void Write(string path, params IEnumerable<string> lines)
    {
        using var file = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest));
        foreach (var line in lines)
        {
            file.Write(line + '\n');
        }
    }

    private static string Good(string id, Random random)
    {
        var amount = (random.Next(8) == 0 ? -1 : 1) * random.Next(1, 20_000) / 100m;
        var foreign = random.Next(10) switch
        {
            0 => $"USD,{Text(Math.Round(amount * 0.8m, 2) is var billed && billed != 0 ? billed : 0.01m)},GBP",
            1 => $"GBP,{Text(amount)},GBP",
            _ => ",,GBP",
        };
        string[] merchants = ["till 1", "\"a, b and c\"", "\"the \"\"best\"\" shop\"", "caf\u00e9 \u2615"];
        return string.Join(
            ',', id, "2015-01", $"2015-0{random.Next(1, 10)}-{random.Next(1, 29):D2}", random.Next(1000, 1040),
            Quoted(_brands[random.Next(_brands.Length)]), "sector", merchants[random.Next(merchants.Length)], Text(amount), foreign, "K1", "Category");
    }

    private static string Text(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Quoted(string text) => text.AsSpan().ContainsAny(',', '"') ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
