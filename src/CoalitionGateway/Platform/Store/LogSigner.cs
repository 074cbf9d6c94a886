using System.Security.Cryptography;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Keys;

namespace CoalitionGateway.Platform.Store;

/// <summary>
/// Signs the audit log under its name. Signs only a log that continues the log signed before, and only events that a gateway
/// decided: a database that was tampered with gets no new signature.
/// </summary>
/// <param name="macs">The gateways' keys; null: MACs are not checked before signing.</param>
internal sealed class LogSigner(string name, ECDsa key, TimeProvider clock, MacKeys? macs = null)
{
    private Checkpoint? _latest;

    /// <summary>
    /// The event at which signing stopped, because no gateway decided the event; null if signing did not stop.
    /// </summary>
    public EventId? StoppedBy { get; set; }

    /// <summary>The key in the form for verifiers: c2sp.org/signed-note, "Verifier keys".</summary>
    public string VerifierKey { get; } = SignedNote.VerifierKey(name, key);

    /// <summary>
    /// The reason why an unsigned event is not proved to be a gateway's, in words; null if the event is proved.
    /// </summary>
    public string? Doubt(long logIndex, byte[] body, int keyId, byte[] mac) => macs?.DoubtUnsigned(logIndex, body, keyId, mac);

    public StoredCheckpoint Sign(long size, byte[] root) => new(
        size, Clock.Truncate(clock.GetUtcNow()), SignedNote.Sign(new Checkpoint(name, size, root).Text, name, key));

    /// <summary>Checks that the tree is the one that was signed, and returns its number of entries.</summary>
    /// <param name="note">The latest checkpoint; null where there is none.</param>
    /// <exception cref="InvalidOperationException">The checkpoint is not signed by this key, does not match these tiles, or
    /// does not continue the checkpoint that this process saw before.</exception>
    public long Confirm(string? note, MerkleTiles tiles)
    {
        if (note is null)
        {
            return _latest is null ? 0 : throw Bent($"its {_latest.Size} signed entries are gone");
        }

        if (SignedNote.Verify(note, VerifierKey) is not { } text || Checkpoint.Parse(text) is not { } checkpoint)
        {
            throw Bent($"its latest checkpoint is not signed by {VerifierKey}");
        }

        if (checkpoint.Size < _latest?.Size || (_latest is not null && !tiles.Root(_latest.Size).AsSpan().SequenceEqual(_latest.Root)))
        {
            throw Bent($"it no longer begins with the {_latest.Size} entries that were signed");
        }

        if (!tiles.Root(checkpoint.Size).AsSpan().SequenceEqual(checkpoint.Root))
        {
            throw Bent("its tree is not the one that was signed");
        }

        _latest = checkpoint;
        return checkpoint.Size;
    }

    private static InvalidOperationException Bent(string what) => new($"The audit log is not signed on: {what}. Run coalition verify.");
}
