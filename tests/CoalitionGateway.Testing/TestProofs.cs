using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Testing;

/// <summary>DPoP proofs, valid or with any fault, made without the client's or the gateway's code.</summary>
internal static class TestProofs
{
    public const string Method = "ProgrammeService/ListProgrammes";

    public static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>A public key as a JWK.</summary>
    public static JsonObject JwkOf(AsymmetricAlgorithm key)
    {
        if (key is ECDsa ec)
        {
            var point = ec.ExportParameters(false).Q;
            return new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y) };
        }

        var parameters = ((RSA)key).ExportParameters(false);
        return new JsonObject { ["kty"] = "RSA", ["n"] = Base64UrlEncoder.Encode(parameters.Modulus), ["e"] = Base64UrlEncoder.Encode(parameters.Exponent) };
    }

    /// <summary>The thumbprint (RFC 7638) of a key.</summary>
    public static string ThumbprintOf(AsymmetricAlgorithm key) =>
        Base64UrlEncoder.Encode((key is ECDsa ec ? (SecurityKey)new ECDsaSecurityKey(ec) : new RsaSecurityKey(((RSA)key).ExportParameters(false))).ComputeJwkThumbprint());

    /// <summary>The claim cnf of a token that is bound to a key.</summary>
    public static Dictionary<string, object> Bound(AsymmetricAlgorithm key) => new() { ["jkt"] = ThumbprintOf(key) };

    /// <summary>A proof.</summary>
    /// <param name="key">Signs the proof.</param>
    /// <param name="url">The request's address.</param>
    /// <param name="token">The access token that goes with the proof; null: none.</param>
    /// <param name="nonce">The server's nonce; null: none.</param>
    /// <param name="change">Changes header and claims before they are signed.</param>
    public static string Make(AsymmetricAlgorithm key, string url, string? token = null, string? nonce = null, Action<JsonObject, JsonObject>? change = null)
    {
        var header = new JsonObject { ["typ"] = "dpop+jwt", ["alg"] = key is ECDsa ? "ES256" : "PS256", ["jwk"] = JwkOf(key) };
        var claims = new JsonObject { ["jti"] = Guid.NewGuid().ToString(), ["htm"] = "POST", ["htu"] = url, ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() };
        if (token is not null)
        {
            claims["ath"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        }

        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        change?.Invoke(header, claims);
        var signed = $"{Base64UrlEncoder.Encode(header.ToJsonString())}.{Base64UrlEncoder.Encode(claims.ToJsonString())}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = key is ECDsa ec ? ec.SignData(bytes, HashAlgorithmName.SHA256) : ((RSA)key).SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        return $"{signed}.{Base64UrlEncoder.Encode(signature)}";
    }

    /// <summary>The address of a method at a gateway.</summary>
    public static string UrlOf(this TestGateway gateway, string method = Method) => $"{gateway.Options.GrpcUrl}/coalition.gateway.v1.{method}";

    /// <summary>Calls a method with a token and proofs. Returns the problem, null if there is none, and the nonce that the gateway sent.</summary>
    public static async Task<(string? Problem, Metadata Trailers)> CallWith(this TestGateway gateway, string scheme, string token, string[] proofs, GrpcChannel? channel = null)
    {
        var headers = new Metadata { { "authorization", $"{scheme} {token}" } };
        foreach (var proof in proofs)
        {
            headers.Add("dpop", proof);
        }

        var (failed, _) = await RawCalls.CallWith(channel ?? gateway.Channel, Method, [], headers);
        if (failed is null)
        {
            return (null, []);
        }

        var refusal = GatewayRefusal.From(failed);
        var problem = refusal?.Metadata.GetValueOrDefault("problem") ?? failed.Status.ToString();
        return (refusal?.Metadata.GetValueOrDefault("proof") is { } part ? $"{problem} {part}" : problem, failed.Trailers);
    }

    /// <summary>The gateway's present nonce for calls.</summary>
    public static async Task<string> Nonce(this TestGateway gateway, GrpcChannel? channel = null)
    {
        using var key = NewKey();
        var token = ForgedTokens.Make(gateway, "none", Ledger.CallerKind.Operator, "test-operator", cnf: Bound(key));
        var (problem, trailers) = await gateway.CallWith("DPoP", token, [Make(key, gateway.UrlOf(), token)], channel);
        Assert.Equal("nonce_needed", problem);
        return trailers.GetValue("dpop-nonce")!;
    }
}
