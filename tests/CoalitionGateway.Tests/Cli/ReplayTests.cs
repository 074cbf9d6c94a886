using System.IO.Compression;
using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Cli.Replay;
using CoalitionGateway.Cli.Sandbox;
using CoalitionGateway.Cli;
using CoalitionGateway.Platform.Store;
using Microsoft.Extensions.Logging;

namespace CoalitionGateway.Tests.Cli;

/// <summary>The sample, replayed twice over the same directory.</summary>
public sealed class SampleReplay : IAsyncLifetime
{
    internal DataFolder Data { get; } = new();

    internal SampleFile File { get; private set; } = null!;

    internal ReplayReport First { get; private set; } = null!;

    internal ReplayReport Second { get; private set; } = null!;

    internal string[] Printed { get; private set; } = [];

    internal VerificationReport VerifiedFirst { get; private set; } = null!;

    internal VerificationReport VerifiedSecond { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        File = new SampleFile(Data.File("sample.csv.gz"));
        using (var terminal = new Terminal())
        {
            First = await ReplayCommand.OnDirectory(File.Path, Data.Path);
            Printed = terminal.Lines;
            VerifiedFirst = Verification.Run(Data.Path);
            Second = await ReplayCommand.OnDirectory(File.Path, Data.Path);
            VerifiedSecond = Verification.Run(Data.Path);
        }
    }

    public ValueTask DisposeAsync()
    {
        Data.Dispose();
        return ValueTask.CompletedTask;
    }
}

[Collection(TerminalCollection.Name)]
public sealed class ReplayTests(SampleReplay sample) : IClassFixture<SampleReplay>
{
    private const string _good = "1,2015-01,2015-01-02,1000,BP,fuel,bp,5.99,,,GBP,K1,Fuel";

    [Fact]
    public void Sample_TotalsPerBrand_EqualARecountOfTheFile()
    {
        var expected = Recount.Of(sample.File.Path, sample.File.Refused.Keys);
        Compare(expected, sample.First);
        Assert.Equal(sample.File.Refused.Count, sample.First.Refused);
        Assert.Equal(10, sample.First.Brands.Count);
    }

    [Fact]
    public void Sample_EveryMembersPoints_EqualARecountOfTheFile() =>
        CompareMembers(Recount.Of(sample.File.Path, sample.File.Refused.Keys), sample.Data);

