using System.Diagnostics;
using CoalitionGateway.Cli;
using CoalitionGateway.Cli.Sandbox;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Tests.Cli;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// A replay loses a day's purchases if it ends at the first UNAVAILABLE, or if nobody notices that rows were refused.
/// </summary>
[Collection(TerminalCollection.Name)]
public sealed class ReplayOutageTests
{
    private const int _rows = 12_000;
    private const int _malformed = 4_000;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    // Longer than gRPC's own five attempts.
    private static readonly TimeSpan _away = TimeSpan.FromSeconds(3);

    // Limits for sending a whole file: the default limits would slow it down for minutes.
    private static readonly (string, string)[] _unlimited = [("Gateway__RateLimits__0__CallsPerSecond", "1000000"), ("Gateway__RateLimits__0__Burst", "1000000")];

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    public async Task Replay_OnSqlite_GatewayRestarts_ContinuesWhereItStopped(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        using var data = new DataFolder();
        var path = data.File("rows.csv.gz");
        SampleFile.Write(path, [SampleFile.Header, .. Enumerable.Range(2, _rows).Select(line =>
            $"{line},2015-01,2015-01-02,{1000 + (line % 10)},B{line % 3},fuel,bp,{(line == _malformed ? "no" : "1.00")},,,GBP,K1,Fuel")]);
        string[] serve = ["serve", "--no-portal", "--sandbox", "--grpc", TestGateway.FreeUrl(), "--http", TestGateway.FreeUrl(), "--data", data.Path];
        using var first = await Serving(serve, _unlimited);
        var sandbox = SandboxFile.Read(data.File(SandboxFile.Name));
        using var replaying = ProcessTests.Start(["replay", path, "--server", sandbox.Grpc, "--credentials", data.File(SandboxFile.Name)]);
        try
        {
            using var patience = new CancellationTokenSource(_patience);
            await Line(replaying.StandardOutput, $"line {_malformed}: ", patience.Token);
            await Signal(first, signal, patience.Token);
            await Task.Delay(_away, patience.Token);
            using var second = await Serving(serve, _unlimited);
            try
            {
                var (output, error) = (replaying.StandardOutput.ReadToEndAsync(patience.Token), replaying.StandardError.ReadToEndAsync(patience.Token));
                await replaying.WaitForExitAsync(patience.Token);
                Assert.True(replaying.ExitCode == 3, $"exit code {replaying.ExitCode}: {await output} {await error}");
                Assert.Contains($"replay: {_rows} rows, {_rows - 1} accepted, 1 refused", await output, StringComparison.Ordinal);
                Assert.Contains("Waiting for it", await error, StringComparison.Ordinal);
            }
            finally
            {
                await Signal(second, "TERM", CancellationToken.None);
            }
        }
        finally
        {
            replaying.Kill();
            first.Kill();
        }

        Assert.Equal(_rows - 1L, data.Query("SELECT count(*) FROM purchase WHERE partner_id LIKE 'r-%'")[0][0]);
        Assert.Empty(Verification.Run(data.Path).Problems);
    }

    [Fact]
    public async Task Replay_OnSqlite_GatewayLimitsCalls_WaitsAndSendsAll()
    {
        const int cards = 40;
        using var data = new DataFolder();
        SampleFile.Write(data.File("rows.csv.gz"), [SampleFile.Header, .. Enumerable.Range(1, cards).Select(card =>
            $"{card},2015-01,2015-01-02,{card},BP,fuel,bp,1.00,,,GBP,K1,Fuel")]);
        using var serving = await Serving(
            ["serve", "--no-portal", "--sandbox", "--grpc", TestGateway.FreeUrl(), "--http", TestGateway.FreeUrl(), "--data", data.Path],
            ("Gateway__RateLimits__0__CallsPerSecond", "20"), ("Gateway__RateLimits__0__Burst", "5"));
        try
        {
            var sandbox = SandboxFile.Read(data.File(SandboxFile.Name));
            var (exitCode, output, error) = await ProcessTests.RunApart("replay", data.File("rows.csv.gz"), "--server", sandbox.Grpc, "--credentials", data.File(SandboxFile.Name));
            Assert.True(exitCode == 0, output + error);
            Assert.Contains($"replay: {cards} rows, {cards} accepted, 0 refused", output, StringComparison.Ordinal);
        }
        finally
        {
            serving.Kill();
        }
    }

    [Fact]
    public async Task Replay_OnSqlite_GatewayStaysAway_FailsWhenPatienceEnds()
    {
        using var data = new DataFolder();
        using var serving = await Serving(["serve", "--no-portal", "--sandbox", "--grpc", TestGateway.FreeUrl(), "--http", TestGateway.FreeUrl(), "--data", data.Path]);
        serving.Kill();
        SampleFile.Write(data.File("rows.csv.gz"), SampleFile.Header, "1,2015-01,2015-01-02,1,BP,fuel,bp,1.00,,,GBP,K1,Fuel");
        var sandbox = SandboxFile.Read(data.File(SandboxFile.Name));
        var (exitCode, _, error) = await ProcessTests.RunApart(
            "replay", data.File("rows.csv.gz"), "--server", sandbox.Grpc, "--credentials", data.File(SandboxFile.Name), "--patience", "1");
        Assert.Equal(1, exitCode);
        Assert.Contains("Waiting for it for 1 s at most", error, StringComparison.Ordinal);
        Assert.Contains("Run again: what was recorded is not recorded twice.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,2015-01,2015-01-02,1000,BP,fuel,bp,5.99,,,GBP,K1,Fuel", 0)]
    [InlineData("1,2015-01,2015-01-02,1000,BP,fuel,bp,no,,,GBP,K1,Fuel", 3)]
    [InlineData("1,2015-01,2015-01-02,10 00,BP,fuel,bp,5.99,,,GBP,K1,Fuel", 3)]
    public async Task Replay_OnSqlite_RowsRefused_ExitsWithItsOwnCode(string row, int exitCode)
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        SampleFile.Write(data.File("rows.csv.gz"), SampleFile.Header, row);
        Assert.Equal(exitCode, await ReplayCommand.Create().Parse([data.File("rows.csv.gz"), "--data", data.Path]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));
    }

    private static async Task<Process> Serving(string[] arguments, params (string Name, string Value)[] environment)
    {
        var serving = ProcessTests.Start(arguments, environment);
        using var patience = new CancellationTokenSource(_patience);
        await Line(serving.StandardOutput, "sandbox: ", patience.Token);

        // A full pipe without a reader would stop its writer.
        _ = serving.StandardOutput.ReadToEndAsync(CancellationToken.None);
        _ = serving.StandardError.ReadToEndAsync(CancellationToken.None);
        return serving;
    }

    private static async Task Line(StreamReader output, string beginning, CancellationToken patience)
    {
        while (!(await output.ReadLineAsync(patience) ?? throw new InvalidOperationException("It ended.")).StartsWith(beginning, StringComparison.Ordinal))
        {
        }
    }

    private static async Task Signal(Process process, string signal, CancellationToken patience)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await process.WaitForExitAsync(patience);
    }
}
