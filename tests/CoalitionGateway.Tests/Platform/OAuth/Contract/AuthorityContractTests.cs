using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Tests.Platform.OAuth.Contract;

public sealed class EmbeddedContractTests(AuthorityFixture<EmbeddedAuthority> fixture) : AuthorityContractTests(fixture.Authority), IClassFixture<AuthorityFixture<EmbeddedAuthority>>;

public sealed class OidcProviderContractTests(AuthorityFixture<OidcProviderAuthority> fixture) : AuthorityContractTests(fixture.Authority), IClassFixture<AuthorityFixture<OidcProviderAuthority>>;

public sealed class AuthorityFixture<TAuthority> : IAsyncLifetime
    where TAuthority : Authority, new()
{
    public TAuthority Authority { get; } = new();

    public async ValueTask InitializeAsync() => await Authority.Start();

    public ValueTask DisposeAsync() => Authority.DisposeAsync();
}

/// <summary>
/// The duties of an authorization server for the coalition, tested over HTTP and gRPC alone, the same for each server. The
/// server needs nothing of the gateway. The gateway needs only a token of RFC 9068 that names the caller.
/// </summary>
public abstract class AuthorityContractTests(Authority authority)
{
    private const string _scope = "programmes.read";

    [Fact]
    public async Task Discovery_NamesItsEndpoints_AndPublishesOnlyPublicKeys()
    {
        var metadata = await Metadata();
        Assert.Equal(authority.Url, metadata.GetProperty("issuer").GetString());
        Assert.Contains("S256", Texts(metadata, "code_challenge_methods_supported"));
        Assert.Contains("private_key_jwt", Texts(metadata, "token_endpoint_auth_methods_supported"));
        Assert.Contains("client_credentials", Texts(metadata, "grant_types_supported"));
        Assert.True(metadata.TryGetProperty("authorization_endpoint", out _));
        var keys = (await authority.Http.GetFromJsonAsync<JsonElement>(metadata.GetProperty("jwks_uri").GetString())).GetProperty("keys").EnumerateArray().ToArray();
        Assert.Contains(keys, key => key.GetProperty("kty").GetString() == "EC" && key.GetProperty("crv").GetString() == "P-256");
        Assert.DoesNotContain(keys, key => key.TryGetProperty("d", out _));
        Assert.Distinct(keys.Select(key => key.GetProperty("kid").GetString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Secret_GivesATokenOfTheProfile_AndTheGatewayAcceptsIt(bool basic)
    {
        // One client sends its secret in the form, the other in the header.
        var id = basic ? "beta" : "alpha";
        var (status, answer) = basic ? await Basic() : await Token(Client(), ("scope", _scope));
        Assert.Equal((HttpStatusCode.OK, "bearer"), (status, answer.GetProperty("token_type").GetString()!.ToLowerInvariant()));
        var token = new JsonWebToken(answer.GetProperty("access_token").GetString());
        Assert.Equal(("at+jwt", "ES256", id, "coalition-gateway"), (token.Typ, token.Alg, token.Subject, Assert.Single(token.Audiences)));
        Assert.Equal(("partner", _scope, id), (token.GetClaim("caller_kind").Value, token.GetClaim("scope").Value, token.GetClaim("client_id").Value));
        Assert.Equal(TimeSpan.FromMinutes(5), token.ValidTo - token.IssuedAt);
        Assert.NotEmpty(token.Id);
        await Accepts(token.EncodedToken);
        await Refusals.Refused(StatusCode.PermissionDenied, "SCOPE_MISSING", () => authority.Gateway.WithToken(token.EncodedToken).Members.GetBalancesAsync(new GetBalancesRequest { MembershipNumber = "x" }));
    }

    [Fact]
    public async Task Proof_BindsTheTokenToItsKey_AndTheGatewayHoldsItToTheKey()
    {
        using var key = DpopKey.New();
        using var tokens = new TokenSource(authority.Http, new Uri((await Metadata()).GetProperty("token_endpoint").GetString()!), authority.Alpha.ClientId, authority.Alpha.Secret, _scope, key);
        using var client = new CoalitionClient(new Uri(authority.Gateway.Options.GrpcUrl), tokens.Get, retries: Retries.None, key: key);
        Assert.NotEmpty((await client.Programmes.ListProgrammesAsync(new ListProgrammesRequest())).Programmes);
        var token = await tokens.Get(TestContext.Current.CancellationToken);
        Assert.Equal(key.Thumbprint, new JsonWebToken(token).GetPayloadValue<JsonElement>("cnf").GetProperty("jkt").GetString());
        Assert.Equal("wrong_scheme", await authority.Gateway.Problem(token));
    }

    [Fact]
    public async Task Secret_WrongOrOfAnUnknownClient_IsRefused()
    {
        RefusesClient(await Token([("client_id", "alpha"), ("client_secret", "wrong")]));
        RefusesClient(await Token([("client_id", "nobody"), ("client_secret", "wrong")]));
    }

    [Fact]
    public async Task Scope_ThatTheClientLacks_IsRefused()
    {
        Refuses("invalid_scope", await Token(Client(), ("scope", "audit.read")));
        Refuses("invalid_scope", await Token(Client(), ("scope", $"{_scope} audit.read")));

        // A server may refuse an unknown scope or ignore it (RFC 6749, section 3.3). No token contains it.
        var (status, answer) = await Token(Client(), ("scope", $"{_scope} no.such.scope"));
        Assert.True(status == HttpStatusCode.BadRequest || new JsonWebToken(answer.GetProperty("access_token").GetString()).GetClaim("scope").Value == _scope);
    }

    [Fact]
    public async Task Assertion_GivesAToken_OnlyOnce()
    {
        var assertion = await Assertion(authority.GammasKey);
        var (status, answer) = await Token(assertion, ("scope", _scope));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("gamma", new JsonWebToken(answer.GetProperty("access_token").GetString()).Subject);
        await Accepts(answer.GetProperty("access_token").GetString()!);
        RefusesClient(await Token(assertion, ("scope", _scope)));
    }

    [Fact]
    public async Task Assertion_Expired_OrOfAnotherKey_OrForAnotherServer_IsRefused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        RefusesClient(await Token(await Assertion(other), ("scope", _scope)));
        RefusesClient(await Token(await Assertion(authority.GammasKey, expires: -60), ("scope", _scope)));
        if (authority.RefusesLongAssertions)
        {
            RefusesClient(await Token(await Assertion(authority.GammasKey, expires: 3600), ("scope", _scope)));
        }

        RefusesClient(await Token(await Assertion(authority.GammasKey, audience: "https://elsewhere.example"), ("scope", _scope)));
    }

    [Fact]
    public async Task Member_SignsInWithPkce_AndTheCodeIsValidOnce()
    {
        var verifier = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        var code = await Code(verifier);
        var (status, answer) = await Redeem(code, verifier);
        Assert.Equal(HttpStatusCode.OK, status);
        var token = new JsonWebToken(answer.GetProperty("access_token").GetString());
        Assert.Equal("member", token.GetClaim("caller_kind").Value);
        Assert.Single((await authority.Gateway.WithToken(token.EncodedToken).Members.GetBalancesAsync(new GetBalancesRequest())).Balances);
        Refuses("invalid_grant", await Redeem(code, verifier));
    }

    [Fact]
    public async Task Code_WithAnotherVerifier_OrWithoutAChallenge_IsRefused()
    {
        var verifier = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        Refuses("invalid_grant", await Redeem(await Code(verifier), Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32))));
        Refuses("invalid_grant", await Redeem("no-such-code", verifier));
        Assert.Equal("invalid_request", Parameter(await Authorize(null), "error"));
    }

