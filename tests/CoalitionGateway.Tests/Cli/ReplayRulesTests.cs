using System.Text.Json;
using CoalitionGateway.Cli;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Cli.Replay;
using CoalitionGateway.Cli.Sandbox;
using CoalitionGateway.Platform.Store;
using Microsoft.Extensions.Logging;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Tests.Cli;

/// <summary>A rule file: what its rules give, what is wrong with it, and a second run.</summary>
[Collection(TerminalCollection.Name)]
public sealed class ReplayRulesTests
{
    private const string _header = "id,trans_date,time,card,brand,amount,product,category,quantity,channel";
    private const string _pound = """{"currency_code": "GBP", "micros": 1000000}""";
    private const string _campaign = """
        {"campaign_id": "bonus", "from_time": "2000-01-01T00:00:00Z", "until_time": "2030-01-01T00:00:00Z", "effect": "CAMPAIGN_EFFECT_FIXED", "amount": 7}
        """;

    // What each row gives under the rules of docs/command.md is beside it.
    private static readonly string[] _rows =
    [
        _header,
        "1,2015-01-01,10:00,1000,BP,30.50,,Vehicle Fuel,20,store", // 61
        "2,2015-01-01,11:00,1000,BP,80.00,,Vehicle Fuel,50,store", // 160, of which the cap of 200 a day leaves 139
        "3,2015-01-02,12:00,1000,BP,10.00,,,,app", // 10 and 25 of the campaign
        "4,2015-01-02,12:30,1001,BP,10.00,,,,app", // 10 and 15 of the campaign, whose budget of 40 is empty then
        "5,2015-01-02,12:30,1001,BP,-4.00,,,,", // 4 are taken
        "6,2015-01-02,13:00,1001,Esso,10.99,,,,app", // 10 and 25
    ];

    [Fact]
    public async Task DocumentedExample_GivesWhatItSays_AndASecondRunAddsNothing()
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        var first = await Replay(data, DocumentedExample());
        Assert.Equal([("BP", 260, 4), ("Esso", 35, 0)], first.Brands.Select(brand => (brand.Brand, brand.PointsEarned, brand.PointsReversed)));
        Assert.Equal([new("agreement", null, 220, 21), new("campaign", "app-launch", 40, 10)], first.Brands[0].Rules!);
        Assert.Equal([new("agreement", null, 10, 0), new("campaign", "app-launch", 25, 0)], first.Brands[1].Rules!);
        Assert.Equal((6, 0, true), (first.Accepted, first.Refused, first.Ledger.Balanced));

