using System.Diagnostics.CodeAnalysis;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>RFC 8252, section 7.3: http on a loopback address, any port, and otherwise exactly a registered path.</summary>
internal static class LoopbackRedirect
{
    /// <summary>What a registered redirect of a native app begins with. It stands for every port, and for [::1].</summary>
    public const string Origin = "http://127.0.0.1";

    /// <summary>Whether a registered redirect is a native app's.</summary>
    public static bool IsOne(string redirect) => redirect.StartsWith(Origin + "/", StringComparison.Ordinal);

    /// <param name="paths">The paths that the client registered.</param>
    public static bool TryRead(string redirect, IReadOnlyList<string> paths, [NotNullWhen(true)] out Uri? uri)
    {
        uri = redirect.Length <= RedirectUris.Longest && Uri.TryCreate(redirect, UriKind.Absolute, out var read) && read.Host is "127.0.0.1" or "[::1]"
            && paths.Any(path => redirect == $"http://{read.Host}:{read.Port}{path}" || redirect == $"http://{read.Host}{path}")
            ? read
            : null;
        return uri is not null;
    }
}
