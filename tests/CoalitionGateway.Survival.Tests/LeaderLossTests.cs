using System.Diagnostics;
using CoalitionGateway.Survival.Tests.Hosting;

namespace CoalitionGateway.Survival.Tests;

/// <summary>Three gateways over one PostgreSQL. The leader is killed, or stopped and continued later.</summary>
public sealed class LeaderLossTests(OwnPostgres postgres)
{
    // Two seconds are promised. A machine that is busy with other tests needs longer.
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("killed")]
    [InlineData("stopped")]
    public async Task Followers_LeaderLost_KeepWriting_AndEachCallHasOneEffect(string how)
    {
        for (var round = 0; round < Soak.Count(1, 10); round++)
        {
            await Round(how);
        }
    }

    private async Task Round(string how)
    {
        using var data = new DataFolder();
        var name = postgres.Server.Create();
        var connection = postgres.Server.ForGateways(name);
        using var leader = new GatewayProcess(data.Path, connection);
        await leader.Start();
        var secret = await Front.Found(leader);
        await Soak.Until(() => Leader() == leader.Peers, $"the first gateway does not lead:\n{leader.Log}");
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
        if (how == "killed")
        {
            leader.Kill();
        }
        else
        {
            leader.Signal("STOP");
        }

        var watch = Stopwatch.StartNew();
        await Task.WhenAll(loads.Select(load => load.More(20)));
        var wrote = watch.Elapsed;
        await Soak.Until(() => Leader() == first.Peers || Leader() == second.Peers, $"nobody takes the lead:\n{first.Log}\n{second.Log}");
        var led = watch.Elapsed;
        await Task.WhenAll(loads.Select(load => load.More(100)));
        if (how == "stopped")
        {
            leader.Signal("CONT");
            await Task.WhenAll(loads.Select(load => load.More(100)));
        }

        await stop.CancelAsync();
        await running;
        Assert.InRange(wrote, TimeSpan.Zero, _soon);
        Assert.InRange(led, TimeSpan.Zero, _soon);
        Assert.All(loads.SelectMany(load => load.Sent), sent => Assert.True(sent.IsAnswered, sent.Outcome));
        await Load.Of(loads).Settle(firstFront, new Database(firstData.Path, postgres.Server.As("postgres", name)));
        Soak.Tell($"the leader of three gateways {how}: {loads.Sum(load => load.Sent.Count)} requests, none unanswered; writes went on after {wrote.TotalSeconds:0.0} s, another led after {led.TotalSeconds:0.0} s; all invariants hold");
    }

    /// <summary>The address of the gateway that leads; null if none does.</summary>
    private string? Leader() => postgres.Server.Scalar(
        "SELECT right(application_name, -16) FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE locktype = 'advisory' AND granted AND application_name LIKE 'coalition-leads %'") as string;
}
