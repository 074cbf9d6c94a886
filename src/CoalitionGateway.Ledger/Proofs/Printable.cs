using System.Globalization;
using System.Text;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>Makes text from outside safe to print: it cannot move the cursor, turn the reading direction, or hide.</summary>
public static class Printable
{
    private const int _longest = 300;

    /// <summary>The text on one line. Each character that is invisible or that misleads is escaped.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune))
            {
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[at]:x4}");
                at++;
                continue;
            }

            at += rune.Utf16SequenceLength;
            _ = IsSeen(rune) ? line.Append(rune) : line.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        }

        return line.ToString();
    }

    /// <summary>The text as <see cref="Line"/> gives it, cut if it is long.</summary>
    public static string Value(string text) =>
        text.Length <= _longest ? Line(text) : $"{Line(text[.._longest])}… ({text.Length} characters)";

    // Format characters change the reading direction (U+202E, U+2066) or are invisible (U+200B, U+FEFF).
    private static bool IsSeen(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
