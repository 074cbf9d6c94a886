using System.Collections.Frozen;
using System.Buffers.Binary;

namespace CoalitionGateway.Ledger.Encoding;

/// <summary>Reads bytes that <see cref="CanonicalWriter"/> wrote, and rejects all others.</summary>
/// <exception cref="FormatException">The bytes do not have that form.</exception>
public sealed class CanonicalReader(ReadOnlyMemory<byte> bytes)
{
    private static readonly System.Text.UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);
    private int _position;

    public byte Byte() => Take(1)[0];

    public bool Flag() => Byte() switch
    {
        0 => false,
        1 => true,
        var other => throw new FormatException($"Byte {_position - 1} says {other} where 0 or 1 belongs."),
    };

    /// <summary>A number that is a value of an enum.</summary>
    public TEnum Value<TEnum>()
        where TEnum : struct, Enum => Defined<TEnum>(Number());

    /// <summary>A byte that is a value of an enum.</summary>
    public TEnum ByteValue<TEnum>()
        where TEnum : struct, Enum => Defined<TEnum>(Byte());

    public long Number() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public int Count()
    {
        var count = BinaryPrimitives.ReadInt32BigEndian(Take(4));
        return count >= 0 && count <= bytes.Length - _position
            ? count
            : throw new FormatException($"A count of {count} at byte {_position - 4} exceeds what is left.");
    }

    public byte[] Bytes() => Take(Count()).ToArray();

    public string Text()
    {
        try
        {
            return _strict.GetString(Take(Count()));
        }
        catch (ArgumentException wrong)
        {
            throw new FormatException($"The text before byte {_position} is not UTF-8.", wrong);
        }
    }

    public Guid Uuid() => new(Take(16), bigEndian: true);

    public DateTime Time()
    {
        var number = Number();
        return number >= Clock.ToUnixMicroseconds(DateTime.MinValue) && number <= Clock.ToUnixMicroseconds(DateTime.MaxValue)
            ? Clock.FromUnixMicroseconds(number)
            : throw new FormatException($"The time before byte {_position} is in no calendar.");
    }

    public DateTime? OptionalTime() => Flag() ? Time() : null;

    public long? OptionalNumber() => Flag() ? Number() : null;

    public Guid? OptionalUuid() => Flag() ? Uuid() : null;

    public string? OptionalText() => Flag() ? Text() : null;

    public byte[]? OptionalBytes() => Flag() ? Bytes() : null;

    /// <summary>An optional structure.</summary>
    public T? OptionalValue<T>(Func<CanonicalReader, T> read)
        where T : struct => Flag() ? read(this) : null;

    public T[] List<T>(Func<CanonicalReader, T> read)
    {
        var values = new T[Count()];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = read(this);
        }

        return values;
    }

    public string[] Texts() => List(static r => r.Text());

    /// <summary>A value that takes all the bytes.</summary>
    public T Whole<T>(Func<CanonicalReader, T> read)
    {
        var value = read(this);
        End();
        return value;
    }

    /// <summary>Throws if bytes are left.</summary>
    public void End()
    {
        if (_position != bytes.Length)
        {
            throw new FormatException($"{bytes.Length - _position} bytes are left over.");
        }
    }

    /// <summary>Whether all bytes have been read.</summary>
    public bool IsAtEnd => _position == bytes.Length;

    private TEnum Defined<TEnum>(long number)
        where TEnum : struct, Enum
    {
        return Values<TEnum>.ByNumber.TryGetValue(number, out var value)
            ? value
            : throw new FormatException($"Before byte {_position}, {number} is no {typeof(TEnum).Name}.");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > bytes.Length - _position)
        {
            throw new FormatException($"The bytes end at {bytes.Length}, {count} more were expected at {_position}.");
        }

        var taken = bytes.Span.Slice(_position, count);
        _position += count;
        return taken;
    }

    private static class Values<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly FrozenDictionary<long, TEnum> ByNumber =
            Enum.GetValues<TEnum>().Distinct().ToFrozenDictionary(value => Convert.ToInt64(value));
    }
}
