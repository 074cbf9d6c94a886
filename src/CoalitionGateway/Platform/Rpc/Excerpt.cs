namespace CoalitionGateway.Platform.Rpc;

/// <summary>The beginning of a text, where all of it could be too much.</summary>
internal static class Excerpt
{
    /// <summary>The text, or so much of it that it ends in "…" at the longest length.</summary>
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
