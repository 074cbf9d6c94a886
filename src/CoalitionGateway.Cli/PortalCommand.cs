using System.CommandLine;
using CoalitionGateway.Portal;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Spectre.Console;

namespace CoalitionGateway.Cli;

/// <summary>coalition portal: runs the members' portal in a process of its own, until it is told to stop.</summary>
internal static class PortalCommand
{
    public static Command Create()
    {
        var url = new Option<string?>("--url") { Description = "Where the portal listens, instead of Portal:Url", HelpName = "URL" };
        var command = new Command("portal", "Run the members' portal alone, for a gateway that runs elsewhere: settings in the section Portal") { url };
        command.SetAction((parsed, cancellation) => Run(parsed.GetValue(url), cancellation));
        return command;
    }

    private static async Task<int> Run(string? url, CancellationToken cancellation)
    {
        PortalOptions? used = null;
        try
        {
            await using var portal = MembersPortal.Build([], options =>
            {
                options.Url = url ?? options.Url;
                used = options;
            });
            await portal.StartAsync(cancellation);
            AnsiConsole.WriteLine($"members' portal on {used!.Url}, for the gateway at {used.GatewayUrl}, signing in at {used.Authority}");
            await portal.WaitForShutdownAsync(cancellation);
            return 0;
        }
        catch (Exception refused) when (refused is InvalidOperationException or IOException or UnauthorizedAccessException or StackExchange.Redis.RedisException)
        {
            throw new CommandFailedException($"The portal does not start: {refused.Message}", refused);
        }
    }
}
