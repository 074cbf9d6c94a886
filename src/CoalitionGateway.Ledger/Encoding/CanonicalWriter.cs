using System.Buffers;
using System.Buffers.Binary;

namespace CoalitionGateway.Ledger.Encoding;

/// <summary>
/// Writes values in the one form that is hashed and stored. Numbers are 8 bytes, two's complement, big-endian;
/// texts are UTF-8 behind a 4-byte length; UUIDs are 16 bytes in RFC 9562 order; times are microseconds since
/// 1970-01-01 UTC; an optional value follows a byte 0 or 1. Fields have no tags: their order is their meaning.
/// </summary>
public sealed class CanonicalWriter
{
    // Most events and commands fit.
    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public byte[] ToArray() => Written.ToArray();

    public CanonicalWriter Byte(byte value)
    {
        _bytes.Write([value]);
        return this;
    }

    public CanonicalWriter Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public CanonicalWriter Number(long value)
    {
        Span<byte> buffer = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(buffer, value);
        _bytes.Write(buffer);
        return this;
    }

    public CanonicalWriter Count(int value)
    {
        Span<byte> buffer = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(buffer, value);
        _bytes.Write(buffer);
        return this;
    }

    public CanonicalWriter Bytes(ReadOnlySpan<byte> value)
    {
        Count(value.Length);
        _bytes.Write(value);
        return this;
    }

    public CanonicalWriter Text(string value)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(value);
        Count(length);
        _bytes.Advance(System.Text.Encoding.UTF8.GetBytes(value, _bytes.GetSpan(length)));
        return this;
    }

    public CanonicalWriter Uuid(Guid value)
    {
        Span<byte> buffer = stackalloc byte[16];
        value.TryWriteBytes(buffer, bigEndian: true, out _);
        _bytes.Write(buffer);
        return this;
    }

    public CanonicalWriter Time(DateTime value) => Number(Clock.ToUnixMicroseconds(value));

    public CanonicalWriter OptionalNumber(long? value) => value is { } some ? Flag(true).Number(some) : Flag(false);

    public CanonicalWriter OptionalTime(DateTime? value) => value is { } some ? Flag(true).Time(some) : Flag(false);

    public CanonicalWriter OptionalUuid(Guid? value) => value is { } some ? Flag(true).Uuid(some) : Flag(false);

    public CanonicalWriter OptionalText(string? value) => value is null ? Flag(false) : Flag(true).Text(value);

    public CanonicalWriter OptionalBytes(byte[]? value) => value is null ? Flag(false) : Flag(true).Bytes(value);

    /// <summary>An optional structure.</summary>
    public CanonicalWriter Optional<T>(T? value, Action<CanonicalWriter, T> write)
        where T : struct
    {
        Flag(value is not null);
        if (value is { } some)
        {
            write(this, some);
        }

        return this;
    }

    public CanonicalWriter List<T>(IReadOnlyCollection<T> values, Action<CanonicalWriter, T> write)
    {
        Count(values.Count);
        foreach (var value in values)
        {
            write(this, value);
        }

        return this;
    }

    public CanonicalWriter Texts(IReadOnlyCollection<string> values) => List(values, static (w, text) => w.Text(text));
}
