using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Where a message is written: either <see cref="Complete(byte[])"/> with the whole payload,
/// or into <see cref="GetBufferWriter"/> and then <see cref="Complete()"/>.
/// </summary>
public abstract class SerializationContext
{
    /// <summary>Hands over the whole payload, which the caller must not touch afterwards.</summary>
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();

    /// <summary>Says that the payload is in the buffer writer.</summary>
    public virtual void Complete() => throw new NotImplementedException();

    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();

    /// <summary>Announces the payload's length; an implementation may ignore it, as this one does.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }
}
