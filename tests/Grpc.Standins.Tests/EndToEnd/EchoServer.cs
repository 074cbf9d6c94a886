using System.Net;
using Grpc.Net.Client;
using Grpc.Standins.Tests.EndToEnd;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(EchoServer))]

namespace Grpc.Standins.Tests.EndToEnd;

/// <summary>A real Kestrel on a free port of the loopback, HTTP/2 without TLS.</summary>
public sealed class EchoServer : IAsyncLifetime
{
    private readonly WebApplication app;
    private GrpcChannel? channel;

    public EchoServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<ServerLog>();
        builder.Services.AddGrpc(options =>
        {
            options.Interceptors.Add<ServerInterceptor>();
            options.ResponseCompressionAlgorithm = "gzip";
        });
        app = builder.Build();
        app.MapGrpcService<EchoService>();
    }

    public ServerLog Log => app.Services.GetRequiredService<ServerLog>();

    public string Address => app.Urls.Single();

    public GrpcChannel Channel => channel ??= GrpcChannel.ForAddress(Address);

    public Echo.EchoClient Client => new(Channel);

    public async ValueTask InitializeAsync() => await app.StartAsync();

    public async ValueTask DisposeAsync()
    {
        channel?.Dispose();
        await app.DisposeAsync();
    }
}
