using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using CoalitionGateway.V1;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CoalitionGateway.Tests.Platform.OAuth;

/// <summary>The embedded authority binds tokens to a key that the client proves (RFC 9449).</summary>
public sealed class BoundTokenTests(TestCoalition coalition)
{
    private const string _scope = "offline_access balances.read programmes.read";
    private static readonly ECDsa _key = TestProofs.NewKey();
    private static readonly ECDsa _other = TestProofs.NewKey();

    private TestGateway Gateway => coalition.Gateway;

    [Fact]
    public async Task TokenRequest_WithAProof_GivesATokenThatOnlyTheKeyCanUse()
    {
        var answer = await Ask(_key, Machine);
        Assert.Equal("DPoP", answer.Body.GetProperty("token_type").GetString());
        var token = answer.AccessToken;
        Assert.Equal(TestProofs.ThumbprintOf(_key), Jkt(token));
        var nonce = await Gateway.Nonce();
        Assert.Null((await Gateway.CallWith("DPoP", token, [TestProofs.Make(_key, Gateway.UrlOf(), token, nonce)])).Problem);
        Assert.Equal("wrong_scheme", (await Gateway.CallWith("Bearer", token, [])).Problem);
        Assert.Equal("wrong_key", (await Gateway.CallWith("DPoP", token, [TestProofs.Make(_other, Gateway.UrlOf(), token, nonce)])).Problem);
    }

    [Fact]
    public async Task TokenRequest_WithoutAProof_GivesABearerToken()
    {
        var answer = await Gateway.Post("/oauth/token", Machine);
        Assert.Equal("Bearer", answer.Body.GetProperty("token_type").GetString());
        Assert.False(new JsonWebToken(answer.AccessToken).TryGetPayloadValue<JsonElement>("cnf", out _));
    }

    [Fact]
    public async Task Proof_WithoutTheAuthoritysNonce_IsAnsweredWithOne()
    {
        var (answer, nonce) = await Send(TestProofs.Make(_key, TokenUrl), Machine);
        Assert.Equal((HttpStatusCode.BadRequest, "use_dpop_nonce"), (answer.Status, answer.Error));
        Assert.NotEmpty(nonce!);

        // The nonces of calls are others.
        Assert.Equal("use_dpop_nonce", (await Send(TestProofs.Make(_key, TokenUrl, null, await Gateway.Nonce()), Machine)).Answer.Error);
    }

    [Fact]
    public async Task Proof_Wrong_IsRefused()
    {
        var nonce = await TokenNonce();
        var used = TestProofs.Make(_key, TokenUrl, null, nonce);
        Assert.Equal(HttpStatusCode.OK, (await Send(used, Machine)).Answer.Status);
        foreach (var proof in new[]
        {
            used, "garbage", TestProofs.Make(_key, $"{Gateway.Options.Issuer}/oauth/par", null, nonce), TestProofs.Make(_key, Gateway.UrlOf(), null, nonce),
            TestProofs.Make(_key, TokenUrl, null, nonce, (header, _) => header["jwk"] = TestProofs.JwkOf(_other)),
            TestProofs.Make(_key, TokenUrl, null, nonce, (_, claims) => claims["htm"] = "GET"),
        })
        {
            var (answer, _) = await Send(proof, Machine);
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_dpop_proof"), (answer.Status, answer.Error));
        }
    }

    [Fact]
    public async Task RefreshToken_OfAnApp_NeedsAProofOfTheSameKey()
    {
        var code = await NewCode(await Number(), ("scope", _scope));
        var first = await Ask(_key, Code(code));
        Assert.Equal(TestProofs.ThumbprintOf(_key), Jkt(first.AccessToken));
        Assert.False(new JsonWebToken(first.AccessToken).TryGetPayloadValue<string>("bound_jkt", out _));

        Assert.Equal("invalid_grant", (await Gateway.Post("/oauth/token", Refresh(first.RefreshToken))).Error);
        Assert.Equal("invalid_grant", (await Ask(_other, Refresh(first.RefreshToken))).Error);

        // The attempts of a thief harm nobody.
        var second = await Ask(_key, Refresh(first.RefreshToken));
        Assert.Equal(TestProofs.ThumbprintOf(_key), Jkt(second.AccessToken));
        Assert.Equal("invalid_grant", (await Ask(_other, Refresh(second.RefreshToken))).Error);
        Assert.Equal(HttpStatusCode.OK, (await Ask(_key, Refresh(second.RefreshToken))).Status);
    }

    [Fact]
    public async Task Code_BoundByDpopJkt_NeedsAProofOfThatKey()
    {
        var number = await Number();
        var jkt = ("dpop_jkt", TestProofs.ThumbprintOf(_key));
        Assert.Equal(HttpStatusCode.OK, (await Ask(_key, Code(await NewCode(number, jkt)))).Status);
        Assert.Equal("invalid_grant", (await Ask(_other, Code(await NewCode(number, jkt)))).Error);
        Assert.Equal("invalid_grant", (await Gateway.Post("/oauth/token", Code(await NewCode(number, jkt)))).Error);

        var (_, refused) = await Gateway.Authorize(number, ("dpop_jkt", "AAAA"));
        Assert.Equal("invalid_request", QueryHelpers.ParseQuery(refused!.Query)["error"]);
    }

