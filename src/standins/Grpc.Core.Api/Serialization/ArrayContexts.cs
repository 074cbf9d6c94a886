using System.Buffers;

namespace Grpc.Core;

/// <summary>Collects a payload in memory, so that a contextual serializer can be used as a simple one.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private ArrayBufferWriter<byte>? writer;
    private byte[]? payload;

    public override IBufferWriter<byte> GetBufferWriter() => writer ??= new ArrayBufferWriter<byte>();

    public override void Complete(byte[] payload)
    {
        ThrowIfComplete();
        this.payload = payload;
    }

    public override void Complete()
    {
        ThrowIfComplete();
        payload = writer is null ? [] : writer.WrittenSpan.ToArray();
    }

    public byte[] ToPayload() => payload ?? throw new InvalidOperationException("The serializer did not complete its context.");

    private void ThrowIfComplete()
    {
        if (payload is not null)
        {
            throw new InvalidOperationException("The serialization is complete already.");
        }
    }
}

/// <summary>Reads a payload from memory, so that a contextual deserializer can be used as a simple one.</summary>
internal sealed class ArrayDeserializationContext : DeserializationContext
{
    private readonly byte[] payload;

    public ArrayDeserializationContext(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        this.payload = payload;
    }

    public override int PayloadLength => payload.Length;

    public override byte[] PayloadAsNewBuffer() => (byte[])payload.Clone();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
}
