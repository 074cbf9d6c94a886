namespace CoalitionGateway.Ledger.Proofs;

/// <summary>A file that proves something to somebody who trusts the log's key and nothing else.</summary>
/// <param name="VerifierKey">The key that the file names. It proves nothing: a forger names a key of their own.</param>
public abstract record Proof(string VerifierKey)
{
    /// <summary>The name of the file's form.</summary>
    public abstract string Format { get; }

    /// <summary>
    /// Checks the file, and puts what it proves into words. Nothing is in the words that the key's signature does not
    /// cover.
    /// </summary>
    /// <param name="key">The log's key, from somebody the reader trusts.</param>
    /// <param name="categoryOf">The category that the contract gives a field; null: categories are not looked at.</param>
    public Verdict Check(string key, Func<string, Ledger.DataCategory?>? categoryOf = null)
    {
        using (var readable = SignedNote.ReadKey(key))
        {
            if (readable is null)
            {
                return Verdict.Refused(
                    $"\"{Printable.Value(key)}\" is no verifier key: it must be NAME+ID+KEY, as Checkpoint.verifier_key gives it.");
            }
        }

        return VerifierKey == key
            ? CheckWith(key, categoryOf)
            : Verdict.Refused(
                $"The file names another key than the log's: {Printable.Value(VerifierKey)}. It is of another log, or forged.");
    }

    private protected abstract Verdict CheckWith(string key, Func<string, Ledger.DataCategory?>? categoryOf);
}

/// <summary>What came of a check.</summary>
/// <param name="Problems">What stands against the file, a sentence each; none where it proves what it says.</param>
/// <param name="Says">What the file proves, a line each; none where there are problems.</param>
public sealed record Verdict(IReadOnlyList<string> Problems, IReadOnlyList<string> Says)
{
    public bool Holds => Problems.Count == 0;

    public static Verdict Refused(params IReadOnlyList<string> problems) => new(problems, []);
}
