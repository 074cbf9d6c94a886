using System.Text.Json;
using CoalitionGateway.Ledger.Proofs;

namespace CoalitionGateway.Ledger.Tests.Proofs;

/// <summary>
/// The proofs and roots that transparency-dev/merkle publishes (rfc6962-proofs.json names the version). Most of them must be
/// refused.
/// </summary>
public sealed class PublishedProofTests
{
    private static readonly Vectors _vectors = Read();

    public static TheoryData<string> Inclusions => [.. _vectors.Inclusion.Select(found => found.Case)];

    public static TheoryData<string> Consistencies => [.. _vectors.Consistency.Select(found => found.Case)];

    [Fact]
    public void Vectors_Count_MatchesThePublication()
    {
        Assert.Equal(196, _vectors.Inclusion.Length + _vectors.Consistency.Length);
        Assert.Equal(184, _vectors.Inclusion.Count(found => found.WantErr) + _vectors.Consistency.Count(found => found.WantErr));
        Assert.Equal(9, _vectors.Roots_hex_by_size.Length);
    }

    [Theory]
    [MemberData(nameof(Inclusions))]
    public void Includes_PublishedProof_AnswersAsPublished(string name)
    {
        var given = _vectors.Inclusion.Single(found => found.Case == name);
        Assert.Equal(!given.WantErr, MerkleTree.Includes(Signed(given.LeafIdx), Signed(given.TreeSize), given.LeafHash ?? [], given.Proof ?? [], given.Root ?? []));
    }

    [Theory]
    [MemberData(nameof(Consistencies))]
    public void IsConsistent_PublishedProof_AnswersAsPublished(string name)
    {
        var given = _vectors.Consistency.Single(found => found.Case == name);
        Assert.Equal(!given.WantErr, MerkleTree.IsConsistent(Signed(given.Size1), Signed(given.Size2), given.Proof ?? [], given.Root1 ?? [], given.Root2 ?? []));
    }

    [Fact]
    public void Roots_PublishedLeaves_MatchThePublishedRoots()
    {
        var leaves = _vectors.Leaves_hex.Select(hex => MerkleTree.LeafHash(Convert.FromHexString(hex))).ToArray();
        var tiles = new MerkleTiles(_ => throw new InvalidOperationException("All tiles are in memory."));
        tiles.Append(0, leaves);
        Assert.Equal(_vectors.Roots_hex_by_size, Enumerable.Range(0, 9).Select(size => Convert.ToHexStringLower(tiles.Root(size))));
    }

    // Some published numbers are larger than any log here can have. They become negative.
    private static long Signed(ulong number) => unchecked((long)number);

    private static Vectors Read()
    {
        using var stream = typeof(PublishedProofTests).Assembly.GetManifestResourceStream("rfc6962-proofs.json")!;
        return JsonSerializer.Deserialize<Vectors>(stream, JsonSerializerOptions.Web)!;
    }

    private sealed record Vectors(string[] Leaves_hex, string[] Roots_hex_by_size, OneInclusion[] Inclusion, OneConsistency[] Consistency);

    private sealed record OneInclusion(string Case, ulong LeafIdx, ulong TreeSize, byte[]? Root, byte[]? LeafHash, byte[][]? Proof, bool WantErr);

    private sealed record OneConsistency(string Case, ulong Size1, ulong Size2, byte[]? Root1, byte[]? Root2, byte[][]? Proof, bool WantErr);
}
