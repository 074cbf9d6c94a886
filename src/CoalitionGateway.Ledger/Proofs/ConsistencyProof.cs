using System.Text.Json;
using System.Text.Json.Serialization;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>Shows that the log at a later checkpoint begins with all entries of an earlier checkpoint.</summary>
/// <param name="FromCheckpoint">The earlier signed note, which was kept.</param>
/// <param name="ToCheckpoint">The later signed note.</param>
/// <param name="Hashes">The proof (RFC 6962, section 2.1.2).</param>
public sealed record ConsistencyProof(string FromCheckpoint, string ToCheckpoint, IReadOnlyList<byte[]> Hashes, string VerifierKey)
    : Proof(VerifierKey)
{
    public const string FormatName = "coalition-gateway/consistency/v1";

    [JsonPropertyOrder(-1)]
    public override string Format => FormatName;

    public string ToJson() => JsonSerializer.Serialize(this, ProofBundle.Json);

    internal static ConsistencyProof Read(StrictObject members) => new(
        members.Text("from_checkpoint"), members.Text("to_checkpoint"), members.Hashes("hashes"),
        members.Text("verifier_key"));

    private protected override Verdict CheckWith(string key, Func<string, Ledger.DataCategory?>? categoryOf)
    {
        var problems = new List<string>();
        var from = Checkpoint.Open(FromCheckpoint, key, "The earlier checkpoint", problems);
        var to = Checkpoint.Open(ToCheckpoint, key, "The later checkpoint", problems);
        if (from is null || to is null)
        {
            return Verdict.Refused(problems);
        }

        if (from.Size > to.Size)
        {
            return Verdict.Refused(
                $"The earlier checkpoint is of {from.Size} entries, and the later one of fewer, {to.Size}.");
        }

        if (!MerkleTree.IsConsistent(from.Size, to.Size, Hashes, from.Root, to.Root))
        {
            return Verdict.Refused(
                $"The proof does not lead from the {from.Size} entries of the earlier checkpoint to the {to.Size} of the later one.");
        }

        return new Verdict([],
        [
            $"The log {Words.Quoted(to.Origin)} was signed when it had {from.Size} entries, and again when it had {to.Size}.",
            from.Size == to.Size
                ? "Both signatures are of the very same entries."
                : $"The first {from.Size} entries are the same at both times: none of them was changed, moved, removed or put "
                    + $"between. {to.Size - from.Size} were added behind them.",
            "The file does not show what the entries say.",
            "",
            $"  log: {Printable.Value(to.Origin)}",
            $"  earlier checkpoint: {from.Size} entries, root {Convert.ToHexStringLower(from.Root)}",
            $"  later checkpoint: {to.Size} entries, root {Convert.ToHexStringLower(to.Root)}",
            $"  signed with: {Printable.Value(key)}",
        ]);
    }
}
