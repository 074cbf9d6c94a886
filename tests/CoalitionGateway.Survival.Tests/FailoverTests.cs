using System.Diagnostics;
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
        using var oneFolder = new DataFolder();
        using var otherFolder = new DataFolder();
        using var one = new PostgresServer(oneFolder.Path);
        var name = one.Create();
        using var other = one.Standby(otherFolder.Path);
        await using var gateways = await ThreeGateways.Start(one.ForGateways(name, other));
        var (primary, standby, away) = (one, other, TimeSpan.Zero);
        for (var round = 0; round < Soak.Count(1, 10); round++)
        {
            await gateways.More(100);
            primary.Kill();
            standby.Promote();
            var promoted = Stopwatch.StartNew();
            await gateways.More(20);
            away = promoted.Elapsed > away ? promoted.Elapsed : away;
            primary.Rejoin(standby);
            (primary, standby) = (standby, primary);
        }

        await gateways.More(100);
        Assert.InRange(away, TimeSpan.Zero, _soon + _soon);
        var (sent, unanswered, committed) = await gateways.Settle(new Database("", primary.As("postgres", name)));
        Soak.Tell($"three gateways, the primary killed and its standby promoted {Soak.Count(1, 10)} times: {sent} requests, {unanswered} unanswered, {committed} of them committed; all three wrote again {away.TotalSeconds:0.0} s after a promotion at most; all invariants hold");
    }

    /// <summary>Patroni and etcd decide which server is the primary. Nothing of the gateway's takes part.</summary>
    [Fact]
    public async Task ThreeGateways_PatroniSwitchesThePrimary_KeepEveryAnsweredCall()
    {
        PostgresServer.SkipWithout();
        PatroniCluster.SkipWithout();
        using var folder = new DataFolder();
        using var cluster = new PatroniCluster(folder.Path);
        var name = cluster.Primary().Create();
        await using var gateways = await ThreeGateways.Start(cluster.ForGateways(name));
        var away = TimeSpan.Zero;
        for (var round = 0; round < Soak.Count(1, 10); round++)
        {
            await gateways.More(100);
            cluster.UntilStandbyIsSynchronous();
            var lost = cluster.Primary();
            lost.Kill();
            var killed = Stopwatch.StartNew();
            await gateways.More(20);
            away = killed.Elapsed > away ? killed.Elapsed : away;
            Assert.NotSame(lost, cluster.Primary());
        }

        await gateways.More(100);
        cluster.UntilStandbyIsSynchronous();
        var (sent, unanswered, committed) = await gateways.Settle(new Database("", cluster.Primary().As("postgres", name)));
        Soak.Tell($"three gateways, the primary of Patroni killed {Soak.Count(1, 10)} times: {sent} requests, {unanswered} unanswered, {committed} of them committed; all three wrote again {away.TotalSeconds:0.0} s after it at most; all invariants hold");
    }
}
