using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CoalitionGateway.Client;

/// <summary>
/// A key to which access tokens are bound by DPoP (RFC 9449). Give the same key to <see cref="TokenSource"/>, or to
/// <see cref="MemberSignIn.Redeem"/>, and to <see cref="CoalitionClient"/>. A token that is stolen without the key is of no use.
/// The key signs with ES256, and remembers the latest nonce of each server. Thread-safe.
/// </summary>
public sealed class DpopKey : IDisposable
{
    // A gateway accepts a nonce for at least a minute after it sent the nonce.
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(50);

    private readonly ConcurrentDictionary<string, (string Nonce, DateTimeOffset HeardTime)> _nonces = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _signing = new();
    private readonly ECDsa _key;
    private readonly string _x;
    private readonly string _y;

    private DpopKey(ECDsa key)
    {
        _key = key;
        var parameters = key.ExportParameters(includePrivateParameters: false);
        if (parameters.Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value && parameters.Curve.Oid.FriendlyName != ECCurve.NamedCurves.nistP256.Oid.FriendlyName)
        {
            throw new ArgumentException("The key must be on P-256.", nameof(key));
        }

        (_x, _y) = (Base64Url.EncodeToString(parameters.Q.X), Base64Url.EncodeToString(parameters.Q.Y));
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{_x}}","y":"{{_y}}"}""")));
    }

    /// <summary>The key's thumbprint (RFC 7638), as the parameter dpop_jkt and a token's cnf carry it.</summary>
    public string Thumbprint { get; }

    /// <summary>Makes a key for this process. It ends with the process, and so do the tokens that are bound to it.</summary>
    public static DpopKey New() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a private key on P-256 from PEM.</summary>
    /// <exception cref="ArgumentException">The text is no such key.</exception>
    public static DpopKey FromPem(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return new DpopKey(key);
        }
        catch (CryptographicException malformed)
        {
            throw new ArgumentException("The text is no private key.", nameof(pem), malformed);
        }
    }

    /// <summary>Makes a proof for one request, with the latest nonce of its server. Send it once, as the header or metadata "dpop".</summary>
    /// <param name="url">The request's address without query, such as http://127.0.0.1:5100/coalition.gateway.v1.EarningService/RecordPurchase.</param>
    /// <param name="accessToken">The access token that goes with the proof; null at a token endpoint.</param>
    public string Proof(Uri url, string? accessToken = null)
    {
        var claims = new Dictionary<string, object>
        {
            ["jti"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)),
            ["htm"] = "POST",
            ["htu"] = url.GetLeftPart(UriPartial.Path),
            ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        };
        if (accessToken is not null)
        {
            claims["ath"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));
        }

        if (_nonces.TryGetValue(ServerOf(url), out var heard))
        {
            claims["nonce"] = heard.Nonce;
        }

        var header = new { typ = "dpop+jwt", alg = "ES256", jwk = new { kty = "EC", crv = "P-256", x = _x, y = _y } };
        var signed = $"{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header))}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        lock (_signing)
        {
            return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
        }
    }

    public void Dispose() => _key.Dispose();

    /// <summary>Remembers the nonce that a server sent.</summary>
    internal void Hear(Uri url, string nonce) => _nonces[ServerOf(url)] = (nonce, DateTimeOffset.UtcNow);

    /// <summary>Whether the server will still accept the nonce that it sent last.</summary>
    internal bool HasFreshNonce(Uri url) => _nonces.TryGetValue(ServerOf(url), out var heard) && heard.HeardTime > DateTimeOffset.UtcNow - _fresh;

    /// <summary>The server's nonce was accepted just now.</summary>
    internal void Confirm(Uri url)
    {
        if (_nonces.TryGetValue(ServerOf(url), out var heard))
        {
            _nonces.TryUpdate(ServerOf(url), (heard.Nonce, DateTimeOffset.UtcNow), heard);
        }
    }

    private static string ServerOf(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
