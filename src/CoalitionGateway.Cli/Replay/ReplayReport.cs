using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CoalitionGateway.Ledger.Proofs;
using Spectre.Console;

namespace CoalitionGateway.Cli.Replay;

/// <summary>The outcomes of one brand's rows. The points are copied from the gateway's answers, not computed here.</summary>
internal sealed record BrandResult(string Brand, long Purchases, long Refunds, long Members, long PointsEarned, long PointsReversed)
{
    public long PointsNet => PointsEarned - PointsReversed;

    /// <summary>What each rule gave; null without a rule file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RuleResult>? Rules { get; init; }

    [JsonIgnore]
    public long Refused { get; init; }
}

internal sealed record LedgerResult(bool Balanced, long Entries);

internal sealed record ReplayReport(
    long Rows, long Accepted, long Refused, [property: JsonPropertyName("elapsed_s")] double Elapsed, double PerSecond,
    IReadOnlyList<BrandResult> Brands, LedgerResult Ledger)
{
    private static readonly JsonSerializerOptions _json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether rows were left unsent because the command was stopped.</summary>
    [JsonIgnore]
    public bool IsStopped { get; init; }

    public void Write(string path)
    {
        try
        {
            File.WriteAllText(path, JsonSerializer.Serialize(this, _json) + "\n");
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{path} cannot be written: {unwritable.Message}", unwritable);
        }
    }

    public void Print()
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("brand");
        foreach (var name in new[] { "purchases", "refunds", "memberships", "earned", "reversed", "net" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (var brand in Brands)
        {
            Add(table, brand);
        }

        table.AddEmptyRow();
        Add(table, new BrandResult(
            "total", Brands.Sum(brand => brand.Purchases), Brands.Sum(brand => brand.Refunds), Brands.Sum(brand => brand.Members),
            Brands.Sum(brand => brand.PointsEarned), Brands.Sum(brand => brand.PointsReversed)));
        AnsiConsole.Write(table);
        PrintRules();
        AnsiConsole.WriteLine($"replay: {Rows} rows, {Accepted} accepted, {Refused} refused, {Elapsed:0.0} s, {PerSecond:0} rows/s; {Ledger.Entries} entries, {(Ledger.Balanced ? "every sum is 0" : "NOT BALANCED")}");
    }

    /// <summary>Prints what each rule gave at all brands, if there is a rule file. A rule of several brands is one line.</summary>
    private void PrintRules()
    {
        var rules = Brands.SelectMany(brand => brand.Rules ?? []).GroupBy(rule => rule.Name, StringComparer.Ordinal).OrderBy(rule => rule.Key, StringComparer.Ordinal).ToArray();
        if (rules.Length == 0)
        {
            return;
        }

        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("rule");
        table.AddColumn(new TableColumn("given").RightAligned());
        table.AddColumn(new TableColumn("withheld by caps and budgets").RightAligned());
        foreach (var rule in rules)
        {
            table.AddRow(rule.Key, $"{rule.Sum(one => one.PointsGiven)}", $"{rule.Sum(one => one.PointsWithheld)}");
        }

        AnsiConsole.Write(table);
    }

    private static void Add(Table table, BrandResult brand) => table.AddRow(
        Markup.Escape(Printable.Line(brand.Brand)), $"{brand.Purchases}", $"{brand.Refunds}", $"{brand.Members}", $"{brand.PointsEarned}", $"{brand.PointsReversed}", $"{brand.PointsNet}");
}
