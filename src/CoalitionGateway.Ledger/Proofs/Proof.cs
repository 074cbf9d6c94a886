namespace CoalitionGateway.Ledger.Proofs;

/// <summary>A file that proves something to a reader who trusts only the log's key.</summary>
/// <param name="VerifierKey">The key that the file names. It proves nothing, because a forger can name their own key.</param>
public abstract record Proof(string VerifierKey)
{
    /// <summary>The name of the file's format.</summary>
    public abstract string Format { get; }

    /// <summary>
    /// Checks the file, and says in words what it proves. The words contain only what the key's signature covers.
    /// </summary>
    /// <param name="key">The log's key, from somebody the reader trusts.</param>
    /// <param name="categoryOf">Gives the data category of a field of the contract. Null: categories are not checked.</param>
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

/// <summary>The result of a check.</summary>
/// <param name="Problems">The file's problems, one sentence each; empty if the file proves what it says.</param>
/// <param name="Says">The facts that the file proves, one on each line; empty if there are problems.</param>
public sealed record Verdict(IReadOnlyList<string> Problems, IReadOnlyList<string> Says)
{
    public bool Holds => Problems.Count == 0;

    public static Verdict Refused(params IReadOnlyList<string> problems) => new(problems, []);
}
