using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CoalitionGateway.Client;

/// <summary>
/// Signs a member in to an app: authorization code with PKCE (RFC 7636) and a loopback redirect (RFC 8252). The app
/// opens <see cref="AuthorizeUrl"/> in a browser, catches the redirect, and redeems it.
/// </summary>
public sealed class MemberSignIn
{
    private readonly string _verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
    private readonly string _state = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
    private readonly Uri _tokenEndpoint;
    private readonly string _issuer;
    private readonly string _clientId;
    private readonly string _redirectUri;

    /// <param name="issuer">The authority's issuer identifier, compared with the answer's (RFC 9207).</param>
    /// <param name="redirectUri">Such as http://127.0.0.1:49152/callback.</param>
    /// <param name="loginHint">In the sandbox: the membership number.</param>
    /// <param name="scope">Scopes separated by spaces. Empty: all scopes of the app.</param>
    public MemberSignIn(string issuer, Uri authorizeEndpoint, Uri tokenEndpoint, string clientId, string redirectUri, string loginHint,
        string scope = "")
    {
        (_issuer, _tokenEndpoint, _clientId, _redirectUri) = (issuer, tokenEndpoint, clientId, redirectUri);
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(_verifier)));
        (string Name, string Value)[] query =
        [
            ("response_type", "code"), ("client_id", clientId), ("redirect_uri", redirectUri), ("state", _state),
            ("code_challenge", challenge), ("code_challenge_method", "S256"), ("login_hint", loginHint), ("scope", scope),
        ];
        var pairs = query.Where(pair => pair.Value.Length > 0).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}");
        AuthorizeUrl = new Uri($"{authorizeEndpoint}?{string.Join('&', pairs)}");
    }

    /// <summary>The URL to open in the browser.</summary>
    public Uri AuthorizeUrl { get; }

    /// <summary>Redeems the URL that the browser was redirected to. Returns the access token and its expiry.</summary>
    /// <param name="http">Sends the request.</param>
    /// <param name="redirected">The URL.</param>
    /// <param name="key">The key to which the token is bound by DPoP; null: it is not.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="TokenRefusedException">The issuer refused, or the redirect does not answer this request.</exception>
    public async Task<(string Token, DateTimeOffset Ends)> Redeem(HttpClient http, Uri redirected, DpopKey? key = null, CancellationToken cancellation = default)
    {
        var answer = redirected.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => Uri.UnescapeDataString(pair[0]),
                pair => Uri.UnescapeDataString(pair.ElementAtOrDefault(1)?.Replace('+', ' ') ?? ""));
        if (answer.GetValueOrDefault("state") != _state || answer.GetValueOrDefault("iss", _issuer) != _issuer)
        {
            throw new TokenRefusedException("invalid_response", "The answer is not to this request.");
        }

        if (answer.TryGetValue("error", out var error))
        {
            throw new TokenRefusedException(error, answer.GetValueOrDefault("error_description", ""));
        }

        return await TokenSource.Request(
            http, _tokenEndpoint, key, cancellation, ("grant_type", "authorization_code"), ("code", answer.GetValueOrDefault("code", "")),
            ("redirect_uri", _redirectUri), ("client_id", _clientId), ("code_verifier", _verifier));
    }
}
