using System.Diagnostics;
using Npgsql;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CoalitionGateway.Platform.Telemetry;

internal static class TelemetrySetup
{
    // The framework's tags with text from a caller or a member's browser, or with their addresses.
    private static readonly string[] _callersWords =
        ["url.path", "url.query", "url.full", "user_agent.original", "client.address", "network.peer.address", "network.peer.port"];

    /// <summary>Adds the gateway's instruments. If an address is configured, exports metrics and traces over OTLP.</summary>
    public static void AddTelemetry(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton<Instruments>();

        // The framework's information lines quote URLs with their queries, and the text of refusals.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning));
        if (options.OtlpEndpoint.Length == 0)
        {
            return;
        }

        void Export(OtlpExporterOptions otlp) => (otlp.Endpoint, otlp.Protocol) = (new Uri(options.OtlpEndpoint), OtlpExportProtocol.Grpc);
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("coalition-gateway", serviceVersion: typeof(TelemetrySetup).Assembly.GetName().Version?.ToString(3)))
            .WithMetrics(metrics => metrics
                .AddMeter(Instruments.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddOtlpExporter(Export))
            .WithTracing(traces => traces
                .AddNpgsql()
                .AddAspNetCoreInstrumentation(web =>
                {
                    web.Filter = request => !request.Request.Path.StartsWithSegments("/healthz", StringComparison.Ordinal);
                    web.EnrichWithHttpResponse = (span, _) => Forget(span);
                })
                .AddOtlpExporter(Export));
    }

    private static void Forget(Activity span)
    {
        foreach (var tag in _callersWords)
        {
            span.SetTag(tag, null);
        }
    }
}
