using System.Net.Sockets;
using CoalitionGateway.Cli.Sandbox;
using CoalitionGateway.Ledger;
using CoalitionGateway.Portal;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CoalitionGateway.Cli.Hosting;

/// <summary>The members' portal, inside the command's process. It calls the gateway over loopback gRPC, as from anywhere.</summary>
internal sealed class LocalPortal : IAsyncDisposable
{
    private const string _clientId = "coalition-portal";
    private readonly WebApplication _app;

    private LocalPortal(WebApplication app) => _app = app;

    /// <summary>The portal's client at the authority.</summary>
    /// <param name="url">The portal's address, with its port.</param>
    public static ConfiguredClient ClientAt(string url)
    {
        var client = new ConfiguredClient { ClientId = _clientId, Kind = CallerKind.Member, DisplayName = "Coalition" };
        foreach (var path in MembersPortal.RedirectPaths)
        {
            client.RedirectUris.Add(url + path);
        }

        return client;
    }

    /// <param name="url">The portal's address, with its port.</param>
    /// <param name="gateway">The gateway that it is for.</param>
    /// <param name="members">The members of a sandbox, who sign in by a click; null: it is no sandbox.</param>
    /// <param name="place">The clock that both have, and how much is logged.</param>
    /// <exception cref="CommandFailedException">The portal does not start: the port is in use.</exception>
    public static async Task<LocalPortal> Start(string url, GatewayOptions gateway, IReadOnlyList<SandboxMember>? members, Place place, LogLevel logLevel)
    {
        var app = MembersPortal.Build(
            [],
            options =>
            {
                (options.Url, options.Authority, options.ClientId, options.Contact) = (url, gateway.Issuer, _clientId, gateway.Privacy.Contact);
                options.GatewayUrl = gateway.PublicGrpcUrl.Length > 0 ? gateway.PublicGrpcUrl : gateway.GrpcUrl;
                foreach (var member in (members ?? []).OrderByDescending(one => one.Memberships.Count))
                {
                    options.SandboxMembers.Add(new SandboxVisitor(member.Name, member.Memberships[0].MembershipNumber));
                }
            },
            builder =>
            {
                builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
                builder.Services.AddSingleton(place.Clock);
                builder.LogAsCommand(logLevel);
            });
        try
        {
            await app.StartAsync(CancellationToken.None);
            return new LocalPortal(app);
        }
        catch (Exception refused) when (refused is IOException or SocketException or InvalidOperationException)
        {
            await app.DisposeAsync();
            throw new CommandFailedException($"The portal does not start: {refused.Message} Choose another address with --portal, or leave it out with --no-portal.", refused);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
