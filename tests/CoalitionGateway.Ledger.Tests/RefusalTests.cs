using CoalitionGateway.Ledger.Tests.Encoding;
using CoalitionGateway.Ledger.Tests.Properties;
using FsCheck.Fluent;

namespace CoalitionGateway.Ledger.Tests;

/// <summary>Refusals are stored. Their bytes are pinned, and nothing but valid bytes is read.</summary>
public sealed class RefusalTests
{
    private static readonly Refusal _refusal = new Refusal(RefusalReason.AmountNotInSteps, "Nej – 1000 åt gången.", "amount_points")
        .With("step_points", 1000).With("när", "nu");

    // Written by hand from the form that CanonicalWriter describes, not taken from a run.
    private const string _vector =
        "01" + "0000000000000050" +
        "00000019" + "4e656a20e280932031303030" + "20c3a57420" + "67c3a56e67656e2e" +
        "01" + "0000000d" + "616d6f756e745f706f696e7473" + "00" +
        "00000002" +
        "0000000b" + "737465705f706f696e7473" + "00000004" + "31303030" +
        "00000004" + "6ec3a472" + "00000002" + "6e75";

    [Fact]
    public void Encode_OfARefusal_IsPinned() => Assert.Equal(_vector, Convert.ToHexStringLower(_refusal.Encode()));

    [Fact]
    public void Encode_PreconditionWithoutAField_IsPinned() => Assert.Equal(
        "01" + "0000000000000028" + "00000001" + "6d" + "00" + "01" + "00000000",
        Convert.ToHexStringLower(new Refusal(RefusalReason.MembershipNotFound, "m") { IsPrecondition = true }.Encode()));

    [Fact]
    public void Decode_AnyEncodedRefusal_RestoresIt()
    {
        var refusals =
            from reason in Gen.Elements<RefusalReason>([.. RefusalReason.All])
            from message in AnyValue.Text
            from field in Gen.OrNull(AnyValue.Text)
            from needed in Gen.Elements(true, false)
            from metadata in Gen.ListOf(Gen.Zip(AnyValue.Text, AnyValue.Text, (name, value) => (name, value)))
            select new Refusal(reason, message, field) { IsPrecondition = needed, Metadata = [.. metadata] };

        Sizes.Check(refusals, refusal =>
        {
            var decoded = Refusal.Decode(refusal.Encode());
            Assert.Equal(refusal, decoded with { Metadata = refusal.Metadata });
            Assert.Equal(refusal.Metadata, decoded.Metadata);
        });
    }

    [Fact]
    public void Decode_TruncatedBytes_ThrowsFormatException()
    {
        var bytes = _refusal.Encode();

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Throws<FormatException>(() => Refusal.Decode(bytes[..length])));
    }

    [Fact]
    public void Decode_TrailingBytes_ThrowsFormatException() => Assert.Throws<FormatException>(() => Refusal.Decode([.. _refusal.Encode(), 0]));

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public void Decode_AnotherVersion_ThrowsFormatException(byte version) =>
        Assert.Throws<FormatException>(() => Refusal.Decode([version, .. _refusal.Encode()[1..]]));

    [Fact]
    public void Decode_AnyByteDamaged_ThrowsFormatExceptionOrGivesAnotherValidRefusal() =>
        Damage.Check(_refusal.Encode(), bytes => Refusal.Decode(bytes).Encode());

    [Fact]
    public void With_Metadata_KeepsTheOrderAndLeavesTheOriginalUnchanged()
    {
        Assert.Equal([("step_points", "1000"), ("när", "nu")], _refusal.Metadata);
        Assert.Empty(new Refusal(RefusalReason.PoolFull, "m").Metadata);
    }
}
