using System.Security.Cryptography;
using CoalitionGateway.Platform.Keys;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// The keys that sign access tokens, named by their thumbprints (RFC 7638). To rotate, add issuer-2.pem beside issuer.pem
/// and restart: the last key by name signs, all are published. After ten minutes the previous key can be removed.
/// </summary>
internal static class IssuerKeys
{
    public static ECDsaSecurityKey SigningKey(this GatewayKeys keys) => Named(keys.Issuers[^1]);

    /// <summary>The public parts of all keys.</summary>
    public static IReadOnlyList<ECDsaSecurityKey> PublishedKeys(this GatewayKeys keys) =>
        [.. keys.Issuers.Select(key => Named(ECDsa.Create(key.ExportParameters(false))))];

    private static ECDsaSecurityKey Named(ECDsa key)
    {
        var named = new ECDsaSecurityKey(key);
        named.KeyId = Base64UrlEncoder.Encode(named.ComputeJwkThumbprint());
        return named;
    }
}
