using System.Diagnostics;
using CoalitionGateway.Survival.Tests.Hosting;

namespace CoalitionGateway.Survival.Tests;

/// <summary>
/// Three gateways over one PostgreSQL. The leader is killed, or stopped and continued later, or cut off from the database and the
/// other gateways, and connected again later.
/// </summary>
public sealed class LeaderLossTests(OwnPostgres postgres)
{
    // The leader's way to the database and to the other gateways.
    private const string _cut = "127.0.0.2";

    // Two seconds are promised. A machine that is busy with other tests needs longer.
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("killed")]
    [InlineData("stopped")]
    public async Task Followers_LeaderLost_KeepWriting_AndEachCallHasOneEffect(string how)
    {
        for (var round = 0; round < Soak.Count(1, 10); round++)
        {
            await Round(how, postgres.Server);
        }
    }

    /// <summary>Runs the test below in a network of its own, in which packets can be dropped.</summary>
    [Fact]
    public async Task Followers_LeaderCutOff_KeepWriting_AndEachCallHasOneEffect()
    {
        PostgresServer.SkipWithout();
        Assert.SkipUnless(File.Exists("/usr/bin/unshare") && Exit("nft list ruleset 2>/dev/null") == 0, "A network namespace needs root, unshare and nftables.");
        var test = $"dotnet '{typeof(LeaderLossTests).Assembly.Location}' -noLogo -noColor -explicit only -method '*.{nameof(Followers_LeaderCutOffInThisNetwork_KeepWriting)}'";
        var log = Path.GetTempFileName();
        try
        {
            var exit = await Task.Run(() => Exit($"ip link set lo up && {test} >'{log}' 2>&1"));
            var told = await File.ReadAllTextAsync(log);
            Assert.True(exit == 0 && told.Contains("Total: 1,", StringComparison.Ordinal), told);
            Soak.Tell(told.Split('\n').Single(line => line.StartsWith("survival: ", StringComparison.Ordinal))["survival: ".Length..]);
        }
        finally
        {
            File.Delete(log);
        }

        static int Exit(string command)
        {
            using var process = Process.Start("unshare", ["--net", "sh", "-c", command]);
            process.WaitForExit();
            return process.ExitCode;
        }
    }

    [Fact(Explicit = true)]
    public async Task Followers_LeaderCutOffInThisNetwork_KeepWriting()
    {
        using var folder = new DataFolder();
        using var server = new PostgresServer(folder.Path, $"listen_addresses = '127.0.0.1,{_cut}'");
        for (var round = 0; round < Soak.Count(1, 10); round++)
        {
            await Round("cut off", server);
        }
    }

    private static async Task Round(string how, PostgresServer server)
    {
        using var data = new DataFolder();
        var name = server.Create();
        var connection = server.ForGateways(name);
        using var leader = how == "cut off"
            ? new GatewayProcess(data.Path, connection.Replace("127.0.0.1", _cut, StringComparison.Ordinal)) { Peers = $"{_cut}:{GatewayProcess.FreePort()}" }
            : new GatewayProcess(data.Path, connection);
        await leader.Start();
        var secret = await Front.Found(leader);
        await Soak.Until(() => Leader(server) == leader.Peers, $"the first gateway does not lead:\n{leader.Log}");
        using var firstData = data.WithSameKeys();
        using var secondData = data.WithSameKeys();
        using var first = new GatewayProcess(firstData.Path, connection);
        using var second = new GatewayProcess(secondData.Path, connection);
        await Task.WhenAll(first.Start(), second.Start());

        using var firstFront = await Front.Open(first, secret);
        using var secondFront = await Front.Open(second, secret);
        var loads = new[] { new Load(), new Load() };
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(loads[0].Run(firstFront, stop.Token), loads[1].Run(secondFront, stop.Token));
        await Task.WhenAll(loads.Select(load => load.More(200)));
        Lose(leader, how);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(loads.Select(load => load.More(20)));
        var wrote = watch.Elapsed;
        await Soak.Until(() => Leader(server) == first.Peers || Leader(server) == second.Peers, $"nobody takes the lead:\n{first.Log}\n{second.Log}");
        var led = watch.Elapsed;
        await Task.WhenAll(loads.Select(load => load.More(100)));
        if (how != "killed")
        {
            Return(leader, how);
            await Task.WhenAll(loads.Select(load => load.More(100)));
        }

        await stop.CancelAsync();
        await running;
        Assert.InRange(wrote, TimeSpan.Zero, _soon);
        Assert.InRange(led, TimeSpan.Zero, _soon);
        Assert.All(loads.SelectMany(load => load.Sent), sent => Assert.True(sent.IsAnswered, sent.Outcome));
        await Load.Of(loads).Settle(firstFront, new Database(firstData.Path, server.As("postgres", name)));
        Soak.Tell($"the leader of three gateways {how}: {loads.Sum(load => load.Sent.Count)} requests, none unanswered; writes went on after {wrote.TotalSeconds:0.0} s, another led after {led.TotalSeconds:0.0} s; all invariants hold");
    }

    private static void Lose(GatewayProcess leader, string how)
    {
        switch (how)
        {
            case "killed":
                leader.Kill();
                break;
            case "stopped":
                leader.Signal("STOP");
                break;
            default:
                Filter($"add table ip cut; add chain ip cut in {{ type filter hook input priority 0; }}; add rule ip cut in ip saddr {_cut} drop; add rule ip cut in ip daddr {_cut} drop");
                break;
        }
    }

    private static void Return(GatewayProcess leader, string how)
    {
        if (how == "stopped")
        {
            leader.Signal("CONT");
        }
        else
        {
            Filter("delete table ip cut");
        }
    }

    private static void Filter(string rules)
    {
        using var nft = Process.Start("nft", [rules]);
        nft.WaitForExit();
        Assert.Equal(0, nft.ExitCode);
    }

    /// <summary>The address of the gateway that leads; null if none does.</summary>
    private static string? Leader(PostgresServer server) => server.Scalar(
        "SELECT right(application_name, -16) FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE locktype = 'advisory' AND granted AND application_name LIKE 'coalition-leads %'") as string;
}
