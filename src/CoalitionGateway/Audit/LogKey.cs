using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Proofs;

namespace CoalitionGateway.Audit;

/// <summary>The log's name and the key that signs its checkpoints.</summary>
internal sealed class LogKey(GatewayOptions options, GatewayKeys keys, TimeProvider clock)
{
    /// <summary>The key as those who verify are given it: c2sp.org/signed-note, "Verifier keys".</summary>
    public string VerifierKey => SignedNote.VerifierKey(options.LogName, keys.Log);

    public StoredCheckpoint Sign(long size, byte[] root) => new(
        size, Clock.Truncate(clock.GetUtcNow()),
        SignedNote.Sign(new Checkpoint(options.LogName, size, root).Text, options.LogName, keys.Log));
}
