using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// Authenticates clients by the certificate of their connection (self_signed_tls_client_auth: RFC 8705, section 2.2): its key must be one
/// of the client's published keys. Whoever signed the certificate says nothing here.
/// </summary>
internal static class ClientCertificates
{
    /// <summary>The method's name in the metadata (RFC 8705, section 2.2.1).</summary>
    public const string Method = "self_signed_tls_client_auth";

    public static bool Prove(Client client, X509Certificate2? certificate, DateTime now) =>
        client.PublicKeys is { } published && certificate is not null
        && certificate.NotBefore.ToUniversalTime() <= now && now < certificate.NotAfter.ToUniversalTime()
        && ThumbprintOf(certificate) is { } thumbprint
        && JsonWebKeySet.Create(published).Keys.Any(key => key.ComputeJwkThumbprint().AsSpan().SequenceEqual(thumbprint));

    /// <summary>The thumbprint of the certificate's key (RFC 7638); null if the key is of another kind than published ones.</summary>
    private static byte[]? ThumbprintOf(X509Certificate2 certificate)
    {
        using var ec = certificate.GetECDsaPublicKey();
        using var rsa = certificate.GetRSAPublicKey();
        return ec is not null ? new ECDsaSecurityKey(ec).ComputeJwkThumbprint() : rsa is not null ? new RsaSecurityKey(rsa).ComputeJwkThumbprint() : null;
    }
}
