using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using CoalitionGateway.Ledger;

namespace CoalitionGateway.OAuth;

/// <summary>What a code was given for.</summary>
internal sealed record AuthorizationGrant(
    string ClientId, string RedirectUri, string CodeChallenge, MemberId Member, IReadOnlyList<string> Scopes, DateTimeOffset ExpireTime)
{
    /// <summary>Whether a code verifier fits the challenge (RFC 7636, section 4.6, S256).</summary>
    public bool IsProvedBy(string verifier) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))),
        Encoding.ASCII.GetBytes(CodeChallenge));
}

/// <summary>Authorization codes: in memory, good once, for 60 seconds.</summary>
internal sealed class AuthorizationCodes(TimeProvider clock)
{
    private static readonly TimeSpan _lifetime = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<string, AuthorizationGrant> _codes = new();

    public string Make(string clientId, string redirectUri, string challenge, MemberId member, IReadOnlyList<string> scopes)
    {
        var now = clock.GetUtcNow();
        foreach (var (code, _) in _codes.Where(found => found.Value.ExpireTime <= now))
        {
            _codes.TryRemove(code, out _);
        }

        var made = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        _codes[made] = new AuthorizationGrant(clientId, redirectUri, challenge, member, scopes, now + _lifetime);
        return made;
    }

    /// <summary>Takes a code; it is gone whatever comes of it.</summary>
    public AuthorizationGrant? Take(string code) =>
        _codes.TryRemove(code, out var grant) && grant.ExpireTime > clock.GetUtcNow() ? grant : null;
}
