using System.Text.RegularExpressions;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>The forms of RFC 7636, sections 4.1 and 4.2.</summary>
internal static partial class Pkce
{
    public const string Remedy = "Send a code_challenge with code_challenge_method=S256 (RFC 7636).";

    /// <summary>43 to 128 unreserved characters.</summary>
    public static bool IsVerifier(string text) => VerifierForm().IsMatch(text);

    /// <summary>The base64url form of a SHA-256.</summary>
    public static bool IsChallenge(string text) => ChallengeForm().IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z0-9._~-]{43,128}\z")]
    private static partial Regex VerifierForm();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{43}\z")]
    private static partial Regex ChallengeForm();
}
