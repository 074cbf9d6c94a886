using System.Buffers.Binary;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>
/// An entry of the audit log: the entry's number among its member's entries, followed by the event's stored bytes.
/// </summary>
/// <param name="MemberNumber">From 1, without gaps for each member; 0 if the event is about no member.</param>
/// <param name="Event">The event's bytes: see <see cref="Ledger.Event.Encode"/>.</param>
public sealed record LogEntry(long MemberNumber, byte[] Event)
{
    /// <summary>The hash of the entry in the tree, over the number as 8 bytes, big-endian, and the event.</summary>
    public byte[] LeafHash
    {
        get
        {
            var bytes = new byte[sizeof(long) + Event.Length];
            BinaryPrimitives.WriteInt64BigEndian(bytes, MemberNumber);
            Event.CopyTo(bytes, sizeof(long));
            return MerkleTree.LeafHash(bytes);
        }
    }
}
