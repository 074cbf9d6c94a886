using System.Net;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace CoalitionGateway.Platform.Rpc;

internal static class RpcSetup
{
    /// <summary>The largest message that a call may send; every request of the contract is far smaller.</summary>
    public const int MaxMessageBytes = 64 * 1024;

    /// <summary>How long a connection may be silent before it is pinged.</summary>
    public static readonly TimeSpan KeepAlivePingDelay = TimeSpan.FromSeconds(60);

    /// <summary>How long the other end may take to answer a ping.</summary>
    public static readonly TimeSpan KeepAlivePingTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Two listeners: gRPC on HTTP/2, tokens and health on HTTP/1.1.</summary>
    public static void AddListeners(this WebApplicationBuilder builder, GatewayOptions options)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // A connection whose other end is gone ends, with its streams, 90 seconds after the last data from there.
            kestrel.Limits.Http2.KeepAlivePingDelay = KeepAlivePingDelay;
            kestrel.Limits.Http2.KeepAlivePingTimeout = KeepAlivePingTimeout;
            Listen(kestrel, options.GrpcUrl, HttpProtocols.Http2, asksForCertificate: true);
            Listen(kestrel, options.HttpUrl, HttpProtocols.Http1, options.AskForClientCertificates);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
    }

    public static void AddRpc(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton<FieldRules>();
        services.AddSingleton<BoundedLines>();
        services.AddSingleton<RefusalInterceptor>();
        services.AddSingleton<StandbyReads>();
        services.AddSingleton<Paging>();
        services.AddSingleton<OpenStreams>();
        services.AddHostedService(provider => provider.GetRequiredService<OpenStreams>());
        services.AddSingleton(new Preparation());
        services.AddHealth();
        services.AddReflection();
        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<RefusalInterceptor>();
            if (options.PostgresStandbys.Length > 0)
            {
                grpc.Interceptors.Add<StandbyReads>();
            }

            // The framework's own route for unknown services takes every address of two words. It would keep routing from answering a page's wrong
            // verb with 405 (RFC 9110, section 15.5.6). UnreadableRequests answers calls of unknown services.
            grpc.IgnoreUnknownServices = true;
            grpc.MaxReceiveMessageSize = MaxMessageBytes;
            grpc.CompressionProviders = [.. BoundedDecompression.All];
        });
    }

    /// <summary>Call this after routing, before authorization. Answers failures outside the calls, and counts streams.</summary>
    public static void UseRpc(this WebApplication app)
    {
        var streams = app.Services.GetRequiredService<OpenStreams>();
        var instruments = app.Services.GetRequiredService<Instruments>();
        var lines = app.Services.GetRequiredService<BoundedLines>();
        app.UseSecurityHeaders(app.Services.GetRequiredService<GatewayOptions>());
        app.WarnOfPlainListener(app.Services.GetRequiredService<GatewayOptions>());
        app.UseListeners();
        app.UseMeasurement();
        app.Use(async (context, next) =>
        {
            streams.Enter(context);
            try
            {
                await next(context);
            }
            catch (Exception failed) when (StoreOutage.Failed(context, failed))
            {
                await StoreOutage.Answer(context);
            }
            catch (Exception failed) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
            {
                await FailedPages.Answer(context, failed, lines);
            }

            UnreadableRequests.Answer(context, instruments, lines);
        });
    }

    /// <summary>Maps a service of the coalition's contract, under the policy that the contract states.</summary>
    public static void MapCoalition<TService>(this WebApplication app)
        where TService : class => app.MapGrpcService<TService>().RequireAuthorization(MethodRules.Policy);

    private static void Listen(KestrelServerOptions kestrel, string url, HttpProtocols protocols, bool asksForCertificate)
    {
        var uri = new Uri(url);
        void Configure(ListenOptions listen)
        {
            listen.Protocols = protocols;
            if (uri.Scheme == Uri.UriSchemeHttps)
            {
                listen.UseHttps(tls =>
                {
                    if (asksForCertificate)
                    {
                        // Any certificate will do, or none. It says nothing by itself: a bound token names the thumbprint that counts.
                        tls.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                        tls.AllowAnyClientCertificate();
                    }
                });
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
