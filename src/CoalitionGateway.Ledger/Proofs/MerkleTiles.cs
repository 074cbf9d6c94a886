using System.Numerics;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>
/// Names a tile of the tree (c2sp.org/tlog-tiles). The tile holds the <paramref name="Number"/>-th group of 256 hashes
/// of subtrees with 256^<paramref name="Level"/> leaves.
/// </summary>
public readonly record struct TileId(int Level, long Number);

/// <summary>A Merkle tree stored as tiles. Adds leaves, and makes the proofs that <see cref="MerkleTree"/> checks.</summary>
/// <param name="load">Loads the stored hashes of a tile, one after the other.</param>
public sealed class MerkleTiles(Func<TileId, byte[]> load)
{
    /// <summary>The number of hashes in a full tile.</summary>
    public const int Width = 256;

    private const int _height = 8;
    private readonly Dictionary<TileId, byte[]> _tiles = [];

    /// <summary>The root of the tree of the first leaves.</summary>
    /// <param name="size">The number of these leaves, 0 or more.</param>
    public byte[] Root(long size) => size == 0 ? MerkleTree.EmptyRoot : Range(0, size);

    /// <summary>The proof that a leaf is in the tree of the first leaves (RFC 6962, section 2.1.1).</summary>
    /// <param name="index">From 0, less than <paramref name="size"/>.</param>
    public IReadOnlyList<byte[]> ProveInclusion(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var proof = new List<byte[]>();
        for (var (first, end) = (0L, size); end - first > 1;)
        {
            var middle = first + Split(end - first);
            if (index < middle)
            {
                proof.Add(Range(middle, end));
                end = middle;
            }
            else
            {
                proof.Add(Range(first, middle));
                first = middle;
            }
        }

        proof.Reverse();
        return proof;
    }

    /// <summary>The proof that a tree begins with the leaves of a smaller one (RFC 6962, section 2.1.2).</summary>
    /// <param name="from">Leaves of the smaller tree, 1 to <paramref name="to"/>.</param>
    public IReadOnlyList<byte[]> ProveConsistency(long from, long to)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        var proof = new List<byte[]>();
        var (first, end) = (0L, to);
        while (end != from)
        {
            var middle = first + Split(end - first);
            if (from <= middle)
            {
                proof.Add(Range(middle, end));
                end = middle;
            }
            else
            {
                proof.Add(Range(first, middle));
                first = middle;
            }
        }

        // The verifier knows the root of the smaller tree. Unless that root is a node here, the proof begins with the
        // last complete part of the smaller tree.
        if (first > 0)
        {
            proof.Add(Range(first, end));
        }

        proof.Reverse();
        return proof;
    }

    /// <summary>Adds leaves after the existing ones.</summary>
    /// <param name="size">The number of existing leaves.</param>
    /// <returns>The changed tiles, each as a whole.</returns>
    public IReadOnlyDictionary<TileId, byte[]> Append(long size, IReadOnlyList<byte[]> leafHashes)
    {
        var changed = new Dictionary<TileId, List<byte[]>>();
        var next = size;
        foreach (var leaf in leafHashes)
        {
            Add(0, next++, leaf);
        }

        return changed.ToDictionary(tile => tile.Key, tile => _tiles[tile.Key] = [.. tile.Value.SelectMany(hash => hash)]);

        void Add(int level, long index, byte[] hash)
        {
            var id = new TileId(level, index / Width);
            if (!changed.TryGetValue(id, out var hashes))
            {
                changed[id] = hashes = index % Width == 0 ? [] : [.. Tile(id).Chunk(MerkleTree.HashLength).Take((int)(index % Width))];
            }

            hashes.Add(hash);
            if (hashes.Count == Width)
            {
                Add(level + 1, id.Number, Fold(hashes));
            }
        }
    }

    /// <summary>The hash of the leaves from first to before end. Complete subtrees come from the tiles.</summary>
    private byte[] Range(long first, long end)
    {
        var count = end - first;
        if (BitOperations.IsPow2(count) && first % count == 0)
        {
            return Subtree(BitOperations.TrailingZeroCount(count), first / count);
        }

        var middle = first + Split(count);
        return MerkleTree.NodeHash(Range(first, middle), Range(middle, end));
    }

    /// <summary>The hash of the index-th complete subtree of 2^height leaves.</summary>
    private byte[] Subtree(int height, long index)
    {
        var (level, within) = (height / _height, height % _height);
        var first = index << within;
        var id = new TileId(level, first / Width);
        var hashes = Tile(id);
        var (offset, length) = ((int)(first % Width) * MerkleTree.HashLength, (1 << within) * MerkleTree.HashLength);
        return hashes.Length >= offset + length
            ? Fold([.. hashes.AsMemory(offset, length).ToArray().Chunk(MerkleTree.HashLength)])
            : throw new InvalidOperationException($"Tile {id.Number} of level {id.Level} has {hashes.Length / MerkleTree.HashLength} hashes, fewer than the tree needs.");
    }

    private byte[] Tile(TileId id) => _tiles.TryGetValue(id, out var known) ? known : _tiles[id] = load(id);

    private static byte[] Fold(IReadOnlyList<byte[]> hashes)
    {
        var level = hashes.ToArray();
        for (var count = level.Length; count > 1; count /= 2)
        {
            for (var i = 0; i < count / 2; i++)
            {
                level[i] = MerkleTree.NodeHash(level[2 * i], level[(2 * i) + 1]);
            }
        }

        return level[0];
    }

    /// <summary>The largest power of two below a count of 2 or more.</summary>
    private static long Split(long count) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(count - 1)));
}
