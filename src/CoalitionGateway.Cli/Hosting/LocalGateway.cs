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

/// <summary>A client id and a secret that the command makes for the gateway that it starts.</summary>
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

/// <summary>The addresses of a gateway and the directory of its data.</summary>
/// <param name="Grpc">Where gRPC listens; port 0 takes a free one.</param>
/// <param name="Http">Where HTTP listens; port 0 takes a free one.</param>
/// <param name="Postgres">A PostgreSQL database. Null: the configured one, else SQLite in <paramref name="Data"/>.</param>
/// <param name="IsOwn">Whether only the command calls the gateway. If true, rate limits are off.</param>
internal sealed record Place(string Data, string Grpc, string Http, string? Postgres = null, bool IsOwn = false)
{
    /// <summary>Whether pages are named by the configured issuer, and not by the listener: another gateway serves them.</summary>
    public bool KeepsIssuer { get; init; }

    /// <summary>Where the members' portal listens beside the gateway, with its port; null: there is none.</summary>
    public string? Portal { get; init; }

    /// <summary>The gateway's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    private const string _anyPort = "http://127.0.0.1:0";

    /// <summary>On free ports of this machine.</summary>
    public static Place Free(string data) => new(data, _anyPort, _anyPort, IsOwn: true);
}

/// <summary>A gateway that runs inside the command's process.</summary>
internal sealed class LocalGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LocalGateway(WebApplication app, GatewayOptions options) => (_app, Options) = (app, options);

    public GatewayOptions Options { get; }

    /// <summary>Invites an operator: see <see cref="Gateway.InviteOperator"/>.</summary>
    public Task<string> InviteOperator(string id, bool isRenewal) => Gateway.InviteOperator(_app.Services, id, isRenewal);

    /// <summary>Starts the gateway. A sandbox reports ready only after <see cref="EndPreparation"/>.</summary>
    /// <exception cref="CommandFailedException">The gateway does not start: the directory or a port is in use.</exception>
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
                    // Passkeys refuse IP addresses, so the sandbox's pages are at a name.
                    var http = sandbox ? place.Http.Replace("//127.0.0.1:", "//localhost:", StringComparison.Ordinal) : place.Http;
                    options.IssuerUrl = place.KeepsIssuer ? options.Issuer : options.IssuerUrl;
                    (options.DataDirectory, options.GrpcUrl, options.HttpUrl, options.Sandbox) = (place.Data, WithPort(place.Grpc), WithPort(http), sandbox || options.Sandbox);
                    options.Postgres = place.Postgres ?? options.Postgres;
                    foreach (var client in place.Portal is { } portal ? [.. clients, LocalPortal.ClientAt(portal)] : clients)
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
                    builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
                    builder.Services.AddSingleton(new Preparation(isPending: sandbox));
                    builder.Services.AddSingleton(place.Clock);
                    builder.LogAsCommand(logLevel);
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

    /// <summary>Ends the preparation of the sandbox. From now on the gateway reports ready.</summary>
    public void EndPreparation() => _app.Services.GetRequiredService<Preparation>().End();

    public Task WaitForShutdown(CancellationToken cancellation) => _app.WaitForShutdownAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    /// <summary>The address with a free port in place of port 0.</summary>
    public static string WithPort(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Port != 0)
        {
            return url.TrimEnd('/');
        }

        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return $"{uri.Scheme}://{uri.Host}:{((IPEndPoint)probe.LocalEndpoint).Port}";
    }
}

/// <summary>The command itself handles signals: it may have calls to end before its servers stop.</summary>
internal sealed class CommandLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>How the servers inside a command log.</summary>
internal static class CommandLog
{
    public static void LogAsCommand(this WebApplicationBuilder builder, LogLevel logLevel)
    {
        var frameworks = logLevel > LogLevel.Warning ? logLevel : LogLevel.Warning;
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
        builder.Logging.AddFilter("Microsoft", frameworks);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);

        // The command prints a failed start once, in words. A refused call is the caller's concern.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Logging.AddFilter("Grpc", frameworks);
    }
}
