using System.Security.Cryptography;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoalitionGateway.Tests.Platform.Access;

/// <summary>Tokens that are bound to a key, sent over gRPC by their owner and by a thief.</summary>
public sealed class SenderProofTests(TestCoalition coalition)
{
    private static readonly ECDsa _key = TestProofs.NewKey();
    private static readonly ECDsa _thiefs = TestProofs.NewKey();

    private TestGateway Gateway => coalition.Gateway;

    [Fact]
    public async Task BoundToken_WithAProofForEachCall_IsAccepted()
    {
        var (token, nonce) = (Bound(), await Gateway.Nonce());
        for (var i = 0; i < 3; i++)
        {
            Assert.Null((await Gateway.CallWith("DPoP", token, [Proof(token, nonce)])).Problem);
        }

        Assert.Null((await Gateway.CallWith("dpop", token, [Proof(token, nonce)])).Problem);
    }

    [Fact]
    public async Task BoundToken_SentByAThief_IsRefusedWithTheWordForWhatIsWrong()
    {
        var (token, other, nonce) = (Bound(), Bound(), await Gateway.Nonce());
        var used = Proof(token, nonce);
        Assert.Null((await Gateway.CallWith("DPoP", token, [used])).Problem);

        Assert.Equal("wrong_scheme", (await Gateway.CallWith("Bearer", token, [])).Problem);
        Assert.Equal("wrong_scheme", (await Gateway.CallWith("Bearer", token, [Proof(token, nonce)])).Problem);
        Assert.Equal("proof_missing", (await Gateway.CallWith("DPoP", token, [])).Problem);
        Assert.Equal("wrong_key", (await Gateway.CallWith("DPoP", token, [TestProofs.Make(_thiefs, Gateway.UrlOf(), token, nonce)])).Problem);
        Assert.Equal("proof_replayed", (await Gateway.CallWith("DPoP", token, [used])).Problem);
        Assert.Equal("proof_invalid htu", (await Gateway.CallWith("DPoP", token, [TestProofs.Make(_key, Gateway.UrlOf("EarningService/RecordPurchase"), token, nonce)])).Problem);
        Assert.Equal("proof_invalid ath", (await Gateway.CallWith("DPoP", other, [Proof(token, nonce)])).Problem);
        Assert.Equal("proof_invalid form", (await Gateway.CallWith("DPoP", token, [Proof(token, nonce), Proof(token, nonce)])).Problem);
        Assert.Equal(
            "proof_invalid signature",
            (await Gateway.CallWith("DPoP", token, [TestProofs.Make(_thiefs, Gateway.UrlOf(), token, nonce, (header, _) => header["jwk"] = TestProofs.JwkOf(_key))])).Problem);
    }

    [Fact]
    public async Task Proof_WithoutTheGatewaysNonce_IsAnsweredWithOne()
    {
        var token = Bound();
        foreach (var nonce in new[] { null, "made-up" })
        {
            var (problem, trailers) = await Gateway.CallWith("DPoP", token, [Proof(token, nonce)]);
            Assert.Equal("nonce_needed", problem);
            Assert.StartsWith("DPoP error=\"use_dpop_nonce\"", trailers.GetValue("www-authenticate"), StringComparison.Ordinal);
            Assert.Null((await Gateway.CallWith("DPoP", token, [Proof(token, trailers.GetValue("dpop-nonce"))])).Problem);
        }
    }

    [Fact]
    public async Task PlainToken_SentAsDpop_IsRefused()
    {
        var token = ForgedTokens.Make(Gateway, "none");
        Assert.Equal("wrong_scheme", (await Gateway.CallWith("DPoP", token, [Proof(token, await Gateway.Nonce())])).Problem);
        Assert.Null((await Gateway.CallWith("Bearer", token, [])).Problem);
        Assert.Equal("malformed", (await Gateway.CallWith("DPoP", "garbage", [])).Problem);
    }

    [Fact]
    public async Task BoundToken_AtAnotherGateway_NeedsThatGatewaysNonce()
    {
        await using var other = await TestGateway.Start(configure: options => options.PublicGrpcUrl = Gateway.Options.GrpcUrl);
        var token = ForgedTokens.Make(other, "none", CallerKind.Operator, "boss", cnf: TestProofs.Bound(_key));
        var proof = Proof(token, await Gateway.Nonce());
        Assert.Equal("nonce_needed", (await other.CallWith("DPoP", token, [proof])).Problem);
    }

    [Fact]
    public async Task PublicGrpcUrl_IsTheAddressThatProofsName()
    {
        await using var gateway = await TestGateway.Start(configure: options => options.PublicGrpcUrl = "https://gateway.example/");
        var token = ForgedTokens.Make(gateway, "none", CallerKind.Operator, "boss", cnf: TestProofs.Bound(_key));
        var first = await gateway.CallWith("DPoP", token, [TestProofs.Make(_key, "https://gateway.example/coalition.gateway.v1.ProgrammeService/ListProgrammes", token)]);
        Assert.Equal("nonce_needed", first.Problem);
        var nonce = first.Trailers.GetValue("dpop-nonce");
        Assert.Null((await gateway.CallWith("DPoP", token, [TestProofs.Make(_key, "https://gateway.example/coalition.gateway.v1.ProgrammeService/ListProgrammes", token, nonce)])).Problem);
        Assert.Equal("proof_invalid htu", (await gateway.CallWith("DPoP", token, [TestProofs.Make(_key, gateway.UrlOf(), token, nonce)])).Problem);
    }

