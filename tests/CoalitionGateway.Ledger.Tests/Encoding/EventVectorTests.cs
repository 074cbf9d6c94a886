using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Tests.Encoding;

public sealed class EventVectorTests
{
    // Found by reflection: a kind without a sample or a vector fails here.
    public static TheoryData<EventKind> Kinds => [.. EventKind.All];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Encode_OfEachKind_IsPinned(EventKind kind) =>
        Assert.Equal(EventVectors.All[kind], Convert.ToHexStringLower(EventSamples.All[kind].Encode()));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_OfEachVector_GivesTheSample(EventKind kind) =>
        Assert.Equal(Written.Of(EventSamples.All[kind]), Written.Of(EventCodec.Decode(Convert.FromHexString(EventVectors.All[kind]))));

    /// <summary>The numbers of kinds are stored. A number is never given to another kind.</summary>
    [Fact]
    public void EventKind_Numbers_MatchTheVectors() => Assert.All(
        EventVectors.All, vector => Assert.Equal(vector.Key.Number, Convert.ToInt64(vector.Value[2..18], 16)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_TruncatedBytes_ThrowsFormatException(EventKind kind)
    {
        var bytes = EventSamples.All[kind].Encode();

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Throws<FormatException>(() => EventCodec.Decode(bytes.AsMemory(0, length))));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_TrailingBytes_ThrowsFormatException(EventKind kind) =>
        Assert.Throws<FormatException>(() => EventCodec.Decode((byte[])[.. EventSamples.All[kind].Encode(), 0]));

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public void Decode_UnknownVersionOfTheKind_ThrowsFormatException(byte version) =>
        Assert.Throws<FormatException>(() => EventCodec.Decode((byte[])[version, .. EventSamples.All[EventKind.Of<PoolLeft>()].Encode()[1..]]));

    [Fact]
    public void Decode_OlderVersion_GivesTheEventInItsPresentForm()
    {
        const string stored =
            "01000000000000001d0190000002037405860708090a0b0ce100064bf535b0f2400000000f706172746e65723a6265616e65727901900000" +
            "02037405860708090a0b0cf10190000002037405860708090a0b0ca10000000000000002";

        var read = Assert.IsType<SharingRefused>(EventCodec.Decode(Convert.FromHexString(stored)));

        Assert.Equal((((SharingRefused)EventSamples.All[read.Kind]).MemberId, RefusalSignal.GlobalPrivacyControl, 0), (read.MemberId, read.Signal, read.Ended.Count));
    }

    // The last two numbers do not fit the enum. They must not be read as another kind, nor cause another exception.
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(0x1_0000_0001)]
    [InlineData(long.MinValue)]
    public void Decode_UnknownKind_ThrowsFormatException(long kind)
    {
        var bytes = EventSamples.All[EventKind.Of<PartnerRegistered>()].Encode();
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), kind);

        Assert.Throws<FormatException>(() => EventCodec.Decode(bytes));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_AnyByteDamaged_ThrowsFormatExceptionOrGivesAnotherValidEvent(EventKind kind) =>
        Damage.Check(EventSamples.All[kind].Encode(), bytes => EventCodec.Decode(bytes).Encode());

    /// <summary>
    /// Within a sample, fields of the same type have different values. So the vectors fix the order of the fields.
    /// </summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void EventSamples_FieldsOfOneType_AllDiffer(EventKind kind)
    {
        var sample = EventSamples.All[kind];
        var fields = sample.GetType().GetProperties().Where(property => property.DeclaringType == sample.GetType() && property.CanWrite)
            .Select(property => (property.PropertyType, Value: Written.Of(property.GetValue(sample)))).ToArray();

        Assert.Equal(fields.Length, fields.Distinct().Count());
    }
}
