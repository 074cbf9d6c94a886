using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// The public key in the header of a DPoP proof: EC on P-256 for ES256, or RSA of 2048 to 4096 bits for PS256. The platform
/// verifies no EdDSA.
/// </summary>
internal sealed class ProofKey
{
    public const string Ec = "ES256";
    public const string Rsa = "PS256";

    private const int _coordinateBytes = 32;
    private const string _exponent = "AQAB";

    // Members of private and symmetric keys (RFC 7518, section 6).
    private static readonly string[] _private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    private readonly ECParameters? _ec;
    private readonly RSAParameters? _rsa;

    private ProofKey(ECParameters? ec, RSAParameters? rsa, string canonical)
    {
        (_ec, _rsa) = (ec, rsa);
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
    }

    /// <summary>The thumbprint (RFC 7638) in base64url.</summary>
    public string Thumbprint { get; }

    /// <summary>Reads a JWK (RFC 7517); null if it is no public key for the algorithm.</summary>
    public static ProofKey? Read(JsonElement jwk, string algorithm)
    {
        if (jwk.ValueKind != JsonValueKind.Object || _private.Any(name => jwk.TryGetProperty(name, out _))
            || (jwk.TryGetProperty("alg", out var named) && !named.ValueEqualsText(algorithm)))
        {
            return null;
        }

        return algorithm == Ec ? ReadEc(jwk) : ReadRsa(jwk);
    }

    /// <summary>Whether the key made the signature (RFC 7518, sections 3.4 and 3.5).</summary>
    public bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        try
        {
            if (_ec is { } point)
            {
                using var ec = ECDsa.Create(point);
                return ec.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            }

            using var rsa = RSA.Create(_rsa!.Value);
            return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        }
        catch (CryptographicException)
        {
            // The point is not on the curve.
            return false;
        }
    }

    private static ProofKey? ReadEc(JsonElement jwk)
    {
        if (!Has(jwk, "kty", "EC") || !Has(jwk, "crv", "P-256") || Bytes(jwk, "x") is not { Length: _coordinateBytes } x || Bytes(jwk, "y") is not { Length: _coordinateBytes } y)
        {
            return null;
        }

        return new ProofKey(
            new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } }, null,
            $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(x)}}","y":"{{Base64Url.EncodeToString(y)}}"}""");
    }

    private static ProofKey? ReadRsa(JsonElement jwk)
    {
        // Any other exponent, or a longer modulus, would let a stranger choose how long the check takes.
        if (!Has(jwk, "kty", "RSA") || !Has(jwk, "e", _exponent) || Bytes(jwk, "n") is not { Length: >= 256 and <= 512 } n || n[0] < 0x80)
        {
            return null;
        }

        return new ProofKey(
            null, new RSAParameters { Modulus = n, Exponent = Base64Url.DecodeFromChars(_exponent) },
            $$"""{"e":"{{_exponent}}","kty":"RSA","n":"{{Base64Url.EncodeToString(n)}}"}""");
    }

    private static bool Has(JsonElement jwk, string name, string value) => jwk.TryGetProperty(name, out var found) && found.ValueEqualsText(value);

    private static byte[]? Bytes(JsonElement jwk, string name) =>
        jwk.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String && found.GetString() is { } text && Base64Url.IsValid(text)
            ? Base64Url.DecodeFromChars(text)
            : null;
}

internal static class JsonTexts
{
    /// <summary>Whether an element is this text. Another kind of element is not.</summary>
    public static bool ValueEqualsText(this JsonElement element, string text) => element.ValueKind == JsonValueKind.String && element.ValueEquals(text);
}