    [Fact]
    public void Sample_EachMalformedRow_IsReportedOnceWithItsLine()
    {
        foreach (var (line, problem) in sample.File.Refused)
        {
            var said = Assert.Single(sample.Printed, printed => printed.StartsWith($"line {line}: ", StringComparison.Ordinal));
            Assert.Contains(problem, said, StringComparison.Ordinal);
        }

        Assert.Equal(sample.File.Refused.Count, sample.Printed.Count(printed => printed.StartsWith("line ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Sample_Verified_HasNoProblems()
    {
        Assert.Empty(sample.VerifiedFirst.Problems);
        Assert.Equal(sample.First.Ledger.Entries, sample.VerifiedFirst.Entries);
        Assert.True(sample.First.Ledger.Balanced);
    }

    [Fact]
    public void Sample_RunTwice_AddsNothingAndReportsTheSame()
    {
        Assert.Equal(sample.First.Brands, sample.Second.Brands);
        Assert.Equal((sample.First.Rows, sample.First.Accepted, sample.First.Refused), (sample.Second.Rows, sample.Second.Accepted, sample.Second.Refused));
        Assert.Equal(sample.First.Ledger, sample.Second.Ledger);
        Assert.Empty(sample.VerifiedSecond.Problems);
        Assert.Equal((sample.VerifiedFirst.Events, sample.VerifiedFirst.Entries), (sample.VerifiedSecond.Events, sample.VerifiedSecond.Entries));
    }

    [Fact]
    public void Report_AsJson_HasThePrescribedKeysAndNoOthers()
    {
        var path = sample.Data.File("out.json");
        sample.First.Write(path);
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        var root = json.RootElement;
        Assert.Equal(["rows", "accepted", "refused", "elapsed_s", "per_second", "brands", "ledger"], Keys(root));
        Assert.Equal(["balanced", "entries"], Keys(root.GetProperty("ledger")));
        Assert.All(root.GetProperty("brands").EnumerateArray(), brand => Assert.Equal(
            ["brand", "purchases", "refunds", "members", "points_earned", "points_reversed", "points_net"], Keys(brand)));

        Assert.Equal(sample.First.Rows, root.GetProperty("rows").GetInt64());
        Assert.True(root.GetProperty("elapsed_s").GetDouble() > 0);
        Assert.True(root.GetProperty("per_second").GetDouble() > 0);
        Assert.True(root.GetProperty("ledger").GetProperty("balanced").GetBoolean());
        var (brand, shown) = (sample.First.Brands[0], root.GetProperty("brands")[0]);
        Assert.Equal(brand.Brand, shown.GetProperty("brand").GetString());
        Assert.Equal(brand.PointsEarned - brand.PointsReversed, shown.GetProperty("points_net").GetInt64());
    }

    [Fact]
    public async Task Command_AgainstARunningGateway_GivesTheSameTotals()
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        var (gateway, sandbox) = await SandboxCoalition.Start(Place.Free(data.Path), LogLevel.Error);
        await using (gateway)
        {
            var json = data.File("out.json");
            var exitCode = await ReplayCommand.Create()
                .Parse([sample.File.Path, "--server", sandbox.Grpc, "--credentials", data.File(SandboxFile.Name), "--json", json])
                .InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(3, exitCode);
            using var written = JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
            Assert.Equal(sample.First.Accepted, written.RootElement.GetProperty("accepted").GetInt64());
            Assert.Equal(sample.First.Brands.Select(brand => brand.PointsNet), written.RootElement.GetProperty("brands").EnumerateArray().Select(brand => brand.GetProperty("points_net").GetInt64()));
        }

        Assert.Empty(Verification.Run(data.Path).Problems);
        Assert.StartsWith($"replay: {sample.First.Rows} rows, {sample.First.Accepted} accepted", terminal.Lines[^1], StringComparison.Ordinal);
    }

    public static TheoryData<string, string> HostileRows() => new()
    {
        { "a brand's name that is too long", $"2,2015-01,2015-01-02,1000,{new string('x', 101)},fuel,bp,5.00,,,GBP,K1,Fuel" },
        { "a brand's name with a control character", "2,2015-01,2015-01-02,1000,B\u0001P,fuel,bp,5.00,,,GBP,K1,Fuel" },
        { "a currency that is none, in a brand's only row", "2,2015-01,2015-01-02,1000,Esso,fuel,bp,5.00,pounds,,,K1,Fuel" },
        { "a quote that is never closed", "2,2015-01,2015-01-02,1000,BP,fuel,\"bp,5.00,,,GBP,K1,Fuel" },
        { "too few columns", "2" },
        { "too few columns, though all that count are there", "2,2015-01,2015-01-02,1000,BP,fuel,bp,5.00" },
        { "an amount that is cut short with its row", "2,2015-01,2015-01-02,1000,BP,fuel,bp,5" },
        { "too many columns", "2,2015-01,2015-01-02,1000,BP,fuel,b,p,5.00,,,GBP,K1,Fuel" },
        { "a currency that nobody has, billed in pounds", "2,2015-01,2015-01-02,1000,BP,fuel,bp,5.00,QQQ,4.00,GBP,K1,Fuel" },
        { "a currency in small letters", "2,2015-01,2015-01-02,1000,BP,fuel,bp,5.00,gbp,,,K1,Fuel" },
        { "another currency, billed in none", "2,2015-01,2015-01-02,1000,BP,fuel,bp,5.00,USD,4.00,,K1,Fuel" },
        { "pounds that were billed in another currency", "2,2015-01,2015-01-02,1000,BP,fuel,bp,5.00,,4.00,USD,K1,Fuel" },
        { "an id that is too long", $"{new string('2', 65)},2015-01,2015-01-02,1000,BP,fuel,bp,5.00,,,GBP,K1,Fuel" },
        { "a card that is too long", $"2,2015-01,2015-01-02,{new string('1', 41)},BP,fuel,bp,5.00,,,GBP,K1,Fuel" },
        { "a year that no calendar has", "2,2015-01,0000-00-00,1000,BP,fuel,bp,5.00,,,GBP,K1,Fuel" },
        { "markup in the brand and a bad date", "2,2015-01,[red],1000,[/nothing],fuel,bp,5.00,,,GBP,K1,Fuel" },
    };

    [Theory]
    [MemberData(nameof(HostileRows))]
    public async Task HostileRow_IsReportedWithItsLine_AndStopsNothingElse(string what, string row)
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        SampleFile.Write(data.File("rows.csv.gz"), SampleFile.Header, _good, row, $"3{_good[1..]}", $"4{_good[1..]}");
        var report = await ReplayCommand.OnDirectory(data.File("rows.csv.gz"), data.Path);
        Assert.Equal((what, 4, 3, 1), (what, report.Rows, report.Accepted, report.Refused));
        Assert.Equal(15, report.Brands.Sum(brand => brand.PointsEarned));
        Assert.Single(terminal.Lines, printed => printed.StartsWith("line 3: ", StringComparison.Ordinal));
        Assert.Single(terminal.Lines, printed => printed.StartsWith("line ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DuplicateRow_CountsOnce()
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        SampleFile.Write(data.File("rows.csv.gz"), SampleFile.Header, _good, _good);
        var report = await ReplayCommand.OnDirectory(data.File("rows.csv.gz"), data.Path);
        var held = data.Query("SELECT balance_points FROM account WHERE kind = 1").Sum(row => (long)row[0]);
        Assert.Equal(5, held);
        Assert.Equal(held, report.Brands.Sum(brand => brand.PointsNet));
    }

    [Fact]
    public async Task TruncatedFile_FailsAndIsNamed()
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        var whole = await File.ReadAllBytesAsync(sample.File.Path, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(data.File("half.csv.gz"), whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);
        var failed = await Assert.ThrowsAsync<CommandFailedException>(() => ReplayCommand.OnDirectory(data.File("half.csv.gz"), data.Path));
        Assert.Contains("half.csv.gz", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnreadableFile_IsRefusedWithAClearMessage()
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        var path = data.File("purchases.csv");
        await Refused("cannot be read");
        await File.WriteAllTextAsync(path, "", TestContext.Current.CancellationToken);
        await Refused("is empty");
        await File.WriteAllTextAsync(path, "id,brand,card\n", TestContext.Current.CancellationToken);
        await Refused("lacks the columns trans_date, amount");
        path = data.File("not-compressed.csv.gz");
        await File.WriteAllTextAsync(path, SampleFile.Header, TestContext.Current.CancellationToken);
        await Refused("cannot be read");

        async Task Refused(string problem)
        {
            var failed = await Assert.ThrowsAsync<CommandFailedException>(() => ReplayCommand.OnDirectory(path, data.Path));
            Assert.Contains(path, failed.Message, StringComparison.Ordinal);
            Assert.Contains(problem, failed.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>All 105,437 rows if SOAK=1, otherwise the first 20,000.</summary>
    [Fact]
    public async Task RealPurchases_RunTwice_AreExactAndAddNothing()
    {
        const int all = 105_437;
        var whole = Path.Combine(RepositoryRoot(), "..", "shared", "data", "purchases.csv.gz");
        Assert.SkipUnless(File.Exists(whole), "The file of real purchases, shared/data/purchases.csv.gz beside the repository, is not here.");
        using var data = new DataFolder();
        using var terminal = new Terminal();
        var rows = Soak.Soaks ? all : 20_000;
        var path = FirstRows(whole, rows, data.File("first.csv.gz"));
        var expected = Recount.Of(path);
        Assert.Equal(rows, expected.Rows);

        var first = await ReplayCommand.OnDirectory(path, data.Path);
        Compare(expected, first);
        Assert.Equal(0, first.Refused);
        CompareMembers(expected, data);
        var verified = Verification.Run(data.Path);
        Assert.Empty(verified.Problems);

        var second = await ReplayCommand.OnDirectory(path, data.Path);
        Compare(expected, second);
        Assert.Equal(first.Ledger, second.Ledger);
        var again = Verification.Run(data.Path);
        Assert.Empty(again.Problems);
        Assert.Equal((verified.Events, verified.Entries), (again.Events, again.Entries));
    }

    /// <summary>Writes the header and the first rows of a gzip file to another file.</summary>
    internal static string FirstRows(string from, int rows, string to)
    {
        using var lines = new StreamReader(new GZipStream(File.OpenRead(from), CompressionMode.Decompress));
        using var written = new StreamWriter(new GZipStream(File.Create(to), CompressionLevel.Fastest));
        for (var line = 0; line <= rows && lines.ReadLine() is { } text; line++)
        {
            written.Write(text + "\n");
        }

        return to;
    }

    private static void Compare(Recount expected, ReplayReport report)
    {
        Assert.Equal(expected.Rows, report.Rows);
        Assert.Equal(expected.Accepted, report.Accepted);
        Assert.Equal(expected.Rows, report.Accepted + report.Refused);
        Assert.True(report.Ledger.Balanced);
        Assert.Equal(expected.Brands, report.Brands.Select(brand => new ExpectedBrand(
            brand.Brand, brand.Purchases, brand.Refunds, brand.Members, brand.PointsEarned, brand.PointsReversed)));
        Assert.All(report.Brands, brand => Assert.Equal(brand.PointsEarned - brand.PointsReversed, brand.PointsNet));
    }

    /// <summary>Compares each member's account as stored, not as the replay reports it.</summary>
    private static void CompareMembers(Recount expected, DataFolder data)
    {
        var stored = MembersPoints(data);
        Assert.Equal(expected.Net.Count, stored.Count);
        Assert.All(expected.Net, member =>
            Assert.Equal(member.Value, stored[(BrandPartner.IdOf(member.Key.Brand), member.Key.Card)]));
    }

    /// <summary>What each member holds in points and lots, pending ones included, less what they owe.</summary>
    internal static Dictionary<(string Programme, string Number), long> MembersPoints(DataFolder data)
    {
        var held = data.Query("SELECT name, balance_points FROM account WHERE kind IN (1, 2, 8, 9)")
            .Select(row => (Name: ((string)row[0]).Split('/'), Points: (long)row[1]))
            .ToLookup(account => (account.Name[1], account.Name[2]), account => account.Points);
        return data.Query("SELECT programme_id, number, membership_id FROM membership_number")
            .ToDictionary(row => ((string)row[0], (string)row[1]), row => held[((string)row[0], Id((byte[])row[2]))].Sum());
    }

    private static string Id(byte[] bytes) => new Guid(bytes, bigEndian: true).ToString();

    internal static string RepositoryRoot([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
