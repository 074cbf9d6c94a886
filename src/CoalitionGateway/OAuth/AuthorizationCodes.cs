using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CoalitionGateway.Ledger;
using CoalitionGateway.Shared;
using StackExchange.Redis;

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

/// <summary>
/// Authorization codes: good once, for 60 seconds. In memory, or in Redis, where every gateway redeems those of every
/// other. While Redis does not answer none is made and none redeemed: nobody could tell that a code was not used
/// before, and the member can sign in again.
/// </summary>
internal sealed class AuthorizationCodes(SharedRedis redis, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<string, AuthorizationGrant> _codes = new();

    /// <summary>A new code; null while Redis does not answer.</summary>
    public async Task<string?> Make(string clientId, string redirectUri, string challenge, MemberId member, IReadOnlyList<string> scopes)
    {
        var now = clock.GetUtcNow();
        var made = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var grant = new AuthorizationGrant(clientId, redirectUri, challenge, member, scopes, now + Lifetime);
        if (redis.IsConfigured)
        {
            var (answered, isKept) = await redis.Ask(shared => shared.StringSetAsync(KeyOf(made), JsonSerializer.SerializeToUtf8Bytes(grant), Lifetime));
            return answered && isKept ? made : null;
        }

        foreach (var (code, _) in _codes.Where(found => found.Value.ExpireTime <= now))
        {
            _codes.TryRemove(code, out _);
        }

        _codes[made] = grant;
        return made;
    }

    /// <summary>Takes a code; it is gone whatever comes of it. Not answered: Redis could not be asked.</summary>
    public async Task<(bool Answered, AuthorizationGrant? Grant)> Take(string code)
    {
        AuthorizationGrant? grant;
        if (redis.IsConfigured)
        {
            var (answered, found) = await redis.Ask(shared => shared.StringGetDeleteAsync(KeyOf(code)));
            if (!answered)
            {
                return (false, null);
            }

            grant = found.IsNull ? null : JsonSerializer.Deserialize<AuthorizationGrant>((byte[])found!);
        }
        else
        {
            _codes.TryRemove(code, out grant);
        }

        return (true, grant?.ExpireTime > clock.GetUtcNow() ? grant : null);
    }

    /// <summary>Redis holds no code that somebody who reads it could redeem.</summary>
    private static RedisKey KeyOf(string code) => $"coalition:code:{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(code)))}";
}
