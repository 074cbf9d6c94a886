namespace CoalitionGateway.Platform.OAuth;

/// <summary>The redirect URIs that a client can be registered with.</summary>
internal static class RedirectUris
{
    public const int Longest = 512;

    public static readonly string Remedy =
        $"must be https://, http://localhost with a port, or http://127.0.0.1 with a path and without a port; at most {Longest} printable ASCII characters, no blank, no user, no fragment, and spelt as a browser sends it.";

    /// <summary>Whether people may be sent there. Redirects are compared as texts, so there is one spelling of each (RFC 9700, section 2.1).</summary>
    public static bool IsOne(string text) => text.Length <= Longest && text.All(letter => letter is > ' ' and <= '~') && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.AbsoluteUri == text && uri.Fragment.Length == 0 && !text.Contains('#', StringComparison.Ordinal) && uri.UserInfo.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || IsOnThisMachine(uri) || LoopbackRedirect.IsOne(text));

    /// <summary>Whether it is a web app's on the machine of its browser, such as a portal of a sandbox: exact, with its port.</summary>
    private static bool IsOnThisMachine(Uri uri) => uri.Scheme == Uri.UriSchemeHttp && uri.Host == "localhost" && !uri.IsDefaultPort;
}