        first.Print();
        Assert.Contains(terminal.Lines, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["campaign", "app-launch", "65", "10"]);
        first.Write(data.File("out.json"));
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(data.File("out.json"), TestContext.Current.CancellationToken));
        var rules = json.RootElement.GetProperty("brands")[0].GetProperty("rules");
        Assert.Equal(["rule", "points_given", "points_withheld"], rules[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(("app-launch", 10), (rules[1].GetProperty("campaign_id").GetString(), rules[1].GetProperty("points_withheld").GetInt64()));

        var points = ReplayTests.MembersPoints(data);
        var second = await Replay(data, DocumentedExample());
        Assert.Equal(first.Brands.SelectMany(brand => brand.Rules!), second.Brands.SelectMany(brand => brand.Rules!));
        // Entries may differ: the campaign is long over, and its budget is paid back when the sweeper comes by.
        Assert.True(second.Ledger.Balanced);

        // Points of 2015 expire when the sweeper comes by; none is added.
        Assert.All(ReplayTests.MembersPoints(data), held => Assert.InRange(held.Value, long.MinValue, points[held.Key]));
        Assert.Empty(Verification.Run(data.Path).Problems);
    }

    [Fact]
    public async Task EveryColumn_ReachesTheRules()
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        static string Of(string id, string filter, string effect, string rest = "") => $$"""
            {"campaign_id": "{{id}}", "from_time": "2000-01-01T00:00:00Z", "until_time": "2030-01-01T00:00:00Z", "filter": { {{filter}} }, "effect": "CAMPAIGN_EFFECT_{{effect}}"{{rest}} }
            """;
        var report = await Replay(data, $$"""
            {"campaigns": [
                {{Of("app", "\"channels\": [\"SALES_CHANNEL_APP\"]", "FIXED", ", \"amount\": 1000")}},
                {{Of("litres", "\"categories\": [\"vehicle-fuel\"]", "PER_UNIT", ", \"amount\": 3")}},
                {{Of("noon", "\"from_minute\": 720, \"until_minute\": 750", "FIXED", ", \"amount\": 100000")}}],
             "brands": {"Esso": {"agreement": {"rates": [{"points": 5, "spend": {{_pound}} }], "rounding": "ROUNDING_UP"} } } }
            """);
        Assert.Equal([new("agreement", null, 130, 0), new("campaign", "app", 2000, 0), new("campaign", "litres", 210, 0), new("campaign", "noon", 100_000, 0)], report.Brands[0].Rules!);
        Assert.Equal([new("agreement", null, 55, 0)], report.Brands[1].Rules!);
    }

    [Theory]
    [InlineData("{\n \"terms\": {},,\n}", "is no JSON: line 2, byte 14")]
    [InlineData("", "is no JSON: line 1, byte 1")]
    [InlineData("{\"terms\": {}, \"terms\": {}}", "terms")]
    [InlineData("[]", "it is no JSON object")]
    [InlineData("{\"rules\": {}}", "it has \"rules\", and it can have agreement, terms, campaigns, brands")]
    [InlineData("{\"brands\": {\"BP\": {\"brands\": {}}}}", "brands[\"BP\"]: it has \"brands\", and it can have agreement, terms, campaigns")]
    [InlineData("{\"campaigns\": {}}", "campaigns: it is no list")]
    [InlineData("{\"campaigns\": [{\"campaign_id\": \"a\", \"colour\": 1}]}", "campaigns[0]: Unknown field: colour. Its fields are those of Campaign in protos/coalition/gateway/v1/rule.proto")]
    [InlineData("{\"campaigns\": [{\"effect\": \"DOUBLE\"}]}", "campaigns[0]: ")]
    [InlineData("{\"campaigns\": [{\"campaign_id\": \"a\"}, {\"campaign_id\": \"a\"}]}", "campaigns[1]: campaign_id \"a\" is there already")]
    [InlineData("{\"campaigns\": [{\"payer_id\": \"bp\"}]}", "campaigns[0]: leave out programme_id, payer_id and filter.partner_ids")]
    [InlineData("{\"brands\": {\"BP\": {\"agreement\": {\"partner_id\": \"bp\"}}}}", "brands[\"BP\"].agreement: leave out partner_id and programme_id")]
    [InlineData("{\"terms\": {\"expiry\": {\"months\": \"many\"}}}", "terms: ")]
    public void FaultyFile_IsNamedWithThePlaceAndTheRemedy(string text, string problem)
    {
        using var data = new DataFolder();
        File.WriteAllText(data.File("rules.json"), text);
        var failed = Assert.Throws<CommandFailedException>(() => new RuleFile(data.File("rules.json")));
        Assert.StartsWith(data.File("rules.json"), failed.Message, StringComparison.Ordinal);
        Assert.Contains(problem, failed.Message, StringComparison.Ordinal);
        Assert.EndsWith("docs/command.md shows the form of a rule file.", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingFile_IsNamed()
    {
        using var data = new DataFolder();
        var failed = Assert.Throws<CommandFailedException>(() => new RuleFile(data.File("rules.json")));
        Assert.Contains("cannot be read", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"campaigns\": [{\"campaign_id\": \"bonus\"}]}", "rules.json, campaign \"bonus\": the gateway refuses it for ")]
    [InlineData("{\"agreement\": {\"rounding\": \"ROUNDING_UP\"}}", "rules.json, agreement: the gateway refuses it for ")]
    [InlineData("{\"terms\": {\"expiry\": {\"snap\": \"EXPIRY_SNAP_DAY\"}}}", "rules.json, terms: the gateway refuses it for ")]
    [InlineData("{\"brands\": {\"Esso\": {\"terms\": {\"caps\": [{\"period\": \"CAP_PERIOD_DAY\"}]}}}}", "rules.json, brands[\"Esso\"], terms: the gateway refuses it for Esso with FIELD_INVALID: ")]
    public async Task RuleThatTheGatewayRefuses_EndsTheCommand_AndIsNamed(string rules, string problem)
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        var failed = await Assert.ThrowsAsync<CommandFailedException>(() => Replay(data, rules));
        Assert.Contains(problem, failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"agreement\": <agreement>, \"terms\": {\"pending_days\": 2}, \"campaigns\": [<bonus>]}", "rules.json, terms: ", "it has another content than before")]
    [InlineData("{\"terms\": {\"pending_days\": 1}, \"campaigns\": [<bonus>]}", "rules.json, agreement: ", "it has another content than before")]
    [InlineData("{\"agreement\": <agreement>, \"campaigns\": [<bonus>]}", "rules.json: ", "terms is published, and the file does not have it")]
    [InlineData("{\"agreement\": <agreement>, \"terms\": {\"pending_days\": 1}}", "rules.json: ", "campaign \"bonus\" is published, and the file does not have it")]
    [InlineData("{\"agreement\": <agreement>, \"terms\": {\"pending_days\": 1}, \"campaigns\": [<bonus>, <more>]}", "rules.json: ", "campaign \"more\" is not published, and purchases are recorded already")]
    [InlineData("", "the brand's rule: ", "it has another content than before")]
    public async Task SecondRun_WithOtherRules_IsRefused_AndRecordsNothing(string rules, string place, string problem)
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        var before = await Replay(data, Filled("{\"agreement\": <agreement>, \"terms\": {\"pending_days\": 1}, \"campaigns\": [<bonus>]}"));
        var failed = await Assert.ThrowsAsync<CommandFailedException>(() => Replay(data, Filled(rules)));
        Assert.Contains(place, failed.Message, StringComparison.Ordinal);
        Assert.Contains($" was replayed with other rules before: {problem}", failed.Message, StringComparison.Ordinal);
        var after = Verification.Run(data.Path);
        Assert.Equal((before.Ledger.Entries, 0), (after.Entries, after.Problems.Count));
    }

    [Fact]
    public async Task InterruptedPublication_GoesOnInTheNextRun()
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        await Assert.ThrowsAsync<CommandFailedException>(() => Replay(data, Filled("{\"terms\": {\"pending_days\": 1}, \"campaigns\": [{\"campaign_id\": \"bonus\"}]}")));
        var report = await Replay(data, Filled("{\"terms\": {\"pending_days\": 1}, \"campaigns\": [<bonus>]}"));
        Assert.Equal((6, 35), (report.Accepted, report.Brands.Sum(brand => brand.Rules!.Single(rule => rule.CampaignId == "bonus").PointsGiven)));
    }

    [Fact]
    public async Task GatewayWithoutPastRules_IsToldPlainly_AndOnceItAllowsThem_TheReplayGoesOn()
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        var failed = await Assert.ThrowsAsync<CommandFailedException>(() => ReplayOnServer(data, isOwn: false));
        Assert.Contains("The gateway accepts no rules for the past (RULE_IN_THE_PAST)", failed.Message, StringComparison.Ordinal);
        Assert.Contains("Gateway__AllowPastRules=true", failed.Message, StringComparison.Ordinal);

        // Longer than the clocks of a gateway and a command may differ.
        await Task.Delay(TimeSpan.FromSeconds(2.5), TestContext.Current.CancellationToken);
        Assert.Equal(0, await ReplayOnServer(data, isOwn: true));
    }

    /// <summary>The example of docs/command.md: its only block of JSON.</summary>
    private static string DocumentedExample()
    {
        var text = File.ReadAllText(Path.Combine(ReplayTests.RepositoryRoot(), "docs", "command.md"));
        return Assert.Single(text.Split("```json\n").Skip(1)).Split("```")[0];
    }

    private static string Filled(string rules) => rules
        .Replace("<agreement>", $$"""{"rates": [{"points": 2, "spend": {{_pound}} }], "rounding": "ROUNDING_DOWN", "allow_debt_by_return": true}""", StringComparison.Ordinal)
        .Replace("<bonus>", _campaign, StringComparison.Ordinal)
        .Replace("<more>", _campaign.Replace("bonus", "more", StringComparison.Ordinal), StringComparison.Ordinal);

    /// <param name="rules">Empty: without a rule file.</param>
    private static async Task<ReplayReport> Replay(DataFolder data, string rules)
    {
        SampleFile.Write(data.File("rows.csv.gz"), _rows);
        await File.WriteAllTextAsync(data.File("rules.json"), rules, TestContext.Current.CancellationToken);
        return await ReplayCommand.OnDirectory(
            data.File("rows.csv.gz"), data.Path, rules.Length == 0 ? null : new RuleFile(data.File("rules.json")), stop: TestContext.Current.CancellationToken);
    }

    private static async Task<int> ReplayOnServer(DataFolder data, bool isOwn)
    {
        var (asOperator, asOfficer) = (LocalCredential.New("the-operator"), LocalCredential.New("the-officer"));

        // A sandbox would allow rules of the past. These tests run one by one.
        Environment.SetEnvironmentVariable("Gateway__AllowPastRules", isOwn ? null : "false");
        await using var gateway = await LocalGateway.Start(
            Place.Free(data.Path) with { IsOwn = isOwn }, sandbox: true, LogLevel.Error, asOperator.As(CallerKind.Operator), asOfficer.As(CallerKind.Officer),
            new ConfiguredClient { ClientId = SandboxCoalition.Operators.ClientId, Kind = CallerKind.Operator });
        gateway.EndPreparation();
        var (options, rules, rows) = (gateway.Options, data.File("rules.json"), data.File("rows.csv.gz"));
        new SandboxFile(
            options.GrpcUrl, options.HttpUrl, options.Issuer, $"{options.Issuer}/oauth/token", $"{options.Issuer}/oauth/authorize", [],
            new SandboxCredential(asOfficer.ClientId, asOfficer.Secret, []), new SandboxCredential(asOperator.ClientId, asOperator.Secret, []),
            new SandboxApp("none", "", [], []), SandboxCoalition.Operators, SandboxCoalition.Officers, [], []).Write(data.File("credentials.json"));
        SampleFile.Write(rows, _rows);
        await File.WriteAllTextAsync(rules, $$"""{"campaigns": [{{_campaign}}]}""", TestContext.Current.CancellationToken);
        return await ReplayCommand.Create().Parse([rows, "--server", options.GrpcUrl, "--credentials", data.File("credentials.json"), "--rules", rules])
            .InvokeAsync(new System.CommandLine.InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);
    }
}
