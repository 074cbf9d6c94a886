using System.CommandLine;
using CoalitionGateway.Ledger.Proofs;
using Spectre.Console;

namespace CoalitionGateway.Cli;

/// <summary>
/// coalition check: checks a proof file without the gateway and its database, and prints the facts that the file
/// proves. The file is untrusted input.
/// </summary>
internal static class CheckCommand
{
    /// <summary>The file proves the printed facts to everybody who trusts the given key.</summary>
    public const int Proved = 0;

    /// <summary>The file does not prove its claims, is not a proof, or cannot be read.</summary>
    public const int Refused = 1;

    /// <summary>No key was given. The file is consistent under the key that it names itself, which proves nothing.</summary>
    public const int NoKey = 2;

    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "A proof bundle or a consistency proof that coalition prove wrote, or a consent receipt",
        };
        var key = new Option<string?>("--key")
        {
            Description = "The log's key, from somebody you trust and not from the file",
            HelpName = "VERIFIER-KEY",
        };
        const string Does = "Check a proof, without the gateway and its database; exit code 0: proved, 1: refused, 2: no key was given";
        var command = new Command("check", Does) { file, key };
        command.SetAction(parsed => Run(parsed.GetValue(file)!, parsed.GetValue(key)));
        return command;
    }

    public static int Run(string file, string? key)
    {
        Proof proof;
        try
        {
            proof = ProofFile.Read(ReadBounded(file));
        }
        catch (FormatException wrong)
        {
            return Refuse([wrong.Message]);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(Printable.Line(failed.Message), failed);
        }

        var verdict = proof.Check(key ?? proof.VerifierKey, Gateway.CategoryOf);
        if (!verdict.Holds)
        {
            return Refuse(verdict.Problems);
        }

        if (key is null)
        {
            return WithoutKey(verdict);
        }

        Print(verdict.Says);
        Print(["", "check: proved, for whoever trusts this key to be the log's"]);
        return Proved;
    }

    /// <summary>Reads at most one byte more than the largest proof has: a device or a pipe may never end.</summary>
    private static byte[] ReadBounded(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[ProofFile.MaxBytes + 1];
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    private static int Refuse(IReadOnlyList<string> problems)
    {
        foreach (var problem in problems)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{Printable.Line(problem)}[/]");
        }

        Print(["check: refused; the file proves nothing"]);
        return Refused;
    }

    private static int WithoutKey(Verdict verdict)
    {
        Print(
        [
            "Nothing is proved, since no key was given: anybody can make such a file with a key of their own.",
            "If the log's key were the one that the file names, the file would show this:",
            "",
        ]);
        Print(verdict.Says.Select(line => line.Length == 0 ? "" : $"  | {line}"));
        Print(["", "check: not proved; give the log's key with --key, from somebody you trust"]);
        return NoKey;
    }

    private static void Print(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            AnsiConsole.WriteLine(Printable.Line(line));
        }
    }
}
