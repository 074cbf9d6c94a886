using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace CoalitionGateway.Tests.Platform.Telemetry;

/// <summary>Accepts OTLP over gRPC, like an OpenTelemetry collector, and keeps the bytes.</summary>
internal sealed class TestCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Service, string Text)> _received = new();
    private readonly WebApplication _app;

    private TestCollector(WebApplication app) => _app = app;

    public string Url { get; } = TestGateway.FreeUrl();

    public static async Task<TestCollector> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        var collector = new TestCollector(app);
        app.Urls.Add(collector.Url);
        app.MapPost("/opentelemetry.proto.collector.{signal}.v1.{service}/Export", async (HttpContext context, string service) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            collector._received.Enqueue((service, Encoding.Latin1.GetString(body.ToArray())));
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await app.StartAsync();
        return collector;
    }

    /// <summary>Everything received for a service: MetricsService, TraceService.</summary>
    public string Of(string service) => string.Concat(_received.Where(received => received.Service == service).Select(received => received.Text));

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
