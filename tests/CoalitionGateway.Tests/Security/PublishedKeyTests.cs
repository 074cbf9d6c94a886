using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CoalitionGateway.Platform.OAuth;
using CoalitionGateway.Clients;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Tests.Security;

/// <summary>The key with the shown thumbprint is the key that verifies assertions. The set hides no second key.</summary>
[Trait("Store", "any")]
public sealed class PublishedKeyTests(TestCoalition coalition)
{
    private static readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly RSA _rsa = RSA.Create(2048);

    private static readonly Dictionary<string, Func<string>> _bad = new()
    {
        ["x5c of another key"] = () => Set(With(Rsa(), "x5c", new JsonArray(Certificate()))),
        ["x5t"] = () => Set(With(Rsa(), "x5t", "AAAA")),
        ["x5u"] = () => Set(With(Rsa(), "x5u", "https://elsewhere.example/keys")),
        ["unknown member"] = () => Set(With(Ec(), "ext", true)),
        ["private member"] = () => Set(With(Ec(), "d", "AAAA")),
        ["EC with a modulus"] = () => Set(With(With(Ec(), "n", (string)Rsa()["n"]!), "e", "AQAB")),
        ["a name twice"] = () => Set(Ec()).Replace("\"kty\":\"EC\"", "\"kty\":\"EC\",\"kty\":\"EC\"", StringComparison.Ordinal),
        ["a name twice, once escaped"] = () => Set(Ec()).Replace("\"x\":", "\"\\u0078\":\"AAAA\",\"x\":", StringComparison.Ordinal),
        ["keys twice"] = () => Set(Ec()).Replace("{\"keys\"", "{\"keys\":[],\"keys\"", StringComparison.Ordinal),
        ["a member beside keys"] = () => Set(Ec()).Replace("{\"keys\"", "{\"more\":1,\"keys\"", StringComparison.Ordinal),
        ["for encryption"] = () => Set(With(Ec(), "use", "enc")),
        ["an algorithm of another type"] = () => Set(With(Ec(), "alg", "RS256")),
        ["no algorithm"] = () => Set(With(Ec(), "alg", "none")),
        ["to sign"] = () => Set(With(Ec(), "key_ops", new JsonArray("sign"))),
        ["an id that is a number"] = () => Set(With(Ec(), "kid", 7)),
        ["no point of the curve"] = () => Set(With(Ec(), "x", Base64UrlEncoder.Encode(new byte[32]))),
        ["padded base64"] = () => Set(With(Ec(), "x", $"{(string)Ec()["x"]!}=")),
        ["1024 bits"] = () => Set(With(Rsa(), "n", Base64UrlEncoder.Encode(RandomOdd(128)))),
        ["16384 bits"] = () => Set(With(Rsa(), "n", Base64UrlEncoder.Encode(RandomOdd(2048)))),
        ["exponent 1"] = () => Set(With(Rsa(), "e", "AQ")),
        ["exponent of 2048 bits"] = () => Set(With(Rsa(), "e", (string)Rsa()["n"]!)),
        ["six keys"] = () => Set(Ec(), Ec(), Ec(), Ec(), Ec(), Ec()),
        ["deep nesting"] = () => $"{{\"keys\":{new string('[', 5000)}{new string(']', 5000)}}}",
    };

    public static TheoryData<string> Bad => [.. _bad.Keys];

