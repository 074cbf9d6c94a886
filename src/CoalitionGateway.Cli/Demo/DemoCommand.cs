using System.CommandLine;
using CoalitionGateway.Cli.Demo;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Cli.Sandbox;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace CoalitionGateway.Cli;

/// <summary>coalition demo: a sandbox coalition on a fresh database, driven by real clients with real tokens.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var exit = new Option<bool>("--exit") { Description = "End when the story is told, instead of staying up" };
        var noPortal = new Option<bool>("--no-portal") { Description = "Leave the members' portal out" };
        var command = new Command("demo", "Show a coalition at work") { exit, noPortal };
        command.SetAction((parsed, cancellation) => Run(parsed.GetValue(exit), !parsed.GetValue(exit) && !parsed.GetValue(noPortal), cancellation));
        return command;
    }

    private static async Task<int> Run(bool exit, bool hasPortal, CancellationToken cancellation)
    {
        var data = Directory.CreateTempSubdirectory("coalition-demo-").FullName;
        try
        {
            var clock = new DemoClock();
            var place = Place.Free(data) with { Clock = clock, Portal = hasPortal ? LocalGateway.WithPort("http://localhost:0") : null };
            var (gateway, sandbox) = await SandboxCoalition.Start(place, LogLevel.Error);
            await using (gateway)
            {
                using var connection = Connection.To(sandbox);
                var story = new Story();
                await new CoalitionStory(story, connection, sandbox, data, clock).Tell();
                var result = story.End();
                if (!exit)
                {
                    await using var portal = place.Portal is { } url ? await LocalPortal.Start(url, gateway.Options, sandbox.Members, place, LogLevel.Error) : null;
                    AnsiConsole.WriteLine();
                    if (portal is not null)
                    {
                        AnsiConsole.WriteLine($"See it as a member: open {place.Portal} in a browser, and choose {sandbox.Members[0].Name}");
                    }

                    AnsiConsole.WriteLine($"The gateway stays up: gRPC on {sandbox.Grpc}, tokens on {sandbox.TokenEndpoint}");
                    AnsiConsole.WriteLine($"{sandbox.Members[0].Name} makes a passkey, and signs in with it, at {sandbox.Members[0].SignInUrl}");
                    AnsiConsole.WriteLine($"Its clock is {clock.Ahead.Days} days ahead, because of the last step");
                    AnsiConsole.WriteLine($"Credentials and members are in {Path.Combine(data, SandboxFile.Name)}; Ctrl+C ends it and deletes {data}");
                    await gateway.WaitForShutdown(cancellation);
                }

                return result;
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
