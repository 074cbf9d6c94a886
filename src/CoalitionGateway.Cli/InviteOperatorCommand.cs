using System.CommandLine;
using CoalitionGateway.Cli.Hosting;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace CoalitionGateway.Cli;

/// <summary>coalition invite-operator: invites the first operators, who then decide everything else by four eyes.</summary>
internal static class InviteOperatorCommand
{
    public static Command Create()
    {
        var person = new Argument<string>("ID") { Description = "The operator's id: 3 to 32 characters of a-z, 0-9 and '-'. The log shows it for ever; it can be a pseudonym" };
        var data = Options.Data();
        var postgres = Options.Postgres();
        var command = new Command("invite-operator", "Invite one of the first operators, or give one who lost all passkeys a new code. SQLite: stop the gateway first")
        {
            person, data, postgres,
        };
        command.SetAction(async (parsed, _) =>
        {
            await using var gateway = await LocalGateway.Start(
                Place.Free(parsed.GetValue(data)!) with { Postgres = parsed.GetValue(postgres), KeepsIssuer = true }, sandbox: false, LogLevel.Error);
            try
            {
                AnsiConsole.WriteLine(await gateway.InviteOperator(parsed.GetValue(person)!));
            }
            catch (Exception refused) when (refused is ArgumentException or InvalidOperationException)
            {
                throw new CommandFailedException(refused.Message, refused);
            }

            AnsiConsole.WriteLine("The operator opens this page within seven days and makes a passkey. The page works once.");
            return 0;
        });
        return command;
    }
}