    public static TheoryData<string, string> UnknownBindings => new()
    {
        { "empty", "{}" },
        { "a text", "\"jkt\"" },
        { "nothing", "null" },
        { "a list", "[]" },
        { "a list with a member", "[{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}]" },
        { "another member", "{\"jwk\":{\"kty\":\"EC\"}}" },
        { "another member beside jkt", "{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\",\"kid\":\"1\"}" },
        { "a thumbprint too short", "{\"jkt\":\"AAAA\"}" },
        { "a thumbprint that is a number", "{\"jkt\":7}" },
    };

    [Theory]
    [MemberData(nameof(UnknownBindings))]
    public async Task Token_BoundInAWayThatCannotBeChecked_IsRefused(string kind, string cnf)
    {
        using var claim = System.Text.Json.JsonDocument.Parse(cnf);
        var token = ForgedTokens.Make(Gateway, "none", cnf: claim.RootElement);
        foreach (var scheme in new[] { "Bearer", "DPoP" })
        {
            Assert.Equal((kind, "unknown_binding"), (kind, (await Gateway.CallWith(scheme, token, [Proof(token, await Gateway.Nonce())])).Problem));
        }
    }

    [Fact]
    public async Task BoundToken_OfAnotherAuthority_IsHeldToItsKey()
    {
        var url = TestGateway.FreeUrl();
        await using var authority = new TestAuthority(url);
        await authority.Start();
        await using var gateway = await TestGateway.Start(configure: options => options.Authority = url);
        var token = authority.Token("PS256", "at+jwt", TestProofs.Bound(_key));
        var first = await gateway.CallWith("DPoP", token, [TestProofs.Make(_key, gateway.UrlOf(), token)]);
        Assert.Equal("nonce_needed", first.Problem);
        var nonce = first.Trailers.GetValue("dpop-nonce");
        Assert.Null((await gateway.CallWith("DPoP", token, [TestProofs.Make(_key, gateway.UrlOf(), token, nonce)])).Problem);
        Assert.Equal("wrong_scheme", (await gateway.CallWith("Bearer", token, [])).Problem);
        Assert.Equal("wrong_key", (await gateway.CallWith("DPoP", token, [TestProofs.Make(_thiefs, gateway.UrlOf(), token, nonce)])).Problem);
        Assert.Equal("unknown_binding", (await gateway.CallWith("Bearer", authority.Token("ES256", "at+jwt", new Dictionary<string, object> { ["other"] = "x" }), [])).Problem);
    }

    [Fact]
    public void Words_ForProblemsOfTokensAndParts_AreThoseOfTheContract()
    {
        var said = Security.Documents.Proto("error_reason").Split("ERROR_REASON_TOKEN_INVALID =")[0].Split("The call has no valid access token.")[1];
        foreach (var word in new[] { typeof(TokenProblem), typeof(ProofFault) }.SelectMany(words => words.GetFields()).Select(field => (string)field.GetRawConstantValue()!))
        {
            Assert.Matches($"\\b{word}\\b", said);
        }
    }

    [Theory]
    [InlineData("http", "", true)]
    [InlineData("http", "https://gateway.example", false)]
    [InlineData("http", "http://gateway.example", true)]
    public async Task Gateway_ReachableByOthersWithoutTls_WarnsAtItsStart(string scheme, string publicUrl, bool warns)
    {
        using var log = new LogLines();
        await using var gateway = await TestGateway.Start(
            configure: options => (options.GrpcUrl, options.PublicGrpcUrl) = ($"{scheme}://0.0.0.0:{new Uri(TestGateway.FreeUrl()).Port}", publicUrl),
            extend: builder => builder.Logging.AddProvider(log));
        Assert.Equal(warns, log.All.Any(line => line.StartsWith("Warning: Calls at", StringComparison.Ordinal)));
    }

    [Fact]
    public void CachedToken_CarriesItsBinding_SoThatAPlainCallAsksNothingMore()
    {
        var known = Gateway.Services.GetRequiredService<KnownTokens>();
        var token = ForgedTokens.Make(Gateway, "none");
        Assert.True(TokenHash.TryOf($"Bearer {token}", out var bearer, out var isDpop));
        Assert.False(isDpop);
        Assert.True(TokenHash.TryOf($"DPoP {token}", out var dpop, out isDpop));
        Assert.True(isDpop);
        Assert.Equal(bearer, dpop);
        Assert.Null(known.Find(bearer)?.Binding);
    }

    private string Bound() => ForgedTokens.Make(Gateway, "none", CallerKind.Operator, "test-operator", cnf: TestProofs.Bound(_key));

    private string Proof(string token, string? nonce) => TestProofs.Make(_key, Gateway.UrlOf(), token, nonce);
}
