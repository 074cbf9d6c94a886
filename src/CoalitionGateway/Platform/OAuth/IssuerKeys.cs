using System.Security.Cryptography;
using CoalitionGateway.Platform.Keys;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// The keys that sign access tokens, named by their thumbprints (RFC 7638). To rotate, add issuer-2.pem beside issuer.pem
/// and start anew: the last by name signs, all are published; after ten minutes the one before can go.
/// </summary>
internal static class IssuerKeys
{
    public static ECDsaSecurityKey SigningKey(this GatewayKeys keys) => Named(keys.Issuers[^1]);

    /// <summary>The public parts of all.</summary>
    public static IReadOnlyList<ECDsaSecurityKey> PublishedKeys(this GatewayKeys keys) =>
        [.. keys.Issuers.Select(key => Named(ECDsa.Create(key.ExportParameters(false))))];

    private static ECDsaSecurityKey Named(ECDsa key)
    {
        var named = new ECDsaSecurityKey(key);
        named.KeyId = Base64UrlEncoder.Encode(named.ComputeJwkThumbprint());
        return named;
    }
}
