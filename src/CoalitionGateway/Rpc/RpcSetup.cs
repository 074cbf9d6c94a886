using System.Net;
using CoalitionGateway.Access;
using CoalitionGateway.Journal;
using CoalitionGateway.Store;
using CoalitionGateway.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CoalitionGateway.Rpc;

internal static class RpcSetup
{
    /// <summary>The largest message that a call may send; every request of the contract is far smaller.</summary>
    public const int MaxMessageBytes = 64 * 1024;

    /// <summary>Two listeners: gRPC on HTTP/2, tokens and health on HTTP/1.1.</summary>
    public static void AddListeners(this WebApplicationBuilder builder, GatewayOptions options)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Listen(kestrel, options.GrpcUrl, HttpProtocols.Http2);
            Listen(kestrel, options.HttpUrl, HttpProtocols.Http1);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
    }

    public static void AddRpc(this IServiceCollection services)
    {
        services.AddSingleton<RefusalInterceptor>();
        services.AddSingleton<Paging>();
        services.AddSingleton<OpenStreams>();
        services.AddHostedService(provider => provider.GetRequiredService<OpenStreams>());
        services.AddSingleton(new Preparation());
        services.AddSingleton<Readiness>();
        services.AddHostedService(provider => provider.GetRequiredService<Readiness>());
        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<RefusalInterceptor>();
            grpc.MaxReceiveMessageSize = MaxMessageBytes;
        });
    }

    /// <summary>Before authorization, after routing: answers what is no call or fails beside the calls, and counts the streams.</summary>
    public static void UseRpc(this WebApplication app)
    {
        var streams = app.Services.GetRequiredService<OpenStreams>();
        var instruments = app.Services.GetRequiredService<Instruments>();
        var store = app.Services.GetRequiredService<LedgerStore>();
        app.UseMeasurement();
        app.Use(async (context, next) =>
        {
            streams.Enter(context);
            try
            {
                await next(context);
            }
            catch (Exception failed) when (StoreOutage.Failed(context, failed, store))
            {
                await StoreOutage.Answer(context);
            }

            UnreadableRequests.Answer(context, instruments);
        });
    }

    /// <summary>Maps a service of the coalition's contract, under the policy that the contract states.</summary>
    public static void MapCoalition<TService>(this WebApplication app)
        where TService : class => app.MapGrpcService<TService>().RequireAuthorization(MethodAccess.Policy);

    /// <summary>Health and reflection, open to all, and health for those who speak HTTP alone.</summary>
    public static void MapStandardServices(this WebApplication app)
    {
        app.MapGrpcService<HealthService>();
        app.MapGrpcService<ReflectionService>();
        app.MapGet("/healthz/live", (Readiness readiness) => Health(readiness.IsAlive));
        app.MapGet("/healthz/ready", (Readiness readiness) => Health(readiness.IsReady, readiness.Lacks));
        app.MapGet("/healthz", (Readiness readiness) => Health(readiness.IsReady, readiness.Lacks));
    }

    private static IResult Health(bool isServing, string lacks = "") => isServing
        ? Results.Text($"serving{lacks}")
        : Results.Text("not serving", statusCode: StatusCodes.Status503ServiceUnavailable);

    private static void Listen(KestrelServerOptions kestrel, string url, HttpProtocols protocols)
    {
        var uri = new Uri(url);
        void Configure(ListenOptions listen)
        {
            listen.Protocols = protocols;
            if (uri.Scheme == Uri.UriSchemeHttps)
            {
                listen.UseHttps();
            }
        }

        if (uri.Host == "localhost")
        {
            kestrel.ListenLocalhost(uri.Port, Configure);
        }
        else
        {
            kestrel.Listen(IPAddress.Parse(uri.Host.Trim('[', ']')), uri.Port, Configure);
        }
    }
}
