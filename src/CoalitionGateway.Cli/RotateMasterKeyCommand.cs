using System.CommandLine;
using System.Security.Cryptography;
using CoalitionGateway.Platform.MemberKeys;
using Spectre.Console;

namespace CoalitionGateway.Cli;

/// <summary>coalition rotate-master-key: replaces the master key that wraps members' keys.</summary>
internal static class RotateMasterKeyCommand
{
    public static Command Create()
    {
        var data = Options.Data();
        var postgres = new Option<string?>("--postgres-keys") { Description = "Connection string of the key database, where it is not in the data directory", HelpName = "CONNECTION" };
        var given = new Option<bool>("--use-last") { Description = "Use the last key by name in keys/master, which is there already, instead of making one" };
        var command = new Command("rotate-master-key", "Wrap all members' keys under a new master key; gateways may be running") { data, postgres, given };
        command.SetAction((parsed, cancellation) => Run(parsed.GetValue(data)!, parsed.GetValue(postgres), parsed.GetValue(given), cancellation));
        return command;
    }

    public static async Task<int> Run(string directory, string? postgres, bool usesLast, CancellationToken cancellation)
    {
        if (!Directory.Exists(directory))
        {
            throw new CommandFailedException($"{directory} is no data directory.");
        }

        try
        {
            var (master, rewrapped) = await KeyRotation.Run(directory, postgres, !usesLast, cancellation);
            AnsiConsole.WriteLine($"rotate-master-key: {rewrapped} keys wrapped under {master}. Once every gateway has {master} and this, with --use-last, says 0, the master keys before it open nothing any more: delete them.");
            return 0;
        }
        catch (Exception failed) when (failed is CryptographicException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The master key was not rotated: {failed.Message}", failed);
        }
    }
}
