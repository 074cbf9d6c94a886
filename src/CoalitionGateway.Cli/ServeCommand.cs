using System.CommandLine;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Cli.Sandbox;
using CoalitionGateway.Portal;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace CoalitionGateway.Cli;

/// <summary>coalition serve: runs the gateway until it is told to stop.</summary>
internal static class ServeCommand
{
    private static readonly string _portal = new PortalOptions().Url;

    public static Command Create()
    {
        var defaults = new GatewayOptions();
        var grpc = new Option<string>("--grpc") { Description = "Where gRPC listens", HelpName = "URL", DefaultValueFactory = _ => defaults.GrpcUrl };
        var http = new Option<string>("--http") { Description = "Where tokens and health listen", HelpName = "URL", DefaultValueFactory = _ => defaults.HttpUrl };
        var data = Options.Data();
        var sandbox = new Option<bool>("--sandbox") { Description = "Bring about a sandbox coalition and write DIR/sandbox.json" };
        var portal = new Option<string?>("--portal") { Description = $"Run the members' portal beside the gateway, at this address; of a sandbox it runs at {_portal} if not told otherwise", HelpName = "URL" };
        var noPortal = new Option<bool>("--no-portal") { Description = "Run a sandbox's gateway alone" };
        var postgres = Options.Postgres();
        var command = new Command("serve", "Run the gateway, with the members' portal beside it") { grpc, http, data, postgres, sandbox, portal, noPortal };
        command.SetAction((parsed, cancellation) => Run(
            new Place(parsed.GetValue(data)!, parsed.GetValue(grpc)!, parsed.GetValue(http)!, parsed.GetValue(postgres))
            {
                // Outside a sandbox only where it is asked for: its client at the authority is then one that anybody on a member's machine could claim to be.
                Portal = !parsed.GetValue(noPortal) && (parsed.GetValue(portal) ?? (parsed.GetValue(sandbox) ? _portal : null)) is { } url ? LocalGateway.WithPort(url) : null,
            },
            parsed.GetValue(sandbox), cancellation));
        return command;
    }

    private static async Task<int> Run(Place place, bool sandbox, CancellationToken cancellation)
    {
        LocalGateway gateway;
        SandboxFile? file = null;
        if (sandbox)
        {
            (gateway, file) = await SandboxCoalition.Start(place, LogLevel.Information);
        }
        else
        {
            gateway = await LocalGateway.Start(place, sandbox: false, LogLevel.Information);
        }

        await using (gateway)
        {
            await using var portal = place.Portal is { } url ? await LocalPortal.Start(url, gateway.Options, file?.Members, place, LogLevel.Information) : null;
            AnsiConsole.WriteLine($"gRPC on {gateway.Options.GrpcUrl}, tokens on {gateway.Options.HttpUrl}, data in {Path.GetFullPath(place.Data)}");
            if (portal is not null)
            {
                AnsiConsole.WriteLine($"members' portal on {place.Portal}");
            }

            if (file is not null)
            {
                AnsiConsole.WriteLine($"{file.Members[0].Name} makes a passkey at {file.Members[0].SignInUrl}");
                AnsiConsole.WriteLine($"sandbox: credentials and members in {Path.Combine(place.Data, SandboxFile.Name)}");
            }

            await gateway.WaitForShutdown(cancellation);
        }

        return 0;
    }
}
