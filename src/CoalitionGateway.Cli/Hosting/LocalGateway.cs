using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CoalitionGateway.Cli.Hosting;

/// <summary>A secret that the command line gives a client of the gateway it starts.</summary>
internal sealed record LocalCredential(string ClientId, string Secret)
{
    public static LocalCredential New(string clientId) => new(clientId, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    public ConfiguredClient As(CallerKind kind) => new()
    {
        ClientId = ClientId,
        Kind = kind,
        SecretSha256 = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Secret))),
    };
}

/// <summary>Where a gateway listens, and where its data are.</summary>
/// <param name="Grpc">Where gRPC listens; port 0 takes a free one.</param>
/// <param name="Http">Where HTTP listens; port 0 takes a free one.</param>
/// <param name="Postgres">A PostgreSQL database; null: SQLite in <paramref name="Data"/>, or what the configuration says.</param>
/// <param name="IsOwn">Whether the command alone calls it: then nothing limits how often.</param>
internal sealed record Place(string Data, string Grpc, string Http, string? Postgres = null, bool IsOwn = false)
{
    private const string _anyPort = "http://127.0.0.1:0";

    /// <summary>On free ports of this machine.</summary>
    public static Place Free(string data) => new(data, _anyPort, _anyPort, IsOwn: true);
}

/// <summary>The gateway, run inside the command.</summary>
internal sealed class LocalGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LocalGateway(WebApplication app, GatewayOptions options) => (_app, Options) = (app, options);

    public GatewayOptions Options { get; }

    /// <summary>Starts it. A sandbox is not ready for others until <see cref="EndPreparation"/>.</summary>
    /// <exception cref="CommandFailedException">The directory is in use, or a port is.</exception>
    public static async Task<LocalGateway> Start(
        Place place, bool sandbox, LogLevel logLevel, params ConfiguredClient[] clients)
    {
        GatewayOptions? used = null;
        WebApplication? app = null;
        try
        {
            app = Gateway.Build(
                [],
                options =>
                {
                    (options.DataDirectory, options.GrpcUrl, options.HttpUrl, options.Sandbox) = (place.Data, WithPort(place.Grpc), WithPort(place.Http), sandbox || options.Sandbox);
                    options.Postgres = place.Postgres ?? options.Postgres;
                    foreach (var client in clients)
                    {
                        options.Clients.Add(client);
                    }

                    if (place.IsOwn)
                    {
                        options.LiftLimits();
                    }

                    used = options;
                },
                builder =>
                {
                    // Signals are the command's: it may have calls to end before the gateway does.
                    builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
                    builder.Services.AddSingleton(new Preparation(isPending: sandbox));
                    builder.Logging.ClearProviders();
                    if (builder.Configuration["Logging:Console:FormatterName"] is null)
                    {
                        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
                    }
                    else
                    {
                        builder.Logging.AddConsole();
                    }

                    builder.Logging.SetMinimumLevel(logLevel);
                    builder.Logging.AddFilter("Microsoft", logLevel > LogLevel.Warning ? logLevel : LogLevel.Warning);
                    builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);

                    // A failed start is told once, in words; a refused call is the caller's business.
                    builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
                    builder.Logging.AddFilter("Grpc", logLevel > LogLevel.Warning ? logLevel : LogLevel.Warning);
                });
            await app.StartAsync(CancellationToken.None);
            return new LocalGateway(app, used!);
        }
        catch (Exception refused) when (refused is InvalidOperationException or IOException or SqliteException or SocketException or UnauthorizedAccessException or UriFormatException or FormatException)
        {
            await (app?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw new CommandFailedException($"The gateway does not start: {refused.Message}", refused);
        }
    }

    /// <summary>What others need is there: the gateway tells that it is ready.</summary>
    public void EndPreparation() => _app.Services.GetRequiredService<Preparation>().End();

    public Task WaitForShutdown(CancellationToken cancellation) => _app.WaitForShutdownAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static string WithPort(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Port != 0)
        {
            return url.TrimEnd('/');
        }

        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return $"{uri.Scheme}://{uri.Host}:{((IPEndPoint)probe.LocalEndpoint).Port}";
    }

    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
