using System.CommandLine;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Cli.Sandbox;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace CoalitionGateway.Cli;

/// <summary>coalition serve: runs the gateway until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var defaults = new GatewayOptions();
        var grpc = new Option<string>("--grpc") { Description = "Where gRPC listens", HelpName = "URL", DefaultValueFactory = _ => defaults.GrpcUrl };
        var http = new Option<string>("--http") { Description = "Where tokens and health listen", HelpName = "URL", DefaultValueFactory = _ => defaults.HttpUrl };
        var data = Options.Data();
        var sandbox = new Option<bool>("--sandbox") { Description = "Bring about a sandbox coalition and write DIR/sandbox.json" };
        var postgres = Options.Postgres();
        var command = new Command("serve", "Run the gateway") { grpc, http, data, postgres, sandbox };
        command.SetAction((parsed, cancellation) => Run(
            new Place(parsed.GetValue(data)!, parsed.GetValue(grpc)!, parsed.GetValue(http)!, parsed.GetValue(postgres)), parsed.GetValue(sandbox), cancellation));
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
            AnsiConsole.WriteLine($"gRPC on {gateway.Options.GrpcUrl}, tokens on {gateway.Options.HttpUrl}, data in {Path.GetFullPath(place.Data)}");
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
