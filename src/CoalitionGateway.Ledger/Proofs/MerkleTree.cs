using System.Numerics;
using System.Security.Cryptography;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>The hashes of a Merkle tree, and the checks that everybody can make with them (RFC 6962, section 2.1).</summary>
public static class MerkleTree
{
    /// <summary>The length of a hash in bytes: SHA-256.</summary>
    public const int HashLength = 32;

    /// <summary>The largest number of hashes in a proof, which is enough for a tree of 2^63 leaves.</summary>
    public const int MaxProofLength = 64;

    private const byte _leafPrefix = 0;
    private const byte _nodePrefix = 1;

    /// <summary>The root of a tree without leaves.</summary>
    public static byte[] EmptyRoot => SHA256.HashData([]);

    public static byte[] LeafHash(ReadOnlySpan<byte> entry) => Hash(_leafPrefix, entry, []);

    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Hash(_nodePrefix, left, right);

    /// <summary>Whether the proof shows that the leaf has this index in the tree (RFC 9162, section 2.1.3.2).</summary>
    /// <param name="index">From 0.</param>
    /// <param name="size">Leaves of the tree, 1 or more.</param>
    public static bool Includes(long index, long size, ReadOnlySpan<byte> leafHash, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= size || leafHash.Length != HashLength || !AreHashes(proof))
        {
            return false;
        }

        var (node, last) = (index, size - 1);
        var hash = leafHash.ToArray();
        foreach (var sibling in proof)
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                hash = NodeHash(sibling, hash);
                Ascend(ref node, ref last);
            }
            else
            {
                hash = NodeHash(hash, sibling);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && root.SequenceEqual(hash);
    }

    /// <summary>
    /// Whether the proof shows that the larger tree begins with the leaves of the smaller (RFC 9162, section 2.1.4.2).
    /// </summary>
    /// <param name="from">Leaves of the smaller tree, 1 or more. A tree without leaves proves nothing.</param>
    /// <param name="to">Leaves of the larger tree, not fewer than <paramref name="from"/>.</param>
    public static bool IsConsistent(long from, long to, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> fromRoot, ReadOnlySpan<byte> toRoot)
    {
        if (from <= 0 || to < from || !AreHashes(proof))
        {
            return false;
        }

        if (from == to)
        {
            return proof.Count == 0 && fromRoot.SequenceEqual(toRoot);
        }

        if (fromRoot.Length != HashLength || toRoot.Length != HashLength)
        {
            return false;
        }

        // The root of a complete smaller tree is itself the first node.
        IEnumerable<byte[]> path = BitOperations.IsPow2(from) ? [fromRoot.ToArray(), .. proof] : proof;
        var (node, last) = (from - 1, to - 1);
        var rises = BitOperations.TrailingZeroCount(~node);
        node >>= rises;
        last >>= rises;
        byte[]? smaller = null, larger = null;
        foreach (var sibling in path)
        {
            if (smaller is null)
            {
                smaller = larger = sibling;
                continue;
            }

            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                smaller = NodeHash(sibling, smaller);
                larger = NodeHash(sibling, larger);
                Ascend(ref node, ref last);
            }
            else
            {
                larger = NodeHash(larger, sibling);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && smaller is not null && fromRoot.SequenceEqual(smaller) && toRoot.SequenceEqual(larger);
    }

    // A node without a right sibling moves up unchanged until it is a right node.
    private static void Ascend(ref long node, ref long last)
    {
        while ((node & 1) == 0 && node != 0)
        {
            node >>= 1;
            last >>= 1;
        }
    }

    private static bool AreHashes(IReadOnlyList<byte[]> proof) => proof.Count <= MaxProofLength && proof.All(hash => hash.Length == HashLength);

    private static byte[] Hash(byte prefix, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var length = 1 + first.Length + second.Length;
        var bytes = length <= 512 ? stackalloc byte[length] : new byte[length];
        bytes[0] = prefix;
        first.CopyTo(bytes[1..]);
        second.CopyTo(bytes[(1 + first.Length)..]);
        return SHA256.HashData(bytes);
    }
}