    [Theory]
    [MemberData(nameof(Bad))]
    public void KeySet_WithMoreThanPublicKeys_IsRefusedAndSaysWhatIsAllowed(string kind)
    {
        Assert.Null(PublicKeys.Read(_bad[kind](), out var problem));
        Assert.StartsWith("must be a JWK set of 1 to 5 public keys", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void KeySet_Valid_IsRewrittenFromTheParsedKeys()
    {
        var full = With(With(With(With(Ec(), "kid", "till \"7\""), "use", "sig"), "alg", "ES256"), "key_ops", new JsonArray("verify"));
        var read = PublicKeys.Read($"  {Set(full, Rsa())}\n", out _)!;
        var keys = JsonNode.Parse(read.Jwks)!["keys"]!.AsArray();
        Assert.Equal(["kty", "crv", "x", "y", "kid", "use", "alg"], keys[0]!.AsObject().Select(member => member.Key));
        Assert.Equal(["kty", "n", "e"], keys[1]!.AsObject().Select(member => member.Key));
        Assert.Equal("till \"7\"", (string?)keys[0]!["kid"]);
        Assert.Equal([Thumbprint(new ECDsaSecurityKey(_ec)), Thumbprint(new RsaSecurityKey(_rsa.ExportParameters(false)))], read.Thumbprints);
        Assert.Equal(read.Jwks, PublicKeys.Read(read.Jwks, out _)!.Jwks);
    }

    [Fact]
    public async Task ShownThumbprint_IsThatOfTheVerifyingKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        var jwk = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y) };
        await using var own = new TestCoalition();
        await own.InitializeAsync();
        var published = await own.Gateway.Operator.Clients.PublishClientKeysAsync(new PublishClientKeysRequest { RequestId = RequestIds.New(), ClientId = "gamma", Jwks = Set(jwk) });
        Assert.Equal([Thumbprint(new ECDsaSecurityKey(key))], published.Thumbprints);
        Assert.Equal(System.Net.HttpStatusCode.OK, await Ask(own, new ECDsaSecurityKey(key)));
        Assert.NotEqual(System.Net.HttpStatusCode.OK, await Ask(own, new ECDsaSecurityKey(_ec)));
    }

    [Fact]
    public async Task PublishClientKeys_WithACertificateOfAnotherKey_IsRefused()
    {
        var refusal = await Refusals.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => coalition.Gateway.Operator.Clients.PublishClientKeysAsync(
            new PublishClientKeysRequest { RequestId = RequestIds.New(), ClientId = "gamma", Jwks = _bad["x5c of another key"]() }));
        Assert.Equal("jwks", Assert.Single(refusal.Fields).Field);
    }

    /// <summary>Requests a token with an assertion signed by a key.</summary>
    private static async Task<System.Net.HttpStatusCode> Ask(TestCoalition coalition, SecurityKey key)
    {
        var assertion = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "gamma", Audience = coalition.Gateway.Options.Issuer, Expires = DateTime.UtcNow.AddMinutes(1),
            Claims = new Dictionary<string, object> { ["sub"] = "gamma", ["jti"] = RequestIds.New() },
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } },
        });
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_assertion_type"] = ClientAssertions.Type, ["client_assertion"] = assertion,
        });
        using var answer = await coalition.Gateway.Http.PostAsync(coalition.Gateway.TokenEndpoint, form);
        return answer.StatusCode;
    }

    private static JsonObject Ec()
    {
        var point = _ec.ExportParameters(false).Q;
        return new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y) };
    }

    private static JsonObject Rsa()
    {
        var numbers = _rsa.ExportParameters(false);
        return new JsonObject { ["kty"] = "RSA", ["n"] = Base64UrlEncoder.Encode(numbers.Modulus), ["e"] = Base64UrlEncoder.Encode(numbers.Exponent) };
    }

    private static JsonObject With(JsonObject key, string name, JsonNode value)
    {
        key[name] = value;
        return key;
    }

    private static string Set(params JsonObject[] keys) => new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString();

    private static string Thumbprint(SecurityKey key) => Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());

    private static byte[] RandomOdd(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        (bytes[0], bytes[^1]) = ((byte)(bytes[0] | 0x80), (byte)(bytes[^1] | 1));
        return bytes;
    }

    private static string Certificate()
    {
        using var other = RSA.Create(2048);
        var request = new CertificateRequest("CN=other", other, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return Convert.ToBase64String(certificate.RawData);
    }
}
