using System.Globalization;
using System.IO.Compression;
using System.Numerics;

namespace CoalitionGateway.Tests.Cli;

/// <summary>What the rules of <see cref="RuleRecount"/> gave at a brand, and what they withheld.</summary>
internal sealed class RecountedBrand
{
    public long Purchases { get; set; }

    public long Refunds { get; set; }

    public BigInteger Reversed { get; set; }

    /// <summary>By rule: the agreement, the two campaigns in the order of their ids, the tier.</summary>
    public BigInteger[] Given { get; } = new BigInteger[4];

    public BigInteger[] Withheld { get; } = new BigInteger[4];

    /// <summary>By campaign, what is left of the budget.</summary>
    public BigInteger[] Left { get; } = [RuleRecount.FoodBudget, RuleRecount.TankBudget];
}

/// <summary>What a card spent at a brand in a year. From some amount on it has a tier, for the rest of the year.</summary>
internal sealed class RecountedYear(decimal threshold)
{
    private decimal _spent;
    private string _latest = "";
    private string? _reached;

    /// <summary>Counts a purchase of a day. Returns whether the card had the tier then.</summary>
    public bool Add(string day, decimal amount)
    {
        var hasTier = _reached is not null && string.CompareOrdinal(day, _reached) >= 0;
        _spent += amount;
        _latest = string.CompareOrdinal(day, _latest) > 0 ? day : _latest;
        _reached ??= _spent >= threshold ? _latest : null;
        return hasTier;
    }
}

/// <summary>
/// Counts a purchase file again under one set of rules. It follows the text of the contract and shares no code with the
/// product. A brand's rows count in their order, because caps and budgets depend on it.
/// </summary>
internal sealed class RuleRecount
{
    public const long FoodBudget = 3000;
    public const long TankBudget = 200;
    private const long _dayCap = 90;
    private const decimal _tank = 40m;
    private const long _tankPoints = 15;
    private const decimal _regular = 250m;

    /// <summary>The same rules as a rule file.</summary>
    public static readonly string Rules = $$"""
        {
          "agreement": {
            "rates": [{"points": 3, "spend": {"currency_code": "GBP", "micros": 2000000} }], "rounding": "ROUNDING_NEAREST",
            "categories": [{"category": "vehicle-fuel", "factor_percent": 150}, {"category": "books"}],
            "allow_debt_by_return": true
          },
          "terms": {
            "expiry": {"months": 600, "snap": "EXPIRY_SNAP_YEAR_END"}, "caps": [{"period": "CAP_PERIOD_DAY", "max_points": {{_dayCap}} }],
            "tiers": {
              "measure": "TIER_MEASURE_SPEND", "currency_code": "GBP", "start_month": 1,
              "levels": [{"tier_id": "regular", "threshold": {{(long)(_regular * 1_000_000)}}, "factor_percent": 140}]
            }
          },
          "campaigns": [
            {
              "campaign_id": "food", "from_time": "2014-05-01T00:00:00Z", "until_time": "2018-01-01T00:00:00Z",
              "filter": {"categories": ["purchases-food"]}, "effect": "CAMPAIGN_EFFECT_PERCENT", "amount": 75, "budget_points": {{FoodBudget}}
            },
            {
              "campaign_id": "tank", "from_time": "2000-01-01T00:00:00Z", "until_time": "2030-01-01T00:00:00Z",
              "filter": {"minimum": {"currency_code": "GBP", "micros": {{(long)(_tank * 1_000_000)}} } }, "effect": "CAMPAIGN_EFFECT_FIXED", "amount": {{_tankPoints}},
              "budget_points": {{TankBudget}}
            }
          ]
        }
        """;

    private readonly Dictionary<(string Brand, string Card, string Day), BigInteger> _days = [];
    private readonly Dictionary<(string Brand, string Card, string Year), RecountedYear> _years = [];

    public SortedDictionary<string, RecountedBrand> Brands { get; } = new(StringComparer.Ordinal);

    /// <summary>Points held less points owed, by brand and card.</summary>
    public Dictionary<(string Brand, string Card), BigInteger> Net { get; } = [];

    /// <summary>The lines of a file of purchases, which may be compressed.</summary>
    public static StreamReader Open(string path) =>
        new(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(File.OpenRead(path), CompressionMode.Decompress) : File.OpenRead(path));

    public static RuleRecount Of(string path)
    {
        using var file = Open(path);
        var columns = Recount.Split(file.ReadLine()!).Index().ToDictionary(column => column.Item, column => column.Index);
        var recount = new RuleRecount();
        while (file.ReadLine() is { } text)
        {
            var fields = Recount.Split(text);
            recount.Add(column => fields[columns[column]]);
        }

        return recount;
    }

    private void Add(Func<string, string> field)
    {
        var amount = decimal.Parse(field(field("currency") is "" or "GBP" ? "amount" : "billed_amount"), CultureInfo.InvariantCulture);
        var (member, day) = ((field("brand"), field("card")), field("trans_date"));
        if (!Brands.TryGetValue(field("brand"), out var brand))
        {
            brand = Brands[field("brand")] = new RecountedBrand();
        }

        if (amount < 0)
        {
            // A return without its purchase: the agreement's points for the amount, without a category.
            var taken = Nearest(-amount * 3 / 2);
            brand.Refunds++;
            brand.Reversed += taken;
            Net[member] = Net.GetValueOrDefault(member) - taken;
            return;
        }

        var factor = field("category") switch { "Vehicle Fuel" => 1.5m, "Books" => 0m, _ => 1m };
        var agreed = Nearest(amount * factor * 3 / 2);
        var isFood = field("category") == "Purchases Food" && string.CompareOrdinal(day, "2014-05-01") >= 0 && string.CompareOrdinal(day, "2018-01-01") < 0;
        var isRegular = YearOf(member.Item1, member.Item2, day).Add(day, amount);
        BigInteger[] wanted = [agreed, isFood ? agreed * 75 / 100 : 0, amount >= _tank ? _tankPoints : 0, isRegular ? agreed * 40 / 100 : 0];
        BigInteger[] allowed = [agreed, BigInteger.Min(wanted[1], brand.Left[0]), BigInteger.Min(wanted[2], brand.Left[1]), wanted[3]];
        var today = _days.GetValueOrDefault((field("brand"), field("card"), day));

        // The cap of a day leaves to the tier what the agreement leaves, and to the campaigns what both leave.
        foreach (var rule in new[] { 0, 3, 1, 2 })
        {
            var given = BigInteger.Min(allowed[rule], _dayCap - today);
            today += given;
            brand.Given[rule] += given;
            brand.Withheld[rule] += wanted[rule] - given;
            Net[member] = Net.GetValueOrDefault(member) + given;
            if (rule is 1 or 2)
            {
                brand.Left[rule - 1] -= given;
            }
        }

        brand.Purchases++;
        _days[(field("brand"), field("card"), day)] = today;
    }

    private RecountedYear YearOf(string brand, string card, string day)
    {
        var key = (brand, card, day[..4]);
        if (!_years.TryGetValue(key, out var year))
        {
            year = _years[key] = new RecountedYear(_regular);
        }

        return year;
    }

    /// <summary>A half is rounded up.</summary>
    private static BigInteger Nearest(decimal exact) => new(Math.Floor(exact + 0.5m));
}
