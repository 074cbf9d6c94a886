using System.Text.Json;
using System.Text.Json.Nodes;
using CoalitionGateway.Tests.Architecture;

namespace CoalitionGateway.Tests.Rules;

/// <summary>
/// A real programme of published-programmes.json: its rules as data, and purchases with the points that its published rules
/// promise. Rules leave out what all have in common: the ids of brand and programme, rounding down, and times from the year
/// 2000 to the year 2100. The members of "examples" are columns as in docs/rules.md, with "buys" for "buys or returns";
/// "times" repeats an example, and "inactive" is the last day of all points if the member does nothing more.
/// </summary>
/// <param name="Cannot">What cannot be written, by the first column of the table in docs/rules.md.</param>
internal sealed record PublishedProgramme(RulesExample Example, IReadOnlyDictionary<string, string> Cannot)
{
    private const string _buys = "buys";
    private const string _times = "times";
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };

    public static IReadOnlyList<PublishedProgramme> ReadAll()
    {
        var file = Path.Combine(ArchitectureTests.Root(), "tests", "CoalitionGateway.Tests", "Rules", "published-programmes.json");
        return [.. JsonNode.Parse(File.ReadAllText(file), documentOptions: _strict)!.AsArray().Select(programme => Read(programme!))];
    }

    private static PublishedProgramme Read(JsonNode programme)
    {
        var brand = new ExampleBrand($"{programme["id"]}", $"{programme["id"]}-points", $"{programme["zone"]}");
        var examples = Objects(programme, "examples").ToArray();
        var named = examples.SelectMany(example => example.Select(member => Column(member.Key)));
        string[] columns = [.. RulesPage.Given.Union(named).Where(column => column != _times)];
        return new PublishedProgramme(
            new RulesExample($"{programme["name"]}", [brand], [.. Requests(programme, brand)], columns, [.. Rows(examples, columns)]),
            Objects(programme, "cannot").SelectMany(limits => limits).ToDictionary(limit => limit.Key, limit => $"{limit.Value}"));
    }

    private static IEnumerable<ExampleRequest> Requests(JsonNode programme, ExampleBrand brand) =>
    [
        .. Objects(programme, "agreements").Select(agreement => Request(
            "ProgrammeService.PublishAgreement", "agreement", agreement, brand, ("partner_id", brand.Id), ("rounding", "ROUNDING_DOWN"))),
        .. Objects(programme, "terms").Select(terms => Request("RuleService.PublishProgrammeTerms", "terms", terms, brand)),
        .. Objects(programme, "campaigns").Select(campaign => Request(
            "RuleService.PublishCampaign", "campaign", campaign, brand, ("until_time", "2100-01-01T00:00:00Z"))),
    ];

    private static ExampleRequest Request(
        string method, string field, JsonObject rule, ExampleBrand brand, params (string Name, string Value)[] common)
    {
        foreach (var (name, value) in common.Append(("programme_id", brand.ProgrammeId)).Append(("from_time", "2000-01-01T00:00:00Z")))
        {
            rule.TryAdd(name, value);
        }

        return new ExampleRequest(method, $"{{\"{field}\": {rule.ToJsonString()}}}");
    }

    private static IEnumerable<string[]> Rows(IEnumerable<JsonObject> examples, string[] columns)
    {
        var next = 1;
        foreach (var example in examples)
        {
            var cells = example.ToDictionary(member => Column(member.Key), member => $"{member.Value}");
            var last = next + int.Parse(cells.GetValueOrDefault(_times, "1")) - 1;
            cells["#"] = last > next ? $"{next} to {last}" : $"{next}";
            next = last + 1;
            yield return [.. columns.Select(column => cells.GetValueOrDefault(column, Unsaid(column)))];
        }
    }

    private static string Unsaid(string column) => RulesPage.Given.Contains(column) ? "" : RulesExample.Unsaid;

    private static string Column(string member) => member == _buys ? "buys or returns" : member;

    private static IEnumerable<JsonObject> Objects(JsonNode programme, string name) => programme[name] switch
    {
        JsonArray several => several.Select(found => found!.AsObject()),
        JsonObject one => [one],
        _ => [],
    };
}
