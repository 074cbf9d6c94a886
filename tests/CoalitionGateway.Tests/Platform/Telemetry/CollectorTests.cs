using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace CoalitionGateway.Tests.Platform.Telemetry;

public sealed class CollectorTests
{
    [Fact]
    public async Task Gateway_WithACollector_SendsItMetricsAndTraces_WithoutWhatCallersWrote()
    {
        await using var collector = await TestCollector.Start();
        await using var coalition = new TestCoalition { Configure = options => options.OtlpEndpoint = collector.Url };
        await coalition.InitializeAsync();
        var gateway = coalition.Gateway;
        var member = await coalition.Member(Secrets.Profile, coalition.Alpha);
        await TestCoalition.Buy(coalition.Alpha, member, 42);
        await Assert.ThrowsAsync<RpcException>(async () => await coalition.Alpha.Client.Earning.RecordPurchaseAsync(
            new RecordPurchaseRequest { RequestId = RequestIds.New(), MembershipNumber = Secrets.Number, PurchaseReference = Secrets.Number }));
        await gateway.Http.GetAsync($"{gateway.Options.HttpUrl}/oauth/authorize?login_hint={Secrets.Number}");
        await gateway.Http.GetAsync($"{gateway.Options.HttpUrl}/{Secrets.Number}");

        // A flush returns when the last span is queued, not when it is sent. A gateway that has stopped has sent everything.
        await gateway.Stop();
        var (metrics, traces) = (collector.Of("MetricsService"), collector.Of("TraceService"));
        foreach (var name in new[] { "coalition-gateway", "coalition.call.duration", "coalition.refusals", "coalition.journal.batch.size", "coalition.journal.commit.duration", "coalition.journal.queue.depth", "coalition.store.reachable", "http.server.request.duration" })
        {
            Assert.Contains(name, metrics, StringComparison.Ordinal);
        }

        Assert.Contains("coalition.gateway.v1.EarningService/RecordPurchase", traces, StringComparison.Ordinal);
        Assert.Empty(Secrets.In([metrics, traces]));
        Assert.DoesNotContain(member.Numbers.Values, number => (metrics + traces).Contains(number, StringComparison.Ordinal));
        Assert.DoesNotContain("network.peer.address", traces, StringComparison.Ordinal);
        Assert.DoesNotContain("url.path", traces, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_WithoutACollector_HasNoExporter()
    {
        await using var gateway = await TestGateway.Start();
        Assert.Null(gateway.Services.GetService<MeterProvider>());
        Assert.Null(gateway.Services.GetService<TracerProvider>());
    }

    [Fact]
    public void OtlpEndpoint_Invalid_IsRefusedWithItsName() => Assert.Contains(
        "Gateway:OtlpEndpoint", Assert.Throws<InvalidOperationException>(() => new GatewayOptions { OtlpEndpoint = "collector:4317" }.Check()).Message, StringComparison.Ordinal);
}
