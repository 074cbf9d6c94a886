using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>The content of an authorization code.</summary>
internal sealed record AuthorizationGrant(string ClientId, string RedirectUri, string CodeChallenge, MemberId Member, IReadOnlyList<string> Scopes)
{
    /// <summary>Whether a code verifier matches the challenge (RFC 7636, section 4.6, S256).</summary>
    public bool IsProvedBy(string verifier) => Pkce.IsVerifier(verifier) && CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))),
        Encoding.ASCII.GetBytes(CodeChallenge));
}

/// <summary>
/// Authorization codes: valid once, for 60 seconds, at every gateway over one database. A second use ends the token
/// that the first use gave (RFC 6749, section 4.1.2).
/// </summary>
internal sealed class AuthorizationCodes(AuthorityTables tables, EndedCallers ended, GatewayKeys keys, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    // The time allowed between the use of a code and the issue of its token.
    private static readonly TimeSpan _between = TimeSpan.FromMinutes(1);

    /// <summary>A new code; null if the database does not answer.</summary>
    public async Task<string?> Make(string clientId, string redirectUri, string challenge, MemberId member, IReadOnlyList<string> scopes)
    {
        var made = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var grant = JsonSerializer.Serialize(new AuthorizationGrant(clientId, redirectUri, challenge, member, scopes));
        try
        {
            await tables.MakeCode(IdOf(made), [.. Mac(made, grant), .. Encoding.UTF8.GetBytes(grant)], Lifetime, CancellationToken.None);
            return made;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    /// <summary>Redeems a code. The code is used up whatever the result.</summary>
    /// <param name="code">The code.</param>
    /// <param name="tokenId">The id (jti) of the token that the code gives.</param>
    /// <returns>The content of the code; null if the code is unknown, used or expired.</returns>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public async Task<AuthorizationGrant?> Take(string code, string tokenId)
    {
        var token = EndedCallers.OfToken(tokenId, clock.GetUtcNow() + AccessTokens.Lifetime + _between);
        if (await tables.TakeCode(IdOf(code), token, CancellationToken.None) is not { } found)
        {
            return null;
        }

        if (found.Token is { } given)
        {
            await ended.End(given, CancellationToken.None);
            return null;
        }

        // The MAC prevents somebody who can only write to the table from making a code.
        var grant = Encoding.UTF8.GetString(found.Body.AsSpan(SHA256.HashSizeInBytes));
        return CryptographicOperations.FixedTimeEquals(found.Body.AsSpan(0, SHA256.HashSizeInBytes), Mac(code, grant)) ? JsonSerializer.Deserialize<AuthorizationGrant>(grant) : null;
    }

    /// <summary>The id of a code in the table: a hash, so that somebody who reads the table cannot redeem a code.</summary>
    private static byte[] IdOf(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));

    private byte[] Mac(string code, string grant) => keys.HashOf("authorization-code", $"{code}\n{grant}");
}