    [Fact]
    public async Task Code_WhoseProofLacksOnlyTheNonce_CanBeSentAgain()
    {
        var code = await NewCode(await Number());
        var (answer, nonce) = await Send(TestProofs.Make(_key, TokenUrl), Code(code));
        Assert.Equal("use_dpop_nonce", answer.Error);
        Assert.Equal(HttpStatusCode.OK, (await Send(TestProofs.Make(_key, TokenUrl, null, nonce), Code(code))).Answer.Status);
    }

    [Theory]
    [InlineData("dpop_jkt")]
    [InlineData("proof")]
    [InlineData("both")]
    public async Task PushedRequest_BindsItsCode(string how)
    {
        var number = await Number();
        (string, string)[] fields =
        [
            ("response_type", "code"), ("client_id", TestGateway.App), ("redirect_uri", TestGateway.Redirect), ("login_hint", number),
            ("code_challenge", OAuthForms.Challenge(OAuthForms.Verifier)), ("code_challenge_method", "S256"),
            .. how == "proof" ? [] : new[] { ("dpop_jkt", TestProofs.ThumbprintOf(_key)) },
        ];
        var pushed = how == "dpop_jkt" ? await Gateway.Post("/oauth/par", fields) : await Ask(_key, fields, "/oauth/par");
        var reference = pushed.Body.GetProperty("request_uri").GetString()!;
        using var redirect = await Gateway.Http.GetAsync($"{Gateway.Options.HttpUrl}/oauth/authorize?client_id={TestGateway.App}&request_uri={Uri.EscapeDataString(reference)}", TestContext.Current.CancellationToken);
        var code = QueryHelpers.ParseQuery(redirect.Headers.Location!.Query)["code"].ToString();
        Assert.Equal("invalid_grant", (await Ask(_other, Code(code))).Error);
        if (how == "both")
        {
            Assert.Equal("invalid_request", (await Ask(_other, fields, "/oauth/par")).Error);
        }
    }

    [Fact]
    public async Task Exchange_OfABoundToken_NeedsAProofOfItsKey_AndKeepsTheBinding()
    {
        var token = (await Ask(_key, Machine)).AccessToken;
        (string, string)[] exchange =
        [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("subject_token", token), ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ("client_id", coalition.Alpha.ClientId), ("client_secret", coalition.Alpha.Secret), ("scope", "programmes.read"),
        ];
        Assert.Equal("invalid_grant", (await Gateway.Post("/oauth/token", exchange)).Error);
        Assert.Equal("invalid_grant", (await Ask(_other, exchange)).Error);
        var narrowed = await Ask(_key, exchange);
        Assert.Equal(("DPoP", TestProofs.ThumbprintOf(_key)), (narrowed.Body.GetProperty("token_type").GetString(), Jkt(narrowed.AccessToken)));

        // Revocation needs the client's proof alone, so that a lost key is no obstacle.
        var revoked = await Gateway.Post("/oauth/revoke", [("token", narrowed.AccessToken), ("client_id", coalition.Alpha.ClientId), ("client_secret", coalition.Alpha.Secret)]);
        Assert.Equal(HttpStatusCode.OK, revoked.Status);
        Assert.Equal("revoked", await Gateway.Problem(narrowed.AccessToken));
    }

    [Fact]
    public async Task Introspection_OfABoundToken_NamesItsKey()
    {
        var token = (await Ask(_key, Machine)).AccessToken;
        var answer = await Gateway.Post("/oauth/introspect", [("token", token), ("client_id", coalition.Alpha.ClientId), ("client_secret", coalition.Alpha.Secret)]);
        Assert.True(answer.Body.GetProperty("active").GetBoolean());
        Assert.Equal(TestProofs.ThumbprintOf(_key), answer.Body.GetProperty("cnf").GetProperty("jkt").GetString());
        Assert.Equal("DPoP", answer.Body.GetProperty("token_type").GetString());
    }

    [Fact]
    public async Task Metadata_NamesTheAlgorithms()
    {
        using var metadata = JsonDocument.Parse(await Gateway.Http.GetStringAsync($"{Gateway.Options.HttpUrl}/.well-known/openid-configuration", TestContext.Current.CancellationToken));
        Assert.Equal(["ES256", "PS256"], metadata.RootElement.GetProperty("dpop_signing_alg_values_supported").EnumerateArray().Select(value => value.GetString()));
        Assert.False(metadata.RootElement.TryGetProperty("tls_client_certificate_bound_access_tokens", out var bound) && bound.GetBoolean());
    }

