using CoalitionGateway.Survival.Tests.Hosting;
using Grpc.Core;

namespace CoalitionGateway.Survival.Tests;

/// <summary>Three gateways over one PostgreSQL work on the same accounts. One is killed, one is told to stop.</summary>
public sealed class ReplicaTests(OwnPostgres postgres)
{
    [Fact]
    public async Task Replicas_OneKilledAndOneStopped_KeepEveryAnsweredCall_AndTheStopDropsNoCall()
    {
        for (var round = 0; round < Soak.Count(1, 10); round++)
        {
            await Round();
        }
    }

    private async Task Round()
    {
        using var data = new DataFolder();
        var name = postgres.Server.Create();
        var connection = postgres.Server.ForGateways(name);
        using var staying = new GatewayProcess(data.Path, connection);
        await staying.Start();
        var secret = await Front.Found(staying);
        using var killedData = data.WithSameKeys();
        using var stoppedData = data.WithSameKeys();
        using var killed = new GatewayProcess(killedData.Path, connection);
        using var stopped = new GatewayProcess(stoppedData.Path, connection);
        await Task.WhenAll(killed.Start(), stopped.Start());

        using var stayingFront = await Front.Open(staying, secret);
        using var killedFront = await Front.Open(killed, secret);
        using var stoppedFront = await Front.Open(stopped, secret);
        var loads = new[] { new Load(), new Load(), new Load() };
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(
            loads[0].Run(stayingFront, stop.Token), loads[1].Run(killedFront, stop.Token), loads[2].Run(stoppedFront, stop.Token));

        await Task.WhenAll(loads.Select(load => load.More(100 + Random.Shared.Next(200))));
        killed.Kill();
        await loads[0].More(50);
        await loads[2].More(50);
        var stopTime = DateTime.UtcNow;
        stopped.Terminate();
        Assert.Equal(0, await stopped.ExitCode());
        await loads[0].More(100);
        await stop.CancelAsync();
        await running;

        // A call sent before the stop is answered. A call sent after it is answered or was never begun.
        Assert.All(loads[2].Sent.Where(sent => sent.SendTime < stopTime), sent => Assert.True(sent.IsAnswered, sent.Outcome));
        Assert.All(loads[2].Unanswered, sent => Assert.True(WasNeverBegun(sent.Failed!), sent.Outcome));
        var after = loads[2].Sent.Count(sent => sent.SendTime >= stopTime && sent.IsAnswered);

        // The remaining gateway gives the same answers as the other gateways gave.
        var all = Load.Of(loads);
        var (unanswered, dropped) = (loads[1].Unanswered.Count(), loads[2].Unanswered.Count());
        var committed = await all.Settle(stayingFront, new Database(data.Path, postgres.Server.As("postgres", name)));
        Soak.Tell($"three replicas: {all.Sent.Count} requests; one killed with calls under way ({unanswered} unanswered in all), one stopped ({after} answered after the stop began, {dropped} told UNAVAILABLE); {committed} of the unanswered were committed; all invariants hold");
    }

    /// <summary>
    /// Whether the gateway said so, or closed the connection without an error before the call began (RFC 9113, section 6.8), which
    /// gRPC for .NET tells as INTERNAL. <see cref="Client.Retries"/> repeats both.
    /// </summary>
    private static bool WasNeverBegun(RpcException failed) => failed.StatusCode == StatusCode.Unavailable
        || (failed.Status.DebugException?.GetBaseException() is HttpProtocolException { ErrorCode: 0 } && CoalitionGateway.Client.Retries.MayPass(failed));
}
