using CoalitionGateway.Ledger.Tests.Properties;

namespace CoalitionGateway.Ledger.Tests.Encoding;

public sealed class EventRoundTripTests
{
    public static TheoryData<EventKind> Kinds => [.. EventKind.All];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_AnyEncodedEvent_RestoresEveryField(EventKind kind) => Sizes.Check(AnyValue.EventOf(kind), made =>
    {
        var bytes = made.Encode();
        var decoded = EventCodec.Decode(bytes);

        // Comparing only the bytes would miss a field that is neither written nor read.
        Assert.Equal(Written.Of(made), Written.Of(decoded));
        Assert.Equal(bytes, decoded.Encode());
        Assert.Equal(kind, decoded.Kind);
    }, 100);

    [Fact]
    public void EventTypes_MatchTheKindsExactly() => Assert.Equal(EventKind.All.ToHashSet(), AnyValue.EventTypes.Keys.ToHashSet());
}
