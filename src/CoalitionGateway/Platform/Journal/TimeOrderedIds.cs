using System.Buffers.Binary;

namespace CoalitionGateway.Platform.Journal;

/// <summary>
/// Ids that sort by the time when they were made, to a quarter of a microsecond: UUIDv7 whose <c>rand_a</c> is the fraction
/// of the millisecond (RFC 9562, section 6.2, method 3). Ids that one caller made one after another are listed in that
/// order. 62 bits stay random.
/// </summary>
internal static class TimeOrderedIds
{
    private const int Fractions = 1 << 12;

    public static Guid New() => At(TimeProvider.System.GetUtcNow());

    public static Guid At(DateTimeOffset time)
    {
        var fraction = time.Ticks % TimeSpan.TicksPerMillisecond * Fractions / TimeSpan.TicksPerMillisecond;
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(time).TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | fraction));
        return new Guid(bytes, bigEndian: true);
    }
}
