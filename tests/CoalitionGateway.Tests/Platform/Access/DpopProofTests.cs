using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CoalitionGateway.Platform.Access;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Tests.Platform.Access;

/// <summary>The check of a DPoP proof: a row for each rule of RFC 9449, section 4.3, by the rule's number.</summary>
[Trait("Store", "any")]
public sealed class DpopProofTests
{
    private const string _url = "https://gateway.example/coalition.gateway.v1.EarningService/RecordPurchase";
    private const string _token = "header.claims.signature";
    private static readonly ECDsa _key = TestProofs.NewKey();
    private static readonly RSA _rsa = RSA.Create(2048);

    /// <summary>The expected outcome, and how the proof differs from a valid one.</summary>
    private static readonly Dictionary<string, (string Expected, Action<JsonObject, JsonObject> Change)> _rows = new()
    {
        ["valid"] = ("", (_, _) => { }),
        ["2: claims beyond the known ones"] = ("", (_, claims) => claims["more"] = 1),
        ["3: no jti"] = ("proof_invalid jti", (_, claims) => claims.Remove("jti")),
        ["3: an empty jti"] = ("proof_invalid jti", (_, claims) => claims["jti"] = ""),
        ["3: a jti of 300 characters"] = ("proof_invalid jti", (_, claims) => claims["jti"] = new string('x', 300)),
        ["3: a jti that is a number"] = ("proof_invalid jti", (_, claims) => claims["jti"] = 7),
        ["3: no htm"] = ("proof_invalid htm", (_, claims) => claims.Remove("htm")),
        ["3: no htu"] = ("proof_invalid htu", (_, claims) => claims.Remove("htu")),
        ["3: no iat"] = ("proof_invalid iat", (_, claims) => claims.Remove("iat")),
        ["3: iat as text"] = ("proof_invalid iat", (_, claims) => claims["iat"] = "now"),
        ["3: no ath"] = ("proof_invalid ath", (_, claims) => claims.Remove("ath")),
        ["4: no typ"] = ("proof_invalid typ", (header, _) => header.Remove("typ")),
        ["4: another typ"] = ("proof_invalid typ", (header, _) => header["typ"] = "JWT"),
        ["5: no alg"] = ("proof_invalid alg", (header, _) => header.Remove("alg")),
        ["5: alg none"] = ("proof_invalid alg", (header, _) => header["alg"] = "none"),
        ["5: symmetric"] = ("proof_invalid alg", (header, _) => header["alg"] = "HS256"),
        ["5: RS256"] = ("proof_invalid alg", (header, _) => header["alg"] = "RS256"),
        ["5: an alg of another type of key"] = ("proof_invalid jwk", (header, _) => header["alg"] = "PS256"),
        ["6: the jwk of another key"] = ("wrong_key", (header, _) => header["jwk"] = TestProofs.JwkOf(TestProofs.NewKey())),
        ["6: a critical header"] = ("proof_invalid form", (header, _) => header["crit"] = new JsonArray("exp")),
        ["7: no jwk"] = ("proof_invalid jwk", (header, _) => header.Remove("jwk")),
        ["7: a private key"] = ("proof_invalid jwk", (header, _) => header["jwk"]!["d"] = "AAAA"),
        ["7: a symmetric key"] = ("proof_invalid jwk", (header, _) => header["jwk"] = new JsonObject { ["kty"] = "oct", ["k"] = "AAAA" }),
        ["7: another curve"] = ("proof_invalid jwk", (header, _) => header["jwk"]!["crv"] = "P-384"),
        ["7: a coordinate too short"] = ("proof_invalid jwk", (header, _) => header["jwk"]!["x"] = "AAAA"),
        ["7: a jwk that is a text"] = ("proof_invalid jwk", (header, _) => header["jwk"] = "key"),
        ["8: GET"] = ("proof_invalid htm", (_, claims) => claims["htm"] = "GET"),
        ["8: post in small letters"] = ("proof_invalid htm", (_, claims) => claims["htm"] = "post"),
        ["9: another method's path"] = ("proof_invalid htu", (_, claims) => claims["htu"] = _url.Replace("RecordPurchase", "ReversePurchase", StringComparison.Ordinal)),
        ["9: another host"] = ("proof_invalid htu", (_, claims) => claims["htu"] = _url.Replace("gateway.example", "elsewhere.example", StringComparison.Ordinal)),
        ["9: another port"] = ("proof_invalid htu", (_, claims) => claims["htu"] = _url.Replace("gateway.example", "gateway.example:5100", StringComparison.Ordinal)),
        ["9: http in place of https"] = ("proof_invalid htu", (_, claims) => claims["htu"] = _url.Replace("https", "http", StringComparison.Ordinal)),
        ["9: a path in other letters"] = ("proof_invalid htu", (_, claims) => claims["htu"] = _url.ToLowerInvariant()),
        ["9: with a user"] = ("proof_invalid htu", (_, claims) => claims["htu"] = _url.Replace("https://", "https://me@", StringComparison.Ordinal)),
        ["9: no address"] = ("proof_invalid htu", (_, claims) => claims["htu"] = "/RecordPurchase"),
        ["9: query and fragment do not count"] = ("", (_, claims) => claims["htu"] = $"{_url}?a=1#b"),
        ["9: the host's letters and the usual port do not count"] =
            ("", (_, claims) => claims["htu"] = _url.Replace("https://gateway.example", "HTTPS://Gateway.Example:443", StringComparison.Ordinal)),
        ["10: no nonce"] = ("nonce_needed", (_, claims) => claims.Remove("nonce")),
        ["10: another nonce"] = ("nonce_needed", (_, claims) => claims["nonce"] = "AAAA"),
        ["10: a nonce that is a number"] = ("proof_invalid form", (_, claims) => claims["nonce"] = 7),
        ["11: made 6 minutes ago"] = ("proof_invalid iat", (_, claims) => claims["iat"] = DateTimeOffset.UtcNow.AddMinutes(-6).ToUnixTimeSeconds()),
        ["11: made in 6 minutes"] = ("proof_invalid iat", (_, claims) => claims["iat"] = DateTimeOffset.UtcNow.AddMinutes(6).ToUnixTimeSeconds()),
        ["11: made 4 minutes ago"] = ("", (_, claims) => claims["iat"] = DateTimeOffset.UtcNow.AddMinutes(-4).ToUnixTimeSeconds()),
        ["11: iat beyond all time"] = ("proof_invalid iat", (_, claims) => claims["iat"] = 1e300),
        ["12: another token's ath"] = ("proof_invalid ath", (_, claims) => claims["ath"] = Base64UrlEncoder.Encode(SHA256.HashData("other"u8))),
        ["12: ath in base64"] = ("proof_invalid ath", (_, claims) => claims["ath"] = Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(_token)))),
    };

    public static TheoryData<string> Rows => [.. _rows.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Proof_ByEachRule_IsAcceptedOrRefusedWithItsWord(string row)
    {
        var (checks, nonces) = New();
        var (expected, change) = _rows[row];
        Assert.Equal(expected, Check(checks, Make(nonces, change: change)));
    }

    [Fact]
    public void Proof_WithAnotherKeysSignature_IsRefused()
    {
        var (checks, nonces) = New();
        using var other = TestProofs.NewKey();
        Assert.Equal("proof_invalid signature", Check(checks, Make(nonces, other, (header, _) => header["jwk"] = TestProofs.JwkOf(_key))));
        var proof = Make(nonces);
        Assert.Equal("proof_invalid signature", Check(checks, $"{proof[..^86]}{new string('A', 86)}"));
        Assert.Equal("proof_invalid signature", Check(checks, $"{proof[..^86]}AAAA"));
        Assert.Equal("proof_invalid signature", Check(checks, proof[..^86]));
    }

    [Fact]
    public void Proof_WithAPointOffTheCurve_IsRefused()
    {
        var (checks, nonces) = New();
        var proof = Make(nonces, change: (header, _) => header["jwk"]!["x"] = Base64UrlEncoder.Encode(new byte[32]));
        var outcome = checks.Check(proof, new ProvenRequest(_url, _token));
        Assert.Equal((TokenProblem.ProofInvalid, "signature"), (outcome.Problem, outcome.Fault));
    }

    [Fact]
    public void Proof_SignedByRsa_IsAccepted_AndShortOrOddKeysAreNot()
    {
        var (checks, nonces) = New();
        Assert.Equal("", Check(checks, Make(nonces, _rsa), TestProofs.ThumbprintOf(_rsa)));
        using var small = RSA.Create(1024);
        Assert.Equal("proof_invalid jwk", Check(checks, Make(nonces, small)));
        Assert.Equal("proof_invalid jwk", Check(checks, Make(nonces, _rsa, (header, _) => header["jwk"]!["e"] = "Aw")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("!.!.!")]
    [InlineData("bnVsbA.bnVsbA.AAAA")]
    [InlineData("W10.e30.AAAA")]
    public void Header_ThatIsNoJwt_IsRefused(string header) => Assert.Equal("proof_invalid form", Check(New().Checks, header));

    [Fact]
    public void Header_NoneOrTwo_IsRefused()
    {
        var (checks, nonces) = New();
        Assert.Equal("proof_missing", Check(checks, StringValues.Empty));
        Assert.Equal("proof_invalid form", Check(checks, new StringValues([Make(nonces), Make(nonces)])));
        Assert.Equal("proof_invalid form", Check(checks, $"{Make(nonces)}, {Make(nonces)}"));
    }

    [Fact]
    public void Member_NamedTwice_IsRefused()
    {
        var (checks, nonces) = New();
        var parts = Make(nonces).Split('.');
        var doubled = Base64UrlEncoder.Decode(parts[1]).Replace("{\"jti\"", "{\"htm\":\"POST\",\"jti\"", StringComparison.Ordinal);
        Assert.Equal("proof_invalid form", Check(checks, $"{parts[0]}.{Base64UrlEncoder.Encode(doubled)}.{parts[2]}"));
    }

    [Fact]
    public void Proof_CountsOnce_AndOnlyWithAValidSignature()
    {
        var (checks, nonces) = New();
        using var other = TestProofs.NewKey();
        void SameId(JsonObject header, JsonObject claims) => (claims["jti"], header["jwk"]) = ("one", TestProofs.JwkOf(_key));
        Assert.Equal("proof_invalid signature", Check(checks, Make(nonces, other, SameId)));
        var proof = Make(nonces, change: SameId);
        Assert.Equal("", Check(checks, proof));
        Assert.Equal("proof_replayed", Check(checks, proof));
        Assert.Equal("proof_replayed", Check(checks, Make(nonces, change: SameId)));

        // Another sender may choose the same id.
        Assert.Equal("", Check(checks, Make(nonces, other, (_, claims) => claims["jti"] = "one"), TestProofs.ThumbprintOf(other)));
    }

    [Fact]
    public void Proof_UsedByManyAtOnce_CountsOnce()
    {
        var (checks, nonces) = New();
        var proof = Make(nonces);
        var accepted = 0;
        Parallel.For(0, 50, _ =>
        {
            if (Check(checks, proof).Length == 0)
            {
                Interlocked.Increment(ref accepted);
            }
        });
        Assert.Equal(1, accepted);
    }

    private static (DpopProofs Checks, DpopNonces Nonces) New()
    {
        var nonces = new DpopNonces(TimeProvider.System);
        return (new DpopProofs(TimeProvider.System, nonces), nonces);
    }

    private static string Make(DpopNonces nonces, AsymmetricAlgorithm? key = null, Action<JsonObject, JsonObject>? change = null) =>
        TestProofs.Make(key ?? _key, _url, _token, nonces.Latest(), change);

    private static string Check(DpopProofs checks, StringValues headers, string? thumbprint = null)
    {
        var outcome = checks.Check(headers, new ProvenRequest(_url, _token, thumbprint ?? TestProofs.ThumbprintOf(_key)));
        return outcome.Fault is { } fault ? $"{outcome.Problem} {fault}" : outcome.Problem ?? "";
    }
}
