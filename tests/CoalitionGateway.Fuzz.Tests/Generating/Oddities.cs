using System.Text;

namespace CoalitionGateway.Fuzz.Tests.Generating;

/// <summary>Values at the edges and beyond them: bytes, Unicode, lengths, numbers.</summary>
internal static class Oddities
{
    /// <summary>Integers at the limits of their ranges: those of the contract and those of the types.</summary>
    public static readonly IReadOnlyList<long> Integers =
    [
        0, 1, -1, 2, 7, 999, 1000, 1001, 1700, -1000, 200, 201, 1_000_000, 1_000_001, 1_000_000_000_000, 1_000_000_000_001, 1_000_000_000_000_000,
        1_000_000_000_000_001, int.MaxValue, int.MinValue, (long)int.MaxValue + 1, uint.MaxValue, 1L << 53, (1L << 53) + 1, long.MaxValue, long.MaxValue - 1, long.MinValue,
        9_223_372_036_854_775_000, 500_000, 10_000, 4096,
    ];

    private static readonly string[] _texts =
    [
        "", " ", "\0", "a\0b", "\t", "line\nbreak", "carriage\r\nreturn: x", "\u001b[31mred", "\u0007", "\u007f", "\u0085", "\u00a0", "\u00ad", "\u200b", "\u200d", "\u202eltr", "\u2066iso\u2069",
        "\u2028", "\ufeffBOM", "\ufffd", "\uffff", "e\u0301", "é", "Z\u0351\u036b\u0343", "ﬁ", "ﷺ", "İstanbul", "ß", "ſ", "Straße", "שלום", "مرحبا", "日本語", "０１２３", "ａｌｐｈａ", "𝔞𝔩𝔭𝔥𝔞", "👩‍👩‍👧‍👦", "🏳️‍🌈", "\U000e0061",
        "null", "undefined", "NaN", "-0", "1e309", "0x10", "true", "'; DROP TABLE event; --", "\" OR \"\"=\"", "%00", "%s%n", "{0}", "${jndi:x}", "../../etc/passwd", "C:\\con", "<script>alert(1)</script>",
        "&#0;", "\\u0000", "a,b;c", "*", "?", "_", "%", "a/b", "#", "=1+1", "00000000-0000-0000-0000-000000000000", "{0190a1b2-0000-7000-8000-000000000000}", "0190A1B2-0000-7000-8000-000000000000",
        "0190a1b200007000800000000000000", "0190a1b2-0000-7000-8000-00000000000g", "9999-12-31", "0000-00-00", "2024-02-30", "1900-02-29", "+1234567", "a@b", "a@b.c\0", "eyJhbGciOiJub25lIn0.e30.",
    ];

    // Invalid UTF-8: a lone surrogate, overlong forms, values beyond U+10FFFF, truncated sequences, forbidden bytes.
    private static readonly byte[][] _bytes =
    [
        [0xED, 0xA0, 0x80], [0xED, 0xB0, 0x80, 0x61], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xFF], [0xFE, 0xFF], [0x61, 0x80, 0x62],
    ];

    /// <summary>Text that fits no field; sometimes invalid UTF-8.</summary>
    /// <param name="fitting">A valid value, to be spoilt.</param>
    public static byte[] Text(Random random, string? fitting) => random.Next(12) switch
    {
        0 => _bytes[random.Next(_bytes.Length)],
        1 => [.. Encoding.UTF8.GetBytes(fitting ?? "a"), .. _bytes[random.Next(_bytes.Length)]],
        2 => Encoding.UTF8.GetBytes(Long(random)),
        3 or 4 or 5 when fitting is { Length: > 0 } => Encoding.UTF8.GetBytes(Spoilt(random, fitting)),
        _ => Encoding.UTF8.GetBytes(_texts[random.Next(_texts.Length)]),
    };

    public static string Text(Random random) => _texts[random.Next(_texts.Length)];

    private static string Long(Random random)
    {
        string[] units = ["a", "1", "é", "👩‍👩‍👧‍👦", "😀", "e\u0301", "\u202e", " ", "\0", "日"];
        int[] lengths = [20, 21, 36, 40, 41, 60, 64, 65, 100, 101, 120, 254, 255, 256, 1000, 5000, 20_000, 70_000];
        return string.Concat(Enumerable.Repeat(units[random.Next(units.Length)], lengths[random.Next(lengths.Length)]));
    }

    private static string Spoilt(Random random, string fitting)
    {
        var (odd, at) = (_texts[random.Next(_texts.Length)], random.Next(fitting.Length));
        return random.Next(9) switch
        {
            0 => fitting + odd,
            1 => odd + fitting,
            2 => fitting.Insert(at, odd),
            3 => fitting.Remove(at),
            4 => fitting.ToUpperInvariant(),
            5 => $" {fitting} ",
            6 => fitting + "\0",
            7 => fitting + fitting,
            _ => string.Concat(fitting.AsSpan(0, at), $"{(char)(fitting[at] ^ 1)}", fitting.AsSpan(at + 1)),
        };
    }
}