    [Fact]
    public async Task Partner_OfWhomBoundTokensAreDemanded_GetsNoOther_AndIsServedWithNoOther()
    {
        await using var own = new TestCoalition();
        await own.InitializeAsync();
        var gateway = own.Gateway;
        async Task Demand(SenderConstraint constraint) => await gateway.Operator.Clients.SetSenderConstraintAsync(
            new SetSenderConstraintRequest { RequestId = RequestIds.New(), ClientId = "alpha", SenderConstraint = constraint });
        (string, string)[] machine = [("grant_type", "client_credentials"), ("client_id", "alpha"), ("client_secret", own.Alpha.Secret)];
        var plain = (await gateway.Post("/oauth/token", machine)).AccessToken;
        Assert.Null(await gateway.Problem(plain));

        using var watching = gateway.WithToken(plain).Audit.WatchEvents(new WatchEventsRequest(), deadline: DateTime.UtcNow.AddMinutes(1));
        Assert.True(await watching.ResponseStream.MoveNext(CancellationToken.None));

        await Demand(SenderConstraint.Dpop);
        Assert.Equal("not_bound", await gateway.Problem(plain));
        var ended = await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () =>
        {
            while (await watching.ResponseStream.MoveNext(CancellationToken.None))
            {
                // The events from before the end.
            }
        });
        Assert.Equal("not_bound", GatewayRefusal.From(ended)?.Metadata["problem"]);
        Assert.Equal("not_bound", await gateway.Problem(ForgedTokens.Make(gateway, "none")));
        Assert.Equal("invalid_dpop_proof", (await gateway.Post("/oauth/token", machine)).Error);
        using var key = DpopKey.New();
        using var tokens = new TokenSource(gateway.Http, gateway.TokenEndpoint, "alpha", own.Alpha.Secret, key: key);
        using var client = new CoalitionClient(new Uri(gateway.Options.GrpcUrl), tokens.Get, retries: Retries.None, key: key);
        Assert.NotEmpty((await client.Programmes.ListProgrammesAsync(new ListProgrammesRequest())).Programmes);
        var introspected = await gateway.Post("/oauth/introspect", [("token", await tokens.Get(CancellationToken.None)), .. machine[1..]]);
        Assert.True(introspected.Body.GetProperty("active").GetBoolean());

        // Other partners are served as before.
        Assert.NotEmpty((await own.Beta.Client.Programmes.ListProgrammesAsync(new ListProgrammesRequest())).Programmes);

        await Demand(SenderConstraint.Mtls);
        Assert.Equal("invalid_request", (await gateway.Post("/oauth/token", machine)).Error);
        var refusal = await Refusals.Refused(Grpc.Core.StatusCode.Unauthenticated, "TOKEN_INVALID", () => client.Programmes.ListProgrammesAsync(new ListProgrammesRequest()));
        Assert.Equal("not_bound", refusal.Metadata["problem"]);

        await Demand(SenderConstraint.DpopOrMtls);
        Assert.NotEmpty((await client.Programmes.ListProgrammesAsync(new ListProgrammesRequest())).Programmes);
        await Demand(SenderConstraint.None);
        Assert.Null(await gateway.Problem(plain));
    }

    private string TokenUrl => $"{Gateway.Options.Issuer}/oauth/token";

    private (string, string)[] Machine => [("grant_type", "client_credentials"), ("client_id", coalition.Alpha.ClientId), ("client_secret", coalition.Alpha.Secret)];

    private static (string, string)[] Code(string code) =>
    [
        ("grant_type", "authorization_code"), ("code", code), ("code_verifier", OAuthForms.Verifier), ("redirect_uri", TestGateway.Redirect), ("client_id", TestGateway.App),
    ];

    private static (string, string)[] Refresh(string token) => [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", TestGateway.App)];

    private async Task<string> NewCode(string number, params (string Name, string Value)[] more) =>
        QueryHelpers.ParseQuery((await Gateway.Authorize(number, more)).Location!.Query)["code"]!;

    private static string Jkt(string token) => new JsonWebToken(token).GetPayloadValue<JsonElement>("cnf").GetProperty("jkt").GetString()!;

    private async Task<string> Number() => (await coalition.Member(coalition.Alpha)).Numbers[coalition.Alpha.ProgrammeId];

    private async Task<string> TokenNonce() => (await Send(TestProofs.Make(_key, TokenUrl), Machine)).Nonce!;

    /// <summary>Asks with a proof, and with the authority's nonce.</summary>
    private async Task<OAuthAnswer> Ask(ECDsa key, (string, string)[] fields, string path = "/oauth/token") =>
        (await Send(TestProofs.Make(key, $"{Gateway.Options.Issuer}{path}", null, await TokenNonce()), fields, path)).Answer;

    private async Task<(OAuthAnswer Answer, string? Nonce)> Send(string proof, (string, string)[] fields, string path = "/oauth/token")
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Gateway.Options.HttpUrl}{path}")
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Item1, field.Item2))),
        };
        request.Headers.Add("DPoP", proof);
        using var response = await http.SendAsync(request);
        var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return (
            new OAuthAnswer(response.StatusCode, body.TryGetProperty("error", out var error) ? error.GetString() : null, body),
            response.Headers.TryGetValues("DPoP-Nonce", out var nonces) ? nonces.Single() : null);
    }
}
