namespace CoalitionGateway.Portal.SignIn;

/// <summary>A path of the portal itself. Any other return would make the sign-in an open redirector (RFC 9700, section 4.11).</summary>
internal static class OwnPath
{
    /// <summary>The path if it is the portal's own, else "/".</summary>
    public static string Of(string? asked) =>
        asked is ['/', ..] && !asked.StartsWith("//", StringComparison.Ordinal) && asked.All(letter => letter is > ' ' and <= '~' and not '\\') ? asked : "/";
}
