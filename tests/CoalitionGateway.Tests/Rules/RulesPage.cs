using System.Text.RegularExpressions;
using CoalitionGateway.Tests.Architecture;

namespace CoalitionGateway.Tests.Rules;

/// <summary>docs/rules.md and the examples in it.</summary>
internal sealed partial class RulesPage
{
    /// <summary>The columns of an example's table that say what happens. All others but <see cref="Remark"/> say what comes of it.</summary>
    public static readonly IReadOnlyList<string> Given = ["#", "member", "when", "buys or returns", "expiry"];

    /// <summary>The column that no test compares.</summary>
    public const string Remark = "why";

    private RulesPage(string text) => (Text, Examples) = (text, [.. Section().Matches(text).Select(Read)]);

    public string Text { get; }

    public IReadOnlyList<RulesExample> Examples { get; }

    public static RulesPage Read() => new(File.ReadAllText(Path.Combine(ArchitectureTests.Root(), "docs", "rules.md")));

    /// <summary>The page with a text in place of another, which must be there.</summary>
    public RulesPage With(string before, string after) => Text.Contains(before, StringComparison.Ordinal)
        ? new RulesPage(Text.Replace(before, after, StringComparison.Ordinal))
        : throw new InvalidOperationException($"docs/rules.md does not contain '{before}'.");

    public RulesExample Example(string name) => Examples.Single(example => example.Name == name);

    private static RulesExample Read(Match section)
    {
        var text = section.Groups["text"].Value;
        var table = Line().Matches(text).Select(line => line.Groups["cells"].Value.Split('|').Select(cell => cell.Trim()).ToArray()).ToArray();
        return new RulesExample(
            section.Groups["name"].Value,
            [.. Brand().Matches(text).Select(brand => new ExampleBrand(brand.Groups["id"].Value, brand.Groups["programme"].Value, brand.Groups["zone"].Value))],
            [.. Request().Matches(text).Select(request => new ExampleRequest(request.Groups["method"].Value, request.Groups["json"].Value))],
            table[0],
            [.. table.Skip(2)]);
    }

    [GeneratedRegex(@"(?ms)^### \d+\. (?<name>[^\n]+)\n(?<text>.*?)(?=^##|\z)")]
    private static partial Regex Section();

    [GeneratedRegex(@"Brand `(?<id>[\w-]+)`(, programme `(?<programme>[\w-]+)`, time zone `(?<zone>[\w/]+)`)?\.")]
    private static partial Regex Brand();

    [GeneratedRegex(@"`(?<method>\w+Service\.\w+)`:\n\n```json\n(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Request();

    [GeneratedRegex(@"(?m)^\| (?<cells>.*) \|$")]
    private static partial Regex Line();
}

/// <summary>A programme that is written as data, and purchases in it.</summary>
/// <param name="Columns">The names of the table's columns.</param>
/// <param name="Rows">The cells of the table's rows.</param>
internal sealed record RulesExample(
    string Name, IReadOnlyList<ExampleBrand> Brands, IReadOnlyList<ExampleRequest> Requests, IReadOnlyList<string> Columns, IReadOnlyList<string[]> Rows)
{
    /// <summary>What is in a cell of which nothing is said. No test compares it.</summary>
    public const string Unsaid = "*";

    /// <summary>The cell of a row in a column; empty if the table has no such column.</summary>
    public string Cell(string[] row, string column) => Columns.Index().Where(found => found.Item == column).Select(found => row[found.Index]).SingleOrDefault("");

    /// <summary>The cells that say something else than what happened.</summary>
    /// <param name="played">The rows as they happened.</param>
    public IReadOnlyList<string> Differences(IReadOnlyList<string[]> played) =>
    [
        .. from pair in Rows.Zip(played)
           from column in Columns.Index()
           let said = pair.First[column.Index]
           where column.Item != RulesPage.Remark && said != Unsaid && said != pair.Second[column.Index]
           select $"{Name}, row {pair.First[0]}, {column.Item}: '{said}' is written, the gateway says '{pair.Second[column.Index]}'",
    ];

    /// <summary>All examples that differ from this one by one number of one cell that says what came of a row.</summary>
    public IEnumerable<RulesExample> Changed() =>
        from row in Rows.Index()
        from column in Columns.Index()
        where column.Item != RulesPage.Remark && !RulesPage.Given.Contains(column.Item)
        from number in Regex.Matches(row.Item[column.Index], @"\d+")
        let cell = row.Item[column.Index].Remove(number.Index, number.Length).Insert(number.Index, $"{long.Parse(number.Value) + 1}")
        select this with { Rows = [.. Rows.Select((cells, i) => i == row.Index ? [.. cells[..column.Index], cell, .. cells[(column.Index + 1)..]] : cells)] };
}

/// <summary>A brand of an example. Without a programme of its own, the programme is empty.</summary>
internal sealed record ExampleBrand(string Id, string ProgrammeId, string TimeZone);

/// <summary>A request of an example, without its request id.</summary>
/// <param name="Method">The service and its method.</param>
/// <param name="Json">In proto3 JSON.</param>
internal sealed record ExampleRequest(string Method, string Json);
