namespace CoalitionGateway.Platform.Rpc;

/// <summary>The beginning of a text that may be too long.</summary>
internal static class Excerpt
{
    /// <summary>The text; if it is longer than the longest length, cut to that length and ending in "…".</summary>
    public static string Of(string text, int longest = 40)
    {
        if (text.Length <= longest)
        {
            return text;
        }

        var end = longest - 1;
        return $"{text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)]}…";
    }
}
