using System.CommandLine;
using System.Data.Common;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Platform.Store;
using Spectre.Console;

namespace CoalitionGateway.Cli;

/// <summary>coalition verify: replays the events, recomputes every balance, and rebuilds the audit log's tree.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var data = Options.Data();
        var postgres = Options.Postgres();
        var key = new Option<string?>("--key") { Description = "The key that must have signed the log; without it the one in the data directory", HelpName = "VERIFIER-KEY" };
        var witness = new Option<string[]>("--witness") { Description = "A checkpoint that was kept elsewhere: the log must still begin with it", HelpName = "FILE", DefaultValueFactory = _ => [] };
        var command = new Command("verify", "Replay the events, recompute every balance and every sum to zero, and the audit log's tree") { data, postgres, key, witness };
        command.SetAction(parsed => Run(parsed.GetValue(data)!, parsed.GetValue(postgres), parsed.GetValue(key), parsed.GetValue(witness)!));
        return command;
    }

    public static int Run(string directory, string? postgres = null, string? key = null, params IReadOnlyList<string> witnesses)
    {
        VerificationReport report;
        LogTrust trust;
        try
        {
            key ??= Proving.VerifierKey(directory, postgres);
            trust = new LogTrust(key, [.. witnesses.Select(File.ReadAllText)]).WithKeysIn(directory);
            report = postgres is null ? Verification.Run(directory, trust) : Verification.RunOnPostgres(postgres, trust);
        }
        catch (IOException missing)
        {
            throw new CommandFailedException(missing.Message, missing);
        }
        catch (DbException unreadable)
        {
            throw new CommandFailedException($"The database {(postgres is null ? $"in {directory} " : "")}cannot be read: {unreadable.Message}", unreadable);
        }

        foreach (var problem in report.Problems)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{Printable.Line(problem)}[/]");
        }

        AnsiConsole.WriteLine($"{report.Events} events, {report.Entries} entries, {report.Accounts} accounts in {report.Programmes} programmes");
        AnsiConsole.WriteLine($"{report.Covered} events covered by {report.Checkpoints} checkpoints, {(key is null ? "whose signatures were not looked at: there is no key here, give one with --key" : $"signed by {key}")}");
        AnsiConsole.WriteLine(trust.ChecksMacs
            ? report.Problems.Count > 0 ? "MACs were checked with the keys here" : "each event is proved to be decided by a gateway with the keys here, but for those that are void"
            : "MACs were not checked: there are no keys of gateways here, so that an event that somebody else added is not told from others; give their directory with --data");
        foreach (var voided in report.Voided)
        {
            AnsiConsole.WriteLine(Printable.Line(voided));
        }

        AnsiConsole.WriteLine((report.Problems.Count, trust.ChecksMacs) switch
        {
            (0, true) => "verify: every row and every balance follows from the events, every sum is 0, the log is whole",
            (0, false) => "verify: every row and every balance follows from the events, every sum is 0, the log is whole; whether gateways decided the events was not checked",
            _ => $"verify: {report.Problems.Count} differ",
        });
        return report.Problems.Count == 0 ? 0 : 1;
    }
}
