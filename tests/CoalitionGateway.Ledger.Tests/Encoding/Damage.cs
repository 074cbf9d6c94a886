namespace CoalitionGateway.Ledger.Tests.Encoding;

/// <summary>
/// Stored bytes can be damaged. For damaged bytes a reader must do one of two things: throw FormatException, which `verify`
/// reports, or read another complete value that encodes to the same bytes. Any other exception would end the verification. A
/// value that encodes to other bytes than it was read from would give one event two forms, of which only one was hashed.
/// </summary>
internal static class Damage
{
    private static readonly Func<byte, byte>[] _kinds =
        [b => (byte)(b ^ 1), b => (byte)(b ^ 2), b => (byte)(b ^ 0x20), b => (byte)(b ^ 0x40), b => (byte)(b ^ 0x80), _ => 0, _ => 0xff];

    public static void Check(byte[] bytes, Func<byte[], byte[]> readAndWrite)
    {
        var wrong = new List<string>();
        for (var at = 0; at < bytes.Length; at++)
        {
            foreach (var value in _kinds.Select(kind => kind(bytes[at])).Where(value => value != bytes[at]).Distinct())
            {
                byte[] damaged = [.. bytes[..at], value, .. bytes[(at + 1)..]];
                if (Problem(damaged, readAndWrite) is { } problem)
                {
                    wrong.Add($"byte {at} as {value:x2}: {problem}");
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {bytes.Length} bytes' damages: {string.Join("; ", wrong.Take(5))}");
    }

    private static string? Problem(byte[] damaged, Func<byte[], byte[]> readAndWrite)
    {
        try
        {
            return readAndWrite(damaged).AsSpan().SequenceEqual(damaged) ? null : "read as a value of other bytes";
        }
        catch (FormatException)
        {
            return null;
        }
        catch (Exception other)
        {
            return other.GetType().Name;
        }
    }
}
