namespace CoalitionGateway.Platform.Contract;

/// <summary>The languages in which the gateway speaks to members (RFC 5646).</summary>
internal static class Languages
{
    /// <summary>The language of a request that names none.</summary>
    public const string Default = "en";

    public static IReadOnlyList<string> All { get; } = ["en", "lv", "nb", "pl", "sv"];

    /// <summary>The end of the sentence that refuses another language.</summary>
    public static string Needed { get; } = $"must be one of {string.Join(", ", All)}.";

    /// <summary>The language of a request.</summary>
    public static string Of(string asked) => asked.Length == 0 ? Default : asked;
}
