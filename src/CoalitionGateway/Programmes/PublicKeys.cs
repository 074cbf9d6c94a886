using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Programmes;

/// <summary>Reads the keys that a client publishes: a JWK set (RFC 7517) with nothing private in it.</summary>
internal static class PublicKeys
{
    public const string Form = "must be a JWK set of 1 to 5 public keys, EC on P-256 or RSA of 2048 bits or more, with nothing private in it.";
    private const int _most = 5;
    private const int _longest = 20_000;
    private const int _fewestBits = 2048;
    private static readonly string[] _private = ["d", "p", "q", "dp", "dq", "qi", "k", "oth"];

    /// <summary>The thumbprints (RFC 7638) of the keys; null where the text is no such set.</summary>
    public static IReadOnlyList<string>? Thumbprints(string jwks)
    {
        if (jwks.Length > _longest || !HasNothingPrivate(jwks))
        {
            return null;
        }

        try
        {
            var keys = new JsonWebKeySet(jwks) { SkipUnresolvedJsonWebKeys = false }.Keys;
            return keys.Count is > 0 and <= _most && keys.All(IsStrong) ? [.. keys.Select(key => Base64UrlEncoder.Encode(key.ComputeJwkThumbprint()))] : null;
        }
        catch (Exception malformed) when (malformed is ArgumentException or JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool HasNothingPrivate(string jwks)
    {
        try
        {
            using var document = JsonDocument.Parse(jwks);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array
                && keys.EnumerateArray().All(key => key.ValueKind == JsonValueKind.Object && !_private.Any(name => key.TryGetProperty(name, out _)));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsStrong(JsonWebKey key) => key.Kty switch
    {
        JsonWebAlgorithmsKeyTypes.EllipticCurve => key.Crv == JsonWebKeyECTypes.P256 && Bytes(key.X) == 32 && Bytes(key.Y) == 32,
        JsonWebAlgorithmsKeyTypes.RSA => key.KeySize >= _fewestBits && key.E is not null,
        _ => false,
    };

    private static int Bytes(string? text) => text is null ? 0 : Base64UrlEncoder.DecodeBytes(text).Length;
}
