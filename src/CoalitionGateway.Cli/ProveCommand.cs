using System.CommandLine;
using System.Data.Common;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Platform.Store;
using Spectre.Console;

namespace CoalitionGateway.Cli;

/// <summary>coalition prove: writes a proof file: of an event, or that the log only grew. coalition check verifies it.</summary>
internal static class ProveCommand
{
    public static Command Create()
    {
        var id = new Argument<Guid?>("EVENT") { Description = "The event's id, a UUID", Arity = ArgumentArity.ZeroOrOne };
        var consistency = new Option<string?>("--consistency") { Description = "A checkpoint that was kept: prove that the log still begins with it", HelpName = "CHECKPOINT-FILE" };
        var data = Options.Data();
        var postgres = Options.Postgres();
        var output = new Option<string?>("--out") { Description = "The file to write; without it bundle.json or consistency.json", HelpName = "FILE" };
        var command = new Command("prove", "Write a proof: of an event, with the consent and notice it rests on, or that the log only grew") { id, consistency, data, postgres, output };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(id) is null == parsed.GetValue(consistency) is null)
            {
                parsed.AddError("Name either an EVENT or, with --consistency, a file with a checkpoint.");
            }
        });
        command.SetAction(parsed => parsed.GetValue(consistency) is { } kept
            ? ProveConsistency(kept, parsed.GetValue(data)!, parsed.GetValue(postgres), parsed.GetValue(output) ?? "consistency.json")
            : Prove(parsed.GetValue(id)!.Value, parsed.GetValue(data)!, parsed.GetValue(postgres), parsed.GetValue(output) ?? "bundle.json"));
        return command;
    }

    public static int Prove(Guid id, string directory, string? postgres, string output) =>
        Write(output, () => Proving.Run(id, directory, postgres, Gateway.NoticeText).ToJson());

    /// <param name="kept">A file with a signed note.</param>
    public static int ProveConsistency(string kept, string directory, string? postgres, string output) =>
        Write(output, () => Proving.Consistency(File.ReadAllText(kept), directory, postgres).ToJson());

    private static int Write(string output, Func<string> prove)
    {
        try
        {
            var json = prove() + "\n";
            File.WriteAllText(output, json);

            // Reads the proof again: a file that cannot be read must not pass for a proof.
            var proof = ProofFile.Read(System.Text.Encoding.UTF8.GetBytes(json));
            var verdict = proof.Check(proof.VerifierKey, Gateway.CategoryOf);
            AnsiConsole.WriteLine($"{output} shows:");
            foreach (var line in verdict.Holds ? verdict.Says : ["that something is wrong:", .. verdict.Problems])
            {
                AnsiConsole.WriteLine(Printable.Line(line));
            }

            return 0;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            throw new CommandFailedException(Printable.Line(failed.Message), failed);
        }
        catch (DbException unreadable)
        {
            throw new CommandFailedException($"The database cannot be read: {unreadable.Message}", unreadable);
        }
    }
}
