using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using CoalitionGateway.Cli;
using CoalitionGateway.Cli.Sandbox;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Tests.Cli;

/// <summary>The command as a process: its exit codes, its output streams, its end.</summary>
public sealed class ProcessTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Command_ThatFails_SaysWhyInOneLine_AndExitsWithOne()
    {
        using var data = new DataFolder();
        var (exitCode, output, error) = await RunApart("verify", "--data", data.File("nothing-here"));
        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Contains("holds no coalition", Assert.Single(error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--server and --credentials go together", "replay", "purchases.csv", "--server", "http://127.0.0.1:5100")]
    [InlineData("--colour", "demo", "--colour")]
    [InlineData("transfer", "transfer")]
    public async Task CommandLine_Invalid_NamesTheFault_AndExitsWithOne(string named, params string[] arguments)
    {
        var (exitCode, output) = await Run(arguments);
        Assert.Equal(1, exitCode);
        Assert.Contains(named, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServeSandbox_RunsUntilStopped_AndFreesTheDirectory()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var data = new DataFolder();
        string[] arguments = ["serve", "--no-portal", "--sandbox", "--grpc", "http://127.0.0.1:0", "--http", "http://127.0.0.1:0", "--data", data.Path];
        using var serving = Start(arguments);
        try
        {
            while (!(await serving.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("It ended.")).StartsWith("sandbox: ", StringComparison.Ordinal))
            {
            }

            var sandbox = SandboxFile.Read(data.File(SandboxFile.Name));
            using var http = new HttpClient();
            Assert.Contains("token_endpoint", await http.GetStringAsync($"{sandbox.Authority}/.well-known/openid-configuration", TestContext.Current.CancellationToken), StringComparison.Ordinal);

            var (exitCode, output) = await Run(arguments);
            Assert.Equal(1, exitCode);
            Assert.Contains("Another gateway works on", output, StringComparison.Ordinal);

            using var kill = Process.Start("kill", ["-TERM", $"{serving.Id}"]);
            using var patience = new CancellationTokenSource(_patience);
            await serving.WaitForExitAsync(patience.Token);
            Assert.Equal(0, serving.ExitCode);
            Assert.Empty(Verification.Run(data.Path).Problems);
        }
        finally
        {
            serving.Kill();
        }
    }

    [Fact]
    public async Task Serve_WithTheJsonFormatter_LogsObjectsWithTheValuesOfTheirTemplates()
    {
        using var data = new DataFolder();
        using var serving = Start(
            ["serve", "--grpc", "http://127.0.0.1:0", "--http", "http://127.0.0.1:0", "--data", data.Path], ("Logging__Console__FormatterName", "json"), ("Logging__LogLevel__Microsoft.Hosting", "Information"));
        try
        {
            string line;
            do
            {
                line = await serving.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("It ended.");
            }
            while (!line.StartsWith('{'));

            using var entry = JsonDocument.Parse(line);
            Assert.True(entry.RootElement.GetProperty("State").TryGetProperty("{OriginalFormat}", out _), line);
        }
        finally
        {
            serving.Kill();
        }
    }

    [Fact]
    public async Task Replay_Stopped_ReportsWhatItSent_AndASecondRunContinues()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var data = new DataFolder();
        const int rows = 20_000;
        const int malformed = 8_000;
        var (path, json) = (data.File("rows.csv.gz"), data.File("out.json"));
        SampleFile.Write(path, [SampleFile.Header, .. Enumerable.Range(2, rows).Select(line => $"{line},2015-01,2015-01-02,{1000 + (line % 10)},B{line % 3},fuel,bp,{(line == malformed ? "no" : "1.00")},,,GBP,K1,Fuel")]);
        using var replaying = Start("replay", path, "--data", data.Path, "--json", json);
        try
        {
            using var patience = new CancellationTokenSource(_patience);
            while (!(await replaying.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("It ended.")).StartsWith($"line {malformed}: ", StringComparison.Ordinal))
            {
            }

            var watch = Stopwatch.StartNew();
            using var kill = Process.Start("kill", ["-TERM", $"{replaying.Id}"]);
            var (output, error) = (await replaying.StandardOutput.ReadToEndAsync(patience.Token), await replaying.StandardError.ReadToEndAsync(patience.Token));
            await replaying.WaitForExitAsync(patience.Token);
            Assert.True(replaying.ExitCode == 130, $"exit code {replaying.ExitCode}: {output} {error}");
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"It took {watch.Elapsed}.");
            Assert.Contains("A second run goes on where this one stopped", error, StringComparison.Ordinal);
            Assert.StartsWith("replay: ", output.Trim().Split('\n')[^1], StringComparison.Ordinal);
        }
        finally
        {
            replaying.Kill();
        }

        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
        var accepted = written.RootElement.GetProperty("accepted").GetInt64();
        Assert.InRange(accepted, 1, rows - 2);
        Assert.Equal(accepted + written.RootElement.GetProperty("refused").GetInt64(), written.RootElement.GetProperty("rows").GetInt64());
        Assert.True(written.RootElement.GetProperty("ledger").GetProperty("balanced").GetBoolean());
        Assert.Equal(accepted, data.Query("SELECT count(*) FROM purchase")[0][0]);
        Assert.Empty(Verification.Run(data.Path).Problems);

        var (exitCode, last) = await Run("replay", path, "--data", data.Path);
        Assert.Equal(3, exitCode);
        Assert.Contains($"replay: {rows} rows, {rows - 1} accepted, 1 refused", last, StringComparison.Ordinal);
        Assert.Equal(rows - 1L, data.Query("SELECT count(*) FROM purchase")[0][0]);
    }

    [Fact]
    public async Task Sandbox_WithAnUntrustedCertificate_SaysSo_AndAdvisesNoDeletion()
    {
        using var data = new DataFolder();
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllBytesAsync(data.File("untrusted.pfx"), certificate.Export(X509ContentType.Pfx), TestContext.Current.CancellationToken);
        using var serving = Start(
            ["serve", "--no-portal", "--sandbox", "--grpc", "https://127.0.0.1:0", "--http", "https://127.0.0.1:0", "--data", data.File("data")],
            ("Kestrel__Certificates__Default__Path", data.File("untrusted.pfx")));
        try
        {
            using var patience = new CancellationTokenSource(_patience);
            var error = await serving.StandardError.ReadToEndAsync(patience.Token);
            await serving.WaitForExitAsync(patience.Token);
            Assert.Equal(1, serving.ExitCode);
            Assert.Contains("certificate", error, StringComparison.Ordinal);
            Assert.DoesNotContain("another coalition", error, StringComparison.Ordinal);
            Assert.DoesNotContain("delete", error, StringComparison.Ordinal);
        }
        finally
        {
            serving.Kill();
        }
    }

    private static async Task<(int ExitCode, string Output)> Run(params string[] arguments)
    {
        var (exitCode, output, error) = await RunApart(arguments);
        return (exitCode, output + error);
    }

    internal static async Task<(int ExitCode, string Output, string Error)> RunApart(params string[] arguments)
    {
        using var process = Start(arguments);
        using var patience = new CancellationTokenSource(_patience);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill();
        }
    }

    private static Process Start(params string[] arguments) => Start(arguments, []);

    internal static Process Start(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(ReplayCommand).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
