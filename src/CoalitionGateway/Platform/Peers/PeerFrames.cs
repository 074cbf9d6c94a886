using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.Peers;

/// <summary>The kinds of message that the leader sends.</summary>
internal enum PeerWord : byte
{
    /// <summary>A heartbeat.</summary>
    Beat = 0,

    /// <summary>A command's answer.</summary>
    Answer = 1,

    /// <summary>The store did not answer. The command may or may not have been committed.</summary>
    Unavailable = 2,

    /// <summary>The command failed.</summary>
    Failed = 3,
}

/// <summary>
/// The frames that gateways exchange. A frame is the length of the rest (4 bytes), a number (8 bytes) and a body. Numbers
/// are big-endian. A command's frame holds its number, the fingerprint, the name and the encoded command. A reply's frame
/// holds the command's number, the last turn that the leader knows (8 bytes), a <see cref="PeerWord"/> and that word's bytes.
/// </summary>
internal static class PeerFrames
{
    /// <summary>The longest frame. No command and no answer is longer.</summary>
    public const int MaxBytes = 16 << 20;

    private const int _lengthBytes = sizeof(int);
    private const int _numberBytes = sizeof(long);

    public static void WriteCommand(ArrayBufferWriter<byte> to, long number, byte[] fingerprint, Command command)
    {
        var start = Begin(to, number);
        WriteShort(to, fingerprint);
        WriteShort(to, Encoding.ASCII.GetBytes(CommandCodec.NameOf(command)));
        CommandCodec.Encode(command, to);
        End(to, start);
    }

    /// <exception cref="FormatException">The frame holds no command that this gateway knows.</exception>
    public static (long Number, byte[] Fingerprint, Command Command) ReadCommand(ReadOnlySpan<byte> frame)
    {
        var number = ReadNumber(ref frame);
        var fingerprint = ReadShort(ref frame).ToArray();
        var name = Encoding.ASCII.GetString(ReadShort(ref frame));
        return (number, fingerprint, CommandCodec.Decode(name, frame));
    }

    public static void WriteWord(ArrayBufferWriter<byte> to, long number, long turn, PeerWord word, ReadOnlySpan<byte> bytes)
    {
        var start = Begin(to, number);
        BinaryPrimitives.WriteInt64BigEndian(to.GetSpan(_numberBytes), turn);
        to.Advance(_numberBytes);
        to.GetSpan(1)[0] = (byte)word;
        to.Advance(1);
        to.Write(bytes);
        End(to, start);
    }

    public static (long Number, long Turn, PeerWord Word, byte[] Bytes) ReadWord(ReadOnlySpan<byte> frame)
    {
        var number = ReadNumber(ref frame);
        if (frame.Length <= _numberBytes)
        {
            throw Broken();
        }

        var turn = ReadNumber(ref frame);
        return (number, turn, (PeerWord)frame[0], frame[1..].ToArray());
    }

    /// <summary>The next frame without its length; null if the other side has closed the connection.</summary>
    /// <exception cref="FormatException">The frame's length is out of range.</exception>
    public static async ValueTask<byte[]?> Read(PipeReader reader, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
            var buffer = read.Buffer;
            if (TryTake(ref buffer, out var frame))
            {
                reader.AdvanceTo(buffer.Start);
                return frame;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    private static bool TryTake(ref ReadOnlySequence<byte> buffer, out byte[] frame)
    {
        frame = [];
        if (buffer.Length < _lengthBytes)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[_lengthBytes];
        buffer.Slice(0, _lengthBytes).CopyTo(bytes);
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (length is < _numberBytes or > MaxBytes)
        {
            throw Broken();
        }

        if (buffer.Length < _lengthBytes + length)
        {
            return false;
        }

        frame = buffer.Slice(_lengthBytes, length).ToArray();
        buffer = buffer.Slice(_lengthBytes + length);
        return true;
    }

    private static int Begin(ArrayBufferWriter<byte> to, long number)
    {
        var start = to.WrittenCount;
        var span = to.GetSpan(_lengthBytes + _numberBytes);
        BinaryPrimitives.WriteInt64BigEndian(span[_lengthBytes..], number);
        to.Advance(_lengthBytes + _numberBytes);
        return start;
    }

    /// <summary>Writes the frame's length at its start.</summary>
    private static void End(ArrayBufferWriter<byte> to, int start) => BinaryPrimitives.WriteInt32BigEndian(
        System.Runtime.InteropServices.MemoryMarshal.AsMemory(to.WrittenMemory).Span[start..], to.WrittenCount - start - _lengthBytes);

    private static void WriteShort(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> bytes)
    {
        var span = to.GetSpan(1 + bytes.Length);
        span[0] = checked((byte)bytes.Length);
        bytes.CopyTo(span[1..]);
        to.Advance(1 + bytes.Length);
    }

    private static long ReadNumber(ref ReadOnlySpan<byte> frame)
    {
        var number = BinaryPrimitives.ReadInt64BigEndian(frame);
        frame = frame[_numberBytes..];
        return number;
    }

    private static ReadOnlySpan<byte> ReadShort(ref ReadOnlySpan<byte> frame)
    {
        if (frame.Length == 0 || frame.Length <= frame[0])
        {
            throw Broken();
        }

        var bytes = frame.Slice(1, frame[0]);
        frame = frame[(1 + bytes.Length)..];
        return bytes;
    }

    private static FormatException Broken() => new("Another gateway sent what is no frame.");
}
