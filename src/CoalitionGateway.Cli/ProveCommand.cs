using System.CommandLine;
using System.Data.Common;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Store;
using Spectre.Console;

namespace CoalitionGateway.Cli;

/// <summary>coalition prove and coalition check: one makes the bundle that shows an event, the other checks it anywhere.</summary>
internal static class ProveCommand
{
    public static Command CreateProve()
    {
        var id = new Argument<Guid>("EVENT") { Description = "The event's id, a UUID" };
        var data = Options.Data();
        var postgres = Options.Postgres();
        var output = new Option<string>("--out") { Description = "The file to write", HelpName = "FILE", DefaultValueFactory = _ => "bundle.json" };
        var command = new Command("prove", "Write a bundle that shows an event, the consent and notice it rests on, and their place in the signed log") { id, data, postgres, output };
        command.SetAction(parsed => Prove(parsed.GetValue(id), parsed.GetValue(data)!, parsed.GetValue(postgres), parsed.GetValue(output)!));
        return command;
    }

    public static Command CreateCheck()
    {
        var file = new Argument<string>("BUNDLE") { Description = "A file that coalition prove wrote" };
        var key = new Option<string?>("--key") { Description = "The log's key, from somebody you trust", HelpName = "VERIFIER-KEY" };
        var command = new Command("check", "Check a bundle, without the gateway and its database") { file, key };
        command.SetAction(parsed => Check(parsed.GetValue(file)!, parsed.GetValue(key)));
        return command;
    }

    public static int Prove(Guid id, string directory, string? postgres, string output)
    {
        try
        {
            var bundle = Proving.Run(id, directory, postgres, Gateway.NoticeText);
            File.WriteAllText(output, bundle.ToJson() + "\n");
            AnsiConsole.WriteLine($"{output} shows: {bundle.Event.Says}");
            return 0;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new CommandFailedException(failed.Message, failed);
        }
        catch (DbException unreadable)
        {
            throw new CommandFailedException($"The database cannot be read: {unreadable.Message}", unreadable);
        }
    }

    public static int Check(string file, string? key)
    {
        ProofBundle bundle;
        try
        {
            bundle = ProofBundle.Parse(File.ReadAllText(file));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CommandFailedException(failed.Message, failed);
        }

        var problems = bundle.Check(key, Gateway.CategoryOf);
        foreach (var problem in problems)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{problem}[/]");
        }

        if (problems.Count > 0)
        {
            AnsiConsole.WriteLine("check: the bundle does not prove what it says");
            return 1;
        }

        AnsiConsole.WriteLine($"{bundle.Event.Says}: entry {bundle.Event.LogIndex} of the log");
        if (bundle.Consent is { } consent)
        {
            AnsiConsole.WriteLine($"on the strength of {consent.Says}: entry {consent.LogIndex}");
        }

        if (bundle.Notice is { } notice)
        {
            AnsiConsole.WriteLine($"with notice {notice.Version} in {notice.Language}, {notice.Utf8.Length} bytes, as the event cites it");
        }

        AnsiConsole.WriteLine(key is null
            ? $"check: it is so, if you trust the bundle's own key, {bundle.VerifierKey}"
            : "check: it is so");
        return 0;
    }
}
