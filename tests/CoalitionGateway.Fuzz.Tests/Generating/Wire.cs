using System.Buffers.Binary;
using Google.Protobuf.Reflection;

namespace CoalitionGateway.Fuzz.Tests.Generating;

/// <summary>Writes protocol buffers by hand, including forms that no library would write.</summary>
internal sealed class Wire
{
    private readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    public Wire Tag(long field, int wireType) => Varint((ulong)((field << 3) | (long)(uint)wireType));

    public Wire Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)((value & 0x7F) | 0x80));
        }

        _bytes.Add((byte)value);
        return this;
    }

    /// <summary>The same number in more bytes than it needs: eleven at most, one more than any varint may have.</summary>
    public Wire LongVarint(ulong value, int bytes)
    {
        for (var i = 0; i < bytes - 1; i++, value >>= 7)
        {
            _bytes.Add((byte)((value & 0x7F) | 0x80));
        }

        _bytes.Add((byte)(value & 0x7F));
        return this;
    }

    public Wire Chunk(int field, ReadOnlySpan<byte> value, long? announced = null)
    {
        Tag(field, 2).Varint((ulong)(announced ?? value.Length));
        _bytes.AddRange(value);
        return this;
    }

    public Wire Fixed(int field, int bytes, Random random)
    {
        var value = new byte[bytes];
        random.NextBytes(value);
        Tag(field, bytes == 8 ? 1 : 5);
        _bytes.AddRange(value);
        return this;
    }

    public Wire Raw(ReadOnlySpan<byte> value)
    {
        _bytes.AddRange(value);
        return this;
    }

    /// <summary>The prefix and the bytes of a gRPC message.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> message, byte flag = 0, uint? announced = null)
    {
        var frame = new byte[message.Length + 5];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), announced ?? (uint)message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public static bool IsVarint(FieldDescriptor field) => field.FieldType is
        FieldType.Bool or FieldType.Enum or FieldType.Int32 or FieldType.Int64 or FieldType.UInt32 or FieldType.UInt64 or FieldType.SInt32 or FieldType.SInt64;
}
