using CoalitionGateway.Survival.Tests.Hosting;

namespace CoalitionGateway.Survival.Tests;

/// <summary>Kills the gateway under load with kill -9, at random moments.</summary>
public sealed class KillTests(OwnPostgres postgres)
{
    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task Gateway_KilledUnderLoad_KeepsEveryAnsweredCall_AndEachRequestHasOneEffect(string on)
    {
        using var data = new DataFolder();
        var name = on == "SQLite" ? null : postgres.Server.Create();
        var database = new Database(data.Path, name is null ? null : postgres.Server.As("postgres", name));
        using var gateway = new GatewayProcess(data.Path, name is null ? null : postgres.Server.ForGateways(name));
        await gateway.Start();
        var secret = await Front.Found(gateway);
        var load = new Load();
        var (rounds, unanswered, committed) = (Soak.Count(1, 30), 0, 0);
        for (var round = 0; round < rounds; round++)
        {
            using (var front = await Front.Open(gateway, secret))
            {
                using var stop = new CancellationTokenSource();
                var running = load.Run(front, stop.Token);
                await load.More(50 + Random.Shared.Next(Soak.Count(400, 1500)));
                await Task.Delay(Random.Shared.Next(20));
                gateway.Kill();
                await stop.CancelAsync();
                await running;
            }

            unanswered += load.Unanswered.Count();
            await gateway.Start();
            using var again = await Front.Open(gateway, secret);
            committed += await load.Settle(again, database);
        }

        Assert.True(unanswered > 0, "No call was under way at any kill: they show little.");
        Soak.Tell($"{rounds} kills of the gateway on {on}: {load.Sent.Count} requests, {unanswered} unanswered, {committed} of these committed; each has one effect");
    }
}
