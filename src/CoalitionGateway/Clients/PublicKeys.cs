using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Clients;

/// <summary>
/// The keys that a client publishes. <paramref name="Jwks"/> is a JWK set (RFC 7517), rewritten from the checked members, so
/// that no unchecked member is stored. <paramref name="Thumbprints"/> (RFC 7638) are those of the keys that verify assertions.
/// </summary>
internal sealed record PublicKeys(string Jwks, IReadOnlyList<string> Thumbprints)
{
    private const int _most = 5;
    private const int _longest = 20_000;
    private const int _longestId = 255;
    private const int _coordinateBytes = 32;
    private const int _longestExponentBytes = 4;
    private const string _signs = "sig";

    private static readonly string[] _ofAll = ["kty", "kid", "use", "alg", "key_ops"];
    private static readonly string[] _ofEc = ["crv", "x", "y"];
    private static readonly string[] _ofRsa = ["n", "e"];

    /// <summary>Reads a JWK set.</summary>
    /// <param name="jwks">The text of the set.</param>
    /// <param name="problem">The problem with the set; empty if there is none.</param>
    /// <returns>The keys; null if there is a problem.</returns>
    public static PublicKeys? Read(string jwks, out string problem)
    {
        try
        {
            problem = "";
            var set = Normalise(jwks);

            // These key objects also verify assertions, so that the shown key is the key that counts.
            var keys = new JsonWebKeySet(set).GetSigningKeys();
            return new PublicKeys(set, [.. keys.Select(key => Base64UrlEncoder.Encode(key.ComputeJwkThumbprint()))]);
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or ArgumentException or InvalidOperationException)
        {
            var why = malformed is FormatException ? malformed.Message : "it is not JSON with each name once";
            problem = $"must be a JWK set of 1 to {_most} public keys, EC on P-256 or RSA of 2048 to 8192 bits: {why}.";
            return null;
        }
    }

    private static string Normalise(string jwks)
    {
        Demand(jwks.Length <= _longest, $"it has more than {_longest} characters");
        using var document = JsonDocument.Parse(jwks, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
        var root = document.RootElement;
        Demand(
            root.ValueKind == JsonValueKind.Object && root.EnumerateObject().All(member => member.NameEquals("keys"))
                && root.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array,
            "it must be an object with the member keys alone, a list");
        var found = root.GetProperty("keys").EnumerateArray().ToArray();
        Demand(found.Length is > 0 and <= _most, $"it has {found.Length} keys");
        using var written = new MemoryStream();
        using (var writer = new Utf8JsonWriter(written))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            foreach (var key in found)
            {
                Write(key, writer);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(written.ToArray());
    }

    private static void Write(JsonElement key, Utf8JsonWriter writer)
    {
        Demand(key.ValueKind == JsonValueKind.Object, "a key is no object");
        var type = Text(key, "kty") ?? "";
        var own = type switch
        {
            JsonWebAlgorithmsKeyTypes.EllipticCurve => _ofEc,
            JsonWebAlgorithmsKeyTypes.RSA => _ofRsa,
            _ => throw new FormatException("kty must be EC or RSA"),
        };
        var unknown = key.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !_ofAll.Contains(name) && !own.Contains(name));
        Demand(unknown is null, $"a key of type {type} has a member that is not one of {string.Join(", ", [.. _ofAll, .. own])}");
        CheckUse(key, type);
        if (type == JsonWebAlgorithmsKeyTypes.EllipticCurve)
        {
            CheckPoint(key);
        }
        else
        {
            CheckModulus(key);
        }

        writer.WriteStartObject();
        writer.WriteString("kty", type);
        foreach (var name in own.Append("kid").Append("use").Append("alg"))
        {
            if (Text(key, name) is { } value)
            {
                writer.WriteString(name, value);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Checks that the key is meant to verify signatures, with an algorithm of its type.</summary>
    private static void CheckUse(JsonElement key, string type)
    {
        Demand(Text(key, "kid") is null or { Length: > 0 and <= _longestId }, $"kid must have 1 to {_longestId} characters");
        Demand(Text(key, "use") is null or _signs, "use must be sig");
        string[] algorithms = type == JsonWebAlgorithmsKeyTypes.EllipticCurve
            ? [SecurityAlgorithms.EcdsaSha256]
            : [SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSha256];
        Demand(Text(key, "alg") is not { } algorithm || algorithms.Contains(algorithm), $"alg must be {string.Join(" or ", algorithms)}");
        Demand(
            !key.TryGetProperty("key_ops", out var operations)
                || (operations.ValueKind == JsonValueKind.Array && operations.GetArrayLength() == 1
                    && operations[0].ValueKind == JsonValueKind.String && operations[0].ValueEquals("verify")),
            "key_ops must be verify alone");
    }

    private static void CheckPoint(JsonElement key)
    {
        Demand(Text(key, "crv") == JsonWebKeyECTypes.P256, "crv must be P-256");
        var (x, y) = (Bytes(key, "x"), Bytes(key, "y"));
        Demand(x.Length == _coordinateBytes && y.Length == _coordinateBytes, "x and y must have 32 bytes");
        try
        {
            using var point = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } });
        }
        catch (CryptographicException failed)
        {
            throw new FormatException("x and y are no point of the curve", failed);
        }
    }

    private static void CheckModulus(JsonElement key)
    {
        var (n, e) = (Bytes(key, "n"), Bytes(key, "e"));
        var modulus = new BigInteger(n, isUnsigned: true, isBigEndian: true);
        Demand(n[0] != 0 && !modulus.IsEven && modulus.GetBitLength() is >= 2048 and <= 8192, "n must be an odd number of 2048 to 8192 bits");
        Demand(e[0] != 0 && e.Length <= _longestExponentBytes && new BigInteger(e, isUnsigned: true, isBigEndian: true) is { IsEven: false, IsOne: false }, "e must be an odd number from 3 on, such as AQAB");
    }

    /// <summary>The text of a member; null if the member is absent.</summary>
    private static string? Text(JsonElement key, string name)
    {
        if (!key.TryGetProperty(name, out var value))
        {
            return null;
        }

        Demand(value.ValueKind == JsonValueKind.String, $"{name} must be a text");
        return value.GetString();
    }

    /// <summary>A number of a key in base64url. Only the canonical spelling is accepted.</summary>
    private static byte[] Bytes(JsonElement key, string name)
    {
        var text = Text(key, name) ?? "";
        var bytes = text.Length > 0 && System.Buffers.Text.Base64Url.IsValid(text) ? Base64UrlEncoder.DecodeBytes(text) : [];
        Demand(bytes.Length > 0 && Base64UrlEncoder.Encode(bytes) == text, $"{name} must be base64url without padding");
        return bytes;
    }

    private static void Demand(bool holds, string problem)
    {
        if (!holds)
        {
            throw new FormatException(problem);
        }
    }
}
