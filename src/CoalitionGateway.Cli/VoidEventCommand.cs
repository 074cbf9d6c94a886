using System.CommandLine;
using System.Data.Common;
using CoalitionGateway.Audit;
using CoalitionGateway.Platform.Log;
using Spectre.Console;

namespace CoalitionGateway.Cli;

/// <summary>coalition void-event: declares an event void that no gateway decided, so that the log is signed beyond it.</summary>
internal static class VoidEventCommand
{
    public static Command Create()
    {
        var made = new Argument<Guid>("event") { Description = "The event: a gateway's log and coalition verify name it" };
        var reason = new Option<string>("--reason") { Description = "Why, in words that name no person: it stays in the log", HelpName = "TEXT", Required = true };
        var data = Options.Data();
        var postgres = Options.Postgres();
        var command = new Command("void-event", "Declare an event void that no gateway decided, as the owner of the database, so that the audit log is signed beyond it") { made, reason, data, postgres };
        command.SetAction(parsed => Run(parsed.GetValue(made), parsed.GetValue(reason)!, parsed.GetValue(data)!, parsed.GetValue(postgres)));
        return command;
    }

    public static int Run(Guid made, string reason, string directory, string? postgres)
    {
        try
        {
            var effects = Voiding.Run(made, reason, directory, postgres);
            AnsiConsole.WriteLine($"Event {made} is void. A gateway signs the log beyond it within two seconds.");
            AnsiConsole.WriteLine("What it says it did, to be mended by ordinary commands, such as WithdrawConsent or ReversePurchase:");
            foreach (var effect in effects)
            {
                AnsiConsole.WriteLine($"  {effect}");
            }

            return 0;
        }
        catch (Exception refused) when (refused is InvalidOperationException or IOException or DbException)
        {
            throw new CommandFailedException(refused.Message, refused);
        }
    }
}
