using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CoalitionGateway.Platform.Store.Rebuilding;

/// <summary>
/// Packs rows as bytes: for each column one byte for the type, and the value. Digests are keyed with random bytes, so that
/// nobody can prepare two rows with the same digest.
/// </summary>
internal sealed class PackedRow
{
    private static readonly byte[] _chance = RandomNumberGenerator.GetBytes(32);
    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    /// <summary>The row's columns as bytes. Valid until the next row is packed.</summary>
    public ReadOnlySpan<byte> Pack(IReadOnlyList<RowColumn> columns, object row)
    {
        _bytes.ResetWrittenCount();
        foreach (var column in columns)
        {
            Add(column.Value(row));
        }

        return _bytes.WrittenSpan;
    }

    /// <summary>The digest of a row or key of a table.</summary>
    /// <param name="kind">A name that tells tables and kinds of key apart.</param>
    public UInt128 Digest(string kind, IReadOnlyList<RowColumn> columns, object row)
    {
        _bytes.ResetWrittenCount();
        _bytes.Write(_chance);
        Add(kind);
        foreach (var column in columns)
        {
            Add(column.Value(row));
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_bytes.WrittenSpan, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>The values of a packed row.</summary>
    public static object?[] Unpack(ReadOnlySpan<byte> bytes, int columns)
    {
        var values = new object?[columns];
        for (var i = 0; i < columns; i++)
        {
            var type = bytes[0];
            var rest = bytes[1..];
            if (type is 6 or 7)
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
                var content = rest.Slice(sizeof(int), length);
                values[i] = type == 6 ? System.Text.Encoding.UTF8.GetString(content) : content.ToArray();
                bytes = rest[(sizeof(int) + length)..];
                continue;
            }

            var width = type switch { 0 => 0, 8 => 16, _ => sizeof(long) };
            var number = width == sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(rest) : 0;
            values[i] = type switch
            {
                0 => null,
                1 => number,
                2 => (int)number,
                3 => (short)number,
                4 => (byte)number,
                5 => number != 0,
                _ => new Guid(rest[..16]),
            };
            bytes = rest[width..];
        }

        return values;
    }

    private void Add(object? value)
    {
        switch (value)
        {
            case null:
                Type(0);
                break;
            case long number:
                Number(1, number);
                break;
            case int number:
                Number(2, number);
                break;
            case short number:
                Number(3, number);
                break;
            case byte number:
                Number(4, number);
                break;
            case bool flag:
                Number(5, flag ? 1 : 0);
                break;
            case string text:
                Type(6);
                var length = System.Text.Encoding.UTF8.GetByteCount(text);
                Length(length);
                _bytes.Advance(System.Text.Encoding.UTF8.GetBytes(text, _bytes.GetSpan(length)));
                break;
            case byte[] content:
                Type(7);
                Length(content.Length);
                _bytes.Write(content);
                break;
            case Guid id:
                Type(8);
                id.TryWriteBytes(_bytes.GetSpan(16));
                _bytes.Advance(16);
                break;
            default:
                throw new NotSupportedException($"A column of type {value.GetType()} is not packed.");
        }
    }

    private void Type(byte type)
    {
        _bytes.GetSpan(1)[0] = type;
        _bytes.Advance(1);
    }

    private void Number(byte type, long number)
    {
        Type(type);
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), number);
        _bytes.Advance(sizeof(long));
    }

    private void Length(int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), length);
        _bytes.Advance(sizeof(int));
    }
}
