using CoalitionGateway.Ledger.Proofs;

namespace CoalitionGateway.Ledger.Tests.Proofs;

public sealed class MerkleTilesTests
{
    // Large enough to pass the second level of tiles. Sizes lie at and around full tiles.
    private const int _most = 66_000;
    private static readonly int[] _sizes = [1, 2, 3, 255, 256, 257, 511, 512, 700, 65_535, 65_536, 65_537, _most];
    private readonly byte[][] _leaves = [.. Enumerable.Range(0, _most).Select(i => MerkleTree.LeafHash(BitConverter.GetBytes(i)))];
    private readonly Dictionary<TileId, byte[]> _stored = [];

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(_most)]
    public void Root_EachSize_MatchesTheDefinition(int step)
    {
        Grow(step == 1 ? 1500 : _most, step);
        foreach (var size in _sizes.Where(size => size <= (step == 1 ? 1500 : _most)))
        {
            Assert.Equal(Defined(_leaves.AsSpan(0, size)), Tiles().Root(size));
        }
    }

    [Fact]
    public void ProveInclusion_EachLeaf_ProvesOnlyThatLeaf()
    {
        Grow(_most, _most);
        foreach (var size in _sizes)
        {
            var (tiles, root) = (Tiles(), Tiles().Root(size));
            foreach (var index in new[] { 0, size / 3, size / 2, size - 1 })
            {
                var proof = tiles.ProveInclusion(index, size);
                Assert.True(MerkleTree.Includes(index, size, _leaves[index], proof, root));
                Assert.False(MerkleTree.Includes(index, size, _leaves[(index + 1) % _most], proof, root));
            }
        }
    }

    [Fact]
    public void ProveConsistency_EachEarlierSize_IsProved()
    {
        Grow(_most, _most);
        var tiles = Tiles();
        foreach (var from in _sizes)
        {
            foreach (var to in _sizes.Where(to => to >= from))
            {
                var proof = tiles.ProveConsistency(from, to);
                Assert.True(MerkleTree.IsConsistent(from, to, proof, tiles.Root(from), tiles.Root(to)), $"{from} to {to}");
                Assert.False(MerkleTree.IsConsistent(from, to, proof, MerkleTree.EmptyRoot, tiles.Root(to)));
            }
        }
    }

    [Fact]
    public void Root_DamagedTile_Throws()
    {
        Grow(700, 700);
        _stored[new TileId(0, 2)] = _stored[new TileId(0, 2)][..32];
        Assert.Throws<InvalidOperationException>(() => Tiles().Root(700));
    }

    [Fact]
    public void Proofs_OutsideTheTree_Throw()
    {
        Grow(3, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => Tiles().ProveInclusion(3, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tiles().ProveInclusion(-1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tiles().ProveConsistency(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tiles().ProveConsistency(4, 3));
        Assert.Throws<InvalidOperationException>(() => Tiles().Root(4));
    }

    /// <summary>
    /// Appends in steps, each with a new instance, as after a restart. An instance knows only the stored tiles.
    /// </summary>
    private void Grow(int to, int step)
    {
        for (var size = 0; size < to; size += step)
        {
            foreach (var (id, hashes) in Tiles().Append(size, _leaves[size..Math.Min(to, size + step)]))
            {
                _stored[id] = hashes;
            }
        }
    }

    private MerkleTiles Tiles() => new(id => _stored.GetValueOrDefault(id, []));

    /// <summary>The definition of RFC 6962, section 2.1, implemented literally.</summary>
    private static byte[] Defined(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 1)
        {
            return leaves[0];
        }

        var split = 1;
        while (split * 2 < leaves.Length)
        {
            split *= 2;
        }

        return MerkleTree.NodeHash(Defined(leaves[..split]), Defined(leaves[split..]));
    }
}
