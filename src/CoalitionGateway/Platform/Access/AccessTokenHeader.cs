namespace CoalitionGateway.Platform.Access;

/// <summary>The authorization header of a call: its scheme (RFC 6750, RFC 9449, section 7.1) and its access token.</summary>
internal static class AccessTokenHeader
{
    private const string _bearer = "Bearer ";
    private const string _dpop = "DPoP ";

    /// <summary>Splits the header; false if its scheme is neither Bearer nor DPoP.</summary>
    public static bool TryRead(string authorization, out bool isDpop, out ReadOnlySpan<char> token)
    {
        isDpop = false;
        token = default;
        if (authorization.StartsWith(_bearer, StringComparison.OrdinalIgnoreCase))
        {
            token = authorization.AsSpan(_bearer.Length).Trim();
            return true;
        }

        if (authorization.StartsWith(_dpop, StringComparison.OrdinalIgnoreCase))
        {
            isDpop = true;
            token = authorization.AsSpan(_dpop.Length).Trim();
            return true;
        }

        return false;
    }
}