    [Fact]
    public async Task Gateway_TokenSignedBySomebodyElse_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt", Issuer = (await Metadata()).GetProperty("issuer").GetString(), Audience = "coalition-gateway", Expires = DateTime.UtcNow.AddMinutes(5),
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256),
            Claims = new Dictionary<string, object> { ["sub"] = "alpha", ["scope"] = _scope, ["caller_kind"] = "partner" },
        });
        await Refusals.Refused(StatusCode.Unauthenticated, "TOKEN_INVALID", () => authority.Gateway.WithToken(forged).Programmes.ListProgrammesAsync(new ListProgrammesRequest()));
    }

    [Fact]
    public async Task Keys_Rotated_TokensOfTheFormerKeyStayValid()
    {
        var before = (await Token(Client(), ("scope", _scope))).Answer.GetProperty("access_token").GetString()!;
        var another = (await Token(Client(), ("scope", _scope))).Answer.GetProperty("access_token").GetString()!;
        await authority.Rotate();
        var after = (await Token(Client(), ("scope", _scope))).Answer.GetProperty("access_token").GetString()!;
        Assert.NotEqual(new JsonWebToken(before).Kid, new JsonWebToken(after).Kid);
        await Accepts(before);

        // A key that the gateway does not know makes it fetch the keys again, every five seconds at most.
        for (var attempt = 0; attempt < 150 && !await IsAccepted(after); attempt++)
        {
            await Task.Delay(100);
        }

        await Accepts(after);

        // A token that the gateway has not seen. It is checked against the present keys.
        await Accepts(another);
    }

    protected static void Refuses(string error, (HttpStatusCode Status, JsonElement Answer) got) =>
        Assert.Equal((HttpStatusCode.BadRequest, error), (got.Status, got.Answer.GetProperty("error").GetString()));

    /// <summary>
    /// A server may answer 401 or not if the client did not use the Authorization header (RFC 6749, section 5.2).
    /// </summary>
    protected static void RefusesClient((HttpStatusCode Status, JsonElement Answer) got)
    {
        Assert.Contains(got.Status, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest });
        Assert.Equal("invalid_client", got.Answer.GetProperty("error").GetString());
    }

    private static IEnumerable<string?> Texts(JsonElement element, string name) => element.GetProperty(name).EnumerateArray().Select(text => text.GetString());

    private static string? Parameter(Uri uri, string name) => Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(uri.Query).TryGetValue(name, out var value) ? value.ToString() : null;

    private (string, string)[] Client() => [("client_id", "alpha"), ("client_secret", authority.Alpha.Secret)];

    private async Task<JsonElement> Metadata() =>
        await authority.Http.GetFromJsonAsync<JsonElement>($"{authority.Url}/.well-known/openid-configuration");

    private async Task Accepts(string token) =>
        Assert.NotEmpty((await authority.Gateway.WithToken(token).Programmes.ListProgrammesAsync(new ListProgrammesRequest())).Programmes);

    private async Task<bool> IsAccepted(string token)
    {
        try
        {
            await Accepts(token);
            return true;
        }
        catch (RpcException refused) when (refused.StatusCode is StatusCode.Unauthenticated or StatusCode.Unavailable)
        {
            // Not yet, or undecided: a busy authority takes its time.
            return false;
        }
    }

    protected async Task<(HttpStatusCode Status, JsonElement Answer)> Token((string Name, string Value)[] proof, params (string Name, string Value)[] more)
    {
        using var content = new FormUrlEncodedContent([
            .. proof.Concat(more).Select(pair => KeyValuePair.Create(pair.Name, pair.Value)), KeyValuePair.Create("grant_type", "client_credentials"),
        ]);
        return await Post(new HttpRequestMessage { Content = content });
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> Basic()
    {
        var request = new HttpRequestMessage
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials"), KeyValuePair.Create("scope", _scope)]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"beta:{Uri.EscapeDataString(authority.Beta.Secret)}")));
        return await Post(request);
    }

    private Task<(HttpStatusCode Status, JsonElement Answer)> Redeem(string code, string verifier) => Post(new HttpRequestMessage
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["code_verifier"] = verifier, ["redirect_uri"] = TestGateway.Redirect, ["client_id"] = TestGateway.App,
        }),
    });

    private async Task<(HttpStatusCode Status, JsonElement Answer)> Post(HttpRequestMessage request)
    {
        using (request)
        {
            (request.Method, request.RequestUri) = (HttpMethod.Post, new Uri((await Metadata()).GetProperty("token_endpoint").GetString()!));
            using var response = await authority.Http.SendAsync(request);
            return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
        }
    }

    private async Task<(string, string)[]> Assertion(ECDsa key, int expires = 60, string? audience = null)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = "gamma", ["sub"] = "gamma", ["aud"] = audience ?? (await Metadata()).GetProperty("issuer").GetString()!,
            ["iat"] = now - 90, ["exp"] = now + expires, ["jti"] = Guid.NewGuid().ToString(),
        };
        var assertion = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            JsonSerializer.Serialize(claims),
            new SigningCredentials(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } },
            new Dictionary<string, object> { ["typ"] = "client-authentication+jwt" });
        return [("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", assertion)];
    }

    private async Task<string> Code(string verifier)
    {
        var answer = await Authorize(Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))));
        Assert.Equal("state-1", Parameter(answer, "state"));
        return Parameter(answer, "code") ?? throw new InvalidOperationException($"No code: {answer.Query}");
    }

    /// <summary>Acts like a browser: follows redirects, with cookies, until it returns to the app.</summary>
    private async Task<Uri> Authorize(string? challenge)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code", ["client_id"] = TestGateway.App, ["redirect_uri"] = TestGateway.Redirect, ["state"] = "state-1", ["scope"] = "balances.read",
            ["login_hint"] = authority.LoginHint, ["code_challenge"] = challenge, ["code_challenge_method"] = challenge is null ? null : "S256",
        };
        var next = new Uri(Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString((await Metadata()).GetProperty("authorization_endpoint").GetString()!, query));
        for (var hop = 0; !next.AbsoluteUri.StartsWith(TestGateway.Redirect, StringComparison.Ordinal); hop++)
        {
            Assert.True(hop < 10, $"The sign-in goes round: {next}");
            using var response = await browser.GetAsync(next);
            if (response.StatusCode == HttpStatusCode.BadRequest)
            {
                // A page instead of a redirect: a server may keep a faulty request to itself (RFC 6749, section 4.1.2.1).
                var page = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
                return new Uri($"{TestGateway.Redirect}?error={page.GetProperty("error").GetString()}");
            }

            Assert.True(response.Headers.Location is not null, $"{next}: {response.StatusCode}");
            next = new Uri(next, response.Headers.Location);
        }

        return next;
    }
}
