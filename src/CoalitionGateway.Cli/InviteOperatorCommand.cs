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
        var renew = new Option<bool>("--renew") { Description = "End a present operator's passkeys and sign-ins, and give them a new code" };
        var data = Options.Data();
        var postgres = Options.Postgres();
        var command = new Command("invite-operator", "Invite one of the first operators, or give one who lost all passkeys a new code. SQLite: stop the gateway first")
        {
            person, renew, data, postgres,
        };
        command.SetAction(async (parsed, _) =>
        {
            var (id, isRenewal) = (parsed.GetValue(person)!, parsed.GetValue(renew));
            if (!Gateway.IsPersonId(id))
            {
                throw new CommandFailedException($"'{id}' is no id for a person: 3 to 32 characters of a-z, 0-9 and '-', the first a letter.");
            }

            await using var gateway = await LocalGateway.Start(
                Place.Free(parsed.GetValue(data)!) with { Postgres = parsed.GetValue(postgres), KeepsIssuer = true }, sandbox: false, LogLevel.Error);
            try
            {
                AnsiConsole.WriteLine(await gateway.InviteOperator(id, isRenewal));
            }
            catch (InvalidOperationException refused)
            {
                throw new CommandFailedException(refused.Message, refused);
            }

            AnsiConsole.WriteLine($"{(isRenewal ? "The operator's passkeys and sign-ins have ended. " : "")}The operator opens this page within seven days and makes a passkey. It works once.");
            if (Uri.TryCreate(gateway.Options.Issuer, UriKind.Absolute, out var issuer) && issuer.HostNameType != UriHostNameType.Dns)
            {
                ErrorOutput.WriteLine($"Passkeys refuse IP addresses, and the issuer is {issuer}. Set Gateway__IssuerUrl to the address with which browsers reach the authority, and renew the operator.");
            }

            return 0;
        });
        return command;
    }
}
