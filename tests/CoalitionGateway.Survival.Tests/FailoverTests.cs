using CoalitionGateway.Survival.Tests.Hosting;
using CoalitionGateway.V1;

namespace CoalitionGateway.Survival.Tests;

/// <summary>PostgreSQL's primary dies and its standby takes over. The gateway switches to it, and clients wait.</summary>
public sealed class FailoverTests
{
    // By default the driver caches the state of servers for ten seconds.
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(8);

    // Long enough for the gateway to notice that the other server is a standby.
    private static readonly TimeSpan _promotionTakes = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Purchases_WhilePostgresFailsOver_WaitAndTakeEffectOnce()
    {
        PostgresServer.SkipWithout();
        using var data = new DataFolder();
        using var primaryFolder = new DataFolder();
        using var standbyFolder = new DataFolder();
        using var primary = new PostgresServer(primaryFolder.Path);
        var name = primary.Create();
        using var standby = primary.Standby(standbyFolder.Path);
        using var gateway = new GatewayProcess(data.Path, primary.ForGateways(name, standby));
        await gateway.Start();
        var secret = await Front.Found(gateway);
        using var http = new HttpClient();
        using var tokens = new TokenSource(http, new Uri(gateway.Http, "oauth/token"), "alpha", secret);
        using var client = new CoalitionClient(gateway.Grpc, tokens.Get);
        await client.Earning.RecordPurchaseAsync(Front.Purchase("a-1", 10));

        primary.Kill();
        RecordPurchaseRequest[] purchases = [.. Enumerable.Range(0, 8).Select(i => Front.Purchase($"a-{i}", 10))];
        var recording = purchases.Select(purchase => client.Earning.RecordPurchaseAsync(purchase).ResponseAsync).ToArray();
        await Task.Delay(_promotionTakes);
        Assert.DoesNotContain(recording, call => call.IsCompleted);
        standby.Promote();
        var promoted = DateTime.UtcNow;
        while ((await http.GetAsync(new Uri(gateway.Http, "healthz/ready"))).StatusCode != System.Net.HttpStatusCode.OK)
        {
            Assert.True(DateTime.UtcNow < promoted + _soon, $"The gateway does not find the new primary:\n{gateway.Log}");
            await Task.Delay(50);
        }

        var found = DateTime.UtcNow - promoted;
        await Task.WhenAll(recording);
        Assert.All(recording, call => Assert.Equal(10, call.Result.Purchase.GivenPoints));
        foreach (var (purchase, call) in purchases.Zip(recording))
        {
            Assert.Equal(await call, await client.Earning.RecordPurchaseAsync(purchase));
        }

        var database = new Database(data.Path, standby.As("postgres", name));
        Assert.Superset(purchases.Select(purchase => Guid.Parse(purchase.RequestId)).ToHashSet(), database.RequestIds());
        Assert.Empty(database.Verify().Problems);
        Soak.Tell($"PostgreSQL failed over to its standby: the gateway was ready {found.TotalSeconds:0.0} s after the promotion, no purchase was lost");
    }

    [Fact]
    public async Task ThreeGateways_PrimaryDies_KeepEveryAnsweredCall_AndTheOldPrimaryReturnsAsStandby()
    {
        PostgresServer.SkipWithout();
        using var data = new DataFolder();
        using var oneFolder = new DataFolder();
        using var otherFolder = new DataFolder();
        using var one = new PostgresServer(oneFolder.Path);
        var name = one.Create();
        using var other = one.Standby(otherFolder.Path);
        var connection = one.ForGateways(name, other);
        using var first = new GatewayProcess(data.Path, connection);
        await first.Start();
        var secret = await Front.Found(first);
        using var secondData = data.WithSameKeys();
        using var thirdData = data.WithSameKeys();
        using var second = new GatewayProcess(secondData.Path, connection);
        using var third = new GatewayProcess(thirdData.Path, connection);
        await Task.WhenAll(second.Start(), third.Start());
        using var firstFront = await Front.Open(first, secret);
        using var secondFront = await Front.Open(second, secret);
        using var thirdFront = await Front.Open(third, secret);

        var loads = new[] { new Load(), new Load(), new Load() };
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(loads[0].Run(firstFront, stop.Token), loads[1].Run(secondFront, stop.Token), loads[2].Run(thirdFront, stop.Token));
        var (primary, standby, away) = (one, other, TimeSpan.Zero);
        for (var round = 0; round < Soak.Count(1, 10); round++)
        {
            await Task.WhenAll(loads.Select(load => load.More(100)));
            primary.Kill();
            standby.Promote();
            var promoted = System.Diagnostics.Stopwatch.StartNew();
            await Task.WhenAll(loads.Select(load => load.More(20)));
            away = promoted.Elapsed > away ? promoted.Elapsed : away;
            primary.Rejoin(standby);
            (primary, standby) = (standby, primary);
        }

        await Task.WhenAll(loads.Select(load => load.More(100)));
        await stop.CancelAsync();
        await running;
        Assert.InRange(away, TimeSpan.Zero, _soon + _soon);
        var all = Load.Of(loads);
        var unanswered = all.Unanswered.Count();
        var committed = await all.Settle(firstFront, new Database(data.Path, primary.As("postgres", name)));
        Soak.Tell($"three gateways, the primary killed and its standby promoted {Soak.Count(1, 10)} times: {all.Sent.Count} requests, {unanswered} unanswered, {committed} of them committed; all three wrote again {away.TotalSeconds:0.0} s after a promotion at most; all invariants hold");
    }
}
