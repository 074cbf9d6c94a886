using System.Diagnostics;
using CoalitionGateway.Cli;
using CoalitionGateway.Cli.Sandbox;
using CoalitionGateway.Store;

namespace CoalitionGateway.Tests.Cli;

/// <summary>The command as a process: exit codes, what goes where, how it ends.</summary>
public sealed class ProcessTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task CommandThatCannotDoWhatItIsAsked_SaysWhyInOneLine_AndExitsWithOne()
    {
        using var data = new DataFolder();
        var (exitCode, output) = await Run("verify", "--data", data.File("nothing-here"));
        Assert.Equal(1, exitCode);
        Assert.Contains("holds no coalition", Assert.Single(output.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--server and --credentials go together", "replay", "purchases.csv", "--server", "http://127.0.0.1:5100")]
    [InlineData("--colour", "demo", "--colour")]
    [InlineData("transfer", "transfer")]
    public async Task CommandLineThatIsWrong_IsNamed_AndExitsWithOne(string named, params string[] arguments)
    {
        var (exitCode, output) = await Run(arguments);
        Assert.Equal(1, exitCode);
        Assert.Contains(named, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServeWithSandbox_StaysUpUntilItIsTold_AndLeavesTheDirectoryFree()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var data = new DataFolder();
        string[] arguments = ["serve", "--sandbox", "--grpc", "http://127.0.0.1:0", "--http", "http://127.0.0.1:0", "--data", data.Path];
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

    private static async Task<(int ExitCode, string Output)> Run(params string[] arguments)
    {
        using var process = Start(arguments);
        using var patience = new CancellationTokenSource(_patience);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            process.Kill();
        }
    }

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(ReplayCommand).Assembly.Location, .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
