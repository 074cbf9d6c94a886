using System.Buffers;
using System.Reflection;
using Grpc.Core;

namespace Grpc.Standins.Tests.Behaviour;

public sealed class MarshallerTests
{
    private static readonly byte[] Payload = [7, 8, 9];

    private static bool IsStandIn => typeof(Metadata).Assembly.GetCustomAttribute<AssemblyProductAttribute>()!
        .Product.Contains("stand-in", StringComparison.Ordinal);

    [Fact]
    public void SimpleMarshaller_UsedWithContexts_CompletesWithItsPayload()
    {
        var marshaller = Marshallers.Create(BitConverter.GetBytes, bytes => BitConverter.ToInt32(bytes));
        var written = new Written();

        marshaller.ContextualSerializer(42, written);

        Assert.Equal(BitConverter.GetBytes(42), written.Payload);
        Assert.Equal(42, marshaller.ContextualDeserializer(new Given(written.Payload!)));
    }

    [Fact]
    public void ContextualMarshaller_CompletedWithAnArray_SerializesToIt()
    {
        var marshaller = Marshallers.Create<byte[]>((message, context) => context.Complete(message), context => context.PayloadAsNewBuffer());

        Assert.Equal(Payload, marshaller.Serializer(Payload));
        Assert.Equal(Payload, marshaller.Deserializer(Payload));
    }

    [Fact]
    public void ContextualMarshaller_OnBuffers_WorksAsASimpleOne()
    {
        Assert.SkipUnless(IsStandIn, "The published package does not say whether its simple functions serve buffers.");
        var marshaller = Marshallers.Create<byte[]>(
            (message, context) =>
            {
                context.SetPayloadLength(message.Length);
                context.GetBufferWriter().Write(message);
                context.Complete();
            },
            context => [(byte)context.PayloadLength, .. context.PayloadAsReadOnlySequence().ToArray()]);

        Assert.Equal(Payload, marshaller.Serializer(Payload));
        Assert.Equal([3, 7, 8, 9], marshaller.Deserializer(Payload));
    }

    [Fact]
    public void ContextualSerializer_CompletingTwice_Throws()
    {
        var marshaller = Marshallers.Create<byte[]>(
            (message, context) =>
            {
                context.Complete(message);
                context.Complete(message);
            },
            context => context.PayloadAsNewBuffer());

        Assert.Throws<InvalidOperationException>(() => marshaller.Serializer(Payload));
    }

    [Fact]
    public void StringMarshaller_BeyondAscii_RoundTripsAsUtf8()
    {
        Assert.Equal("ü€"u8.ToArray(), Marshallers.StringMarshaller.Serializer("ü€"));
        Assert.Equal("ü€", Marshallers.StringMarshaller.Deserializer("ü€"u8.ToArray()));
    }

    [Fact]
    public void Create_WithoutAFunction_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => Marshallers.Create<string>(null!, (byte[] _) => ""));
        Assert.Throws<ArgumentNullException>(() => Marshallers.Create<string>((_, context) => context.Complete(), null!));
    }

    [Fact]
    public void Contexts_NothingOverridden_ThrowAndIgnoreTheAnnouncedLength()
    {
        var serialization = new Bare();
        serialization.SetPayloadLength(12);

        Assert.Throws<NotImplementedException>(() => serialization.Complete(Payload));
        Assert.Throws<NotImplementedException>(serialization.Complete);
        Assert.Throws<NotImplementedException>(serialization.GetBufferWriter);
        Assert.Throws<NotImplementedException>(() => new BareInput().PayloadAsNewBuffer());
        Assert.Throws<NotImplementedException>(() => new BareInput().PayloadAsReadOnlySequence());
    }

    private sealed class Bare : SerializationContext;

    private sealed class BareInput : DeserializationContext
    {
        public override int PayloadLength => 0;
    }

    private sealed class Written : SerializationContext
    {
        public byte[]? Payload { get; private set; }

        public override void Complete(byte[] payload) => Payload = payload;
    }

    private sealed class Given(byte[] payload) : DeserializationContext
    {
        public override int PayloadLength => payload.Length;

        public override byte[] PayloadAsNewBuffer() => payload;
    }
}
