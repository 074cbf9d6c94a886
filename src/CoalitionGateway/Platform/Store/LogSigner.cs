using System.Security.Cryptography;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Keys;

namespace CoalitionGateway.Platform.Store;

/// <summary>
/// Signs the audit log under its name, and nothing that does not follow from what it signed before, or that no gateway
/// decided: a database that somebody bent is not signed anew.
/// </summary>
/// <param name="macs">The gateways' keys; null: what is signed is not looked at.</param>
internal sealed class LogSigner(string name, ECDsa key, TimeProvider clock, MacKeys? macs = null)
{
    private Checkpoint? _latest;

    /// <summary>The event at which signing stopped, since no gateway decided it; null where it did not.</summary>
    public EventId? StoppedBy { get; set; }

    /// <summary>The key as those who verify are given it: c2sp.org/signed-note, "Verifier keys".</summary>
    public string VerifierKey { get; } = SignedNote.VerifierKey(name, key);

    /// <summary>Why an event that is not signed yet is not proved to be a gateway's, in words; null if it is.</summary>
    public string? Doubt(long logIndex, byte[] body, int keyId, byte[] mac) => macs?.DoubtUnsigned(logIndex, body, keyId, mac);

    public StoredCheckpoint Sign(long size, byte[] root) => new(
        size, Clock.Truncate(clock.GetUtcNow()), SignedNote.Sign(new Checkpoint(name, size, root).Text, name, key));

    /// <summary>How many entries the tree has, after looking that it is the one that was signed.</summary>
    /// <param name="note">The latest checkpoint; null where there is none.</param>
    /// <exception cref="InvalidOperationException">It is not signed by this key, is not of these tiles, or is not what
    /// this process saw before.</exception>
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
