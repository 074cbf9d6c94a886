using System.CommandLine;
using System.Data.Common;
using CoalitionGateway.Store;
using Spectre.Console;

namespace CoalitionGateway.Cli;

/// <summary>coalition verify: replays the events and recomputes every balance.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var data = Options.Data();
        var postgres = Options.Postgres();
        var command = new Command("verify", "Replay the events, recompute every balance and every sum to zero") { data, postgres };
        command.SetAction(parsed => Run(parsed.GetValue(data)!, parsed.GetValue(postgres)));
        return command;
    }

    public static int Run(string directory, string? postgres = null)
    {
        VerificationReport report;
        try
        {
            report = postgres is null ? Verification.Run(directory) : Verification.RunOnPostgres(postgres);
        }
        catch (FileNotFoundException missing)
        {
            throw new CommandFailedException(missing.Message, missing);
        }
        catch (DbException unreadable)
        {
            throw new CommandFailedException($"The database {(postgres is null ? $"in {directory} " : "")}cannot be read: {unreadable.Message}", unreadable);
        }

        foreach (var problem in report.Problems)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{problem}[/]");
        }

        AnsiConsole.WriteLine($"{report.Events} events, {report.Entries} entries, {report.Accounts} accounts in {report.Programmes} programmes");
        AnsiConsole.WriteLine(report.Problems.Count == 0 ? "verify: every balance follows from the events, every sum is 0" : $"verify: {report.Problems.Count} differ");
        return report.Problems.Count == 0 ? 0 : 1;
    }
}
