using System.Net;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Tests.Platform.Telemetry;
using CoalitionGateway.V1;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace CoalitionGateway.Tests.Platform.Rpc;

/// <summary>Liveness and readiness, over HTTP and over gRPC.</summary>
public sealed class HealthTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Outage_OfTheStore_ShowsWithoutTraffic_AndSoDoesItsEnd()
    {
        await using var gateway = await TestGateway.Start(extend: FragileStore.Use);
        var store = (FragileStore)gateway.Services.GetRequiredService<LedgerStore>();
        using var measured = new Measurements(gateway);
        await Shows(gateway, HttpStatusCode.OK, ServingStatus.Serving);
        Assert.Equal(1, measured.Look("coalition.store.reachable"));

        store.IsDown = true;
        await Shows(gateway, HttpStatusCode.ServiceUnavailable, ServingStatus.NotServing);
        Assert.Equal(0, measured.Look("coalition.store.reachable"));
        Assert.Equal(HttpStatusCode.OK, await Status(gateway, "/healthz/live"));

        store.IsDown = false;
        await Shows(gateway, HttpStatusCode.OK, ServingStatus.Serving);
        Assert.Equal(1, measured.Look("coalition.store.reachable"));
    }

    [Fact]
    public async Task Outage_MetByACommand_ShowsAtOnce_AndItsEndShowsWithoutACommand()
    {
        await using var gateway = await TestGateway.Start(extend: FragileStore.Use);
        await gateway.TokenOf(Ledger.CallerKind.Operator, "");
        var store = (FragileStore)gateway.Services.GetRequiredService<LedgerStore>();
        store.IsDown = true;
        await Refusals.Refused(StatusCode.Unavailable, "STORE_UNAVAILABLE", async () => await gateway.Operator.Programmes.RegisterPartnerAsync(
            new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = "alpha", DisplayName = "Alpha" } }));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Status(gateway, "/healthz/ready"));

        store.IsDown = false;
        await Shows(gateway, HttpStatusCode.OK, ServingStatus.Serving);
    }

    [Fact]
    public async Task Watch_ReportsEachChange()
    {
        await using var gateway = await TestGateway.Start(extend: FragileStore.Use);
        var store = (FragileStore)gateway.Services.GetRequiredService<LedgerStore>();
        using var watch = new Health.HealthClient(gateway.Channel).Watch(new HealthCheckRequest { Service = "coalition.gateway.v1.EarningService" });
        foreach (var (isDown, told) in new[] { (false, ServingStatus.Serving), (true, ServingStatus.NotServing), (false, ServingStatus.Serving) })
        {
            store.IsDown = isDown;
            Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(_patience));
            Assert.Equal(told, watch.ResponseStream.Current.Status);
        }
    }

    [Fact]
    public async Task Watch_OfAnUnknownService_IsServiceUnknown()
    {
        await using var gateway = await TestGateway.Start();
        using var watch = new Health.HealthClient(gateway.Channel).Watch(new HealthCheckRequest { Service = "no.such" });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(ServingStatus.ServiceUnknown, watch.ResponseStream.Current.Status);
    }

    [Fact]
    public async Task Stop_WhileAStreamIsOpen_IsLiveButNotReady()
    {
        var gateway = await TestGateway.Start();
        var partner = await gateway.Operator.Programmes.RegisterPartnerAsync(new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = "alpha", DisplayName = "Alpha" } });
        Assert.NotEmpty(partner.ClientId);
        var streams = gateway.Services.GetRequiredService<CoalitionGateway.Platform.Rpc.OpenStreams>();
        var stopping = streams.StoppingAsync(CancellationToken.None);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Status(gateway, "/healthz/ready"));
        Assert.Equal(HttpStatusCode.OK, await Status(gateway, "/healthz/live"));
        Assert.Equal(ServingStatus.NotServing, (await new Health.HealthClient(gateway.Channel).CheckAsync(new HealthCheckRequest())).Status);
        await stopping;
        await gateway.Stop();
        TestDatabase.Delete(gateway.Options);
    }

    [Fact]
    public async Task Outage_OnPostgres_ShowsWithoutTraffic_AndSoDoesItsEnd()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, "COALITION_TEST_POSTGRES names no server.");
        await using var gateway = await TestGateway.Start();
        var database = new NpgsqlConnectionStringBuilder(gateway.Options.Postgres).Database!;
        await using var server = new NpgsqlConnection(TestDatabase.As(null, "postgres"));
        await server.OpenAsync();
        await Shows(gateway, HttpStatusCode.OK, ServingStatus.Serving);
        server.Execute($"ALTER DATABASE {database} ALLOW_CONNECTIONS false");
        server.Query($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");
        await Shows(gateway, HttpStatusCode.ServiceUnavailable, ServingStatus.NotServing);
        Assert.Equal(HttpStatusCode.OK, await Status(gateway, "/healthz/live"));
        server.Execute($"ALTER DATABASE {database} ALLOW_CONNECTIONS true");
        await Shows(gateway, HttpStatusCode.OK, ServingStatus.Serving);
    }

    /// <summary>Waits until every source of readiness shows this state.</summary>
    private static async Task Shows(TestGateway gateway, HttpStatusCode status, ServingStatus serving)
    {
        var health = new Health.HealthClient(gateway.Channel);
        var until = DateTime.UtcNow + _patience;
        while (await Status(gateway, "/healthz/ready") != status || (await health.CheckAsync(new HealthCheckRequest())).Status != serving)
        {
            Assert.True(DateTime.UtcNow < until, $"Readiness did not become {status}.");
            await Task.Delay(100);
        }

        Assert.Equal(status, await Status(gateway, "/healthz"));
    }

    private static async Task<HttpStatusCode> Status(TestGateway gateway, string path)
    {
        using var answer = await gateway.Http.GetAsync($"{gateway.Options.HttpUrl}{path}");
        return answer.StatusCode;
    }
}
