using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net;
using System.Text.Json.Nodes;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CoalitionGateway.Tests.Platform.OAuth;

public sealed class IssuerTests(TestCoalition coalition)
{
    private const string _challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private const string _verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private string Url => coalition.Gateway.Options.HttpUrl;

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    public async Task Discovery_NamesTheEndpoints(string path)
    {
        var metadata = (await coalition.Gateway.Http.GetFromJsonAsync<JsonObject>(Url + path))!;
        Assert.Equal(
            (Url, $"{Url}/oauth/token", $"{Url}/oauth/authorize", $"{Url}/oauth/jwks"),
            ((string?)metadata["issuer"], (string?)metadata["token_endpoint"], (string?)metadata["authorization_endpoint"], (string?)metadata["jwks_uri"]));
        Assert.Contains("transfers.write", metadata["scopes_supported"]!.AsArray().Select(scope => (string?)scope));
    }

    [Fact]
    public async Task Jwks_HasOnlyThePublicKey()
    {
        var key = Assert.Single((await coalition.Gateway.Http.GetFromJsonAsync<JsonObject>($"{Url}/oauth/jwks"))!["keys"]!.AsArray())!.AsObject();
        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], key.Select(part => part.Key).Order());
    }

    [Fact]
    public async Task Token_FollowsRfc9068()
    {
        var token = new JsonWebToken(await coalition.Gateway.TokenOf(coalition.Alpha.ClientId, coalition.Alpha.Secret, "earning.write"));
        Assert.Equal(("at+jwt", "ES256"), (token.Typ, token.Alg));
        Assert.Equal((Url, "alpha", "coalition-gateway", "earning.write"), (token.Issuer, token.Subject, Assert.Single(token.Audiences), token.GetClaim("scope").Value));
        Assert.NotEmpty(token.GetClaim("jti").Value);
        Assert.NotEmpty(token.GetClaim("client_id").Value);
        Assert.Equal(TimeSpan.FromMinutes(5), token.ValidTo - token.IssuedAt);
    }

    [Fact]
    public async Task Token_WithBasicAuthentication_IsGiven()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Url}/oauth/token") { Content = Form(("grant_type", "client_credentials")) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"alpha:{Uri.EscapeDataString(coalition.Alpha.Secret)}")));
        using var response = await coalition.Gateway.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData("invalid_client", 401, "grant_type=client_credentials&client_id=alpha&client_secret=wrong")]
    [InlineData("invalid_client", 401, "grant_type=client_credentials&client_id=nobody&client_secret=x")]
    [InlineData("invalid_client", 401, "grant_type=client_credentials")]
    [InlineData("invalid_client", 401, "grant_type=client_credentials&client_id=alpha")]
    [InlineData("invalid_client", 401, "grant_type=authorization_code&client_id=test-app&client_secret=made-up")]
    [InlineData("invalid_scope", 400, "grant_type=client_credentials&client_id=alpha&client_secret={secret}&scope=audit.read")]
    [InlineData("invalid_scope", 400, "grant_type=client_credentials&client_id=alpha&client_secret={secret}&scope=earning.write%20transfers.write")]
    [InlineData("unsupported_grant_type", 400, "grant_type=password&client_id=alpha&client_secret={secret}")]
    [InlineData("invalid_request", 400, "client_id=alpha&client_secret={secret}")]
    [InlineData("unauthorized_client", 400, "grant_type=client_credentials&client_id=test-app")]
    [InlineData("invalid_request", 400, "grant_type=client_credentials&client_id=alpha&client_id=beta&client_secret={secret}")]
    [InlineData("invalid_grant", 400, "grant_type=authorization_code&client_id=test-app&code=made-up&code_verifier=x&redirect_uri=y")]
    public async Task TokenRequest_Refused_SaysWhy(string error, int status, string body)
    {
        using var content = new StringContent(body.Replace("{secret}", coalition.Alpha.Secret, StringComparison.Ordinal), Encoding.ASCII, "application/x-www-form-urlencoded");
        using var response = await coalition.Gateway.Http.PostAsync($"{Url}/oauth/token", content);
        Assert.Equal((status, error), ((int)response.StatusCode, (string?)(await response.Content.ReadFromJsonAsync<JsonObject>())!["error"]));
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("multipart/form-data", "garbage")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\ngarbage")]
    [InlineData("application/x-www-form-urlencoded", "{many}")]
    [InlineData("application/x-www-form-urlencoded", "%%%=&=&&&")]
    public async Task TokenRequest_InAnotherForm_IsRefused(string type, string body)
    {
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body == "{many}" ? string.Concat(Enumerable.Range(0, 3000).Select(i => $"k{i}=v&")) : body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await coalition.Gateway.Http.PostAsync($"{Url}/oauth/token", content);
        Assert.Contains((int)response.StatusCode, new[] { 400, 401, 413 });
    }

    [Theory]
    [InlineData("other verifier")]
    [InlineData("other redirect")]
    [InlineData("other client")]
    [InlineData("used twice")]
    public async Task Code_MisusedOnce_IsNoLongerValid(string fault)
    {
        var code = await Code();
        if (fault == "used twice")
        {
            Assert.Equal(HttpStatusCode.OK, (await Redeem(code, _verifier, TestGateway.Redirect, TestGateway.App)).StatusCode);
        }

        var refused = await Redeem(
            code, fault == "other verifier" ? "x" : _verifier, fault == "other redirect" ? "http://127.0.0.1:1/" : TestGateway.Redirect, fault == "other client" ? "alpha" : TestGateway.App);
        Assert.False(refused.IsSuccessStatusCode);
        Assert.Equal(fault == "other client", HttpStatusCode.OK == (await Redeem(code, _verifier, TestGateway.Redirect, TestGateway.App)).StatusCode);
    }

    [Theory]
    [InlineData("client_id", "alpha")]
    [InlineData("client_id", "nobody")]
    [InlineData("redirect_uri", "https://evil.example/callback")]
    [InlineData("redirect_uri", "http://127.0.0.1.evil.example/")]
    [InlineData("redirect_uri", "http://user@127.0.0.1/")]
    [InlineData("redirect_uri", "not a uri")]
    [InlineData("redirect_uri", "//127.0.0.1/")]
    [InlineData("redirect_uri", "http://127.0.0.1:9/")]
    [InlineData("redirect_uri", "http://127.0.0.1:9/callback/more")]
    [InlineData("redirect_uri", "http://127.0.0.1:9/callback?next=1")]
    [InlineData("redirect_uri", "http://127.0.0.1:9/x/../callback")]
    [InlineData("redirect_uri", "http://127.1:9/callback")]
    [InlineData("redirect_uri", "https://127.0.0.1:9/callback")]
    public async Task Authorize_UnknownClientOrRedirect_AnswersWithoutARedirect(string parameter, string value)
    {
        using var response = await Authorize((parameter, value));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Null(response.Headers.Location);
    }

    [Theory]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("code_challenge", "ü9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "invalid_request")]
    [InlineData("scope", "audit.read", "invalid_scope")]
    [InlineData("login_hint", "nobody-has-this", "login_required")]
    public async Task Authorize_WithAFault_RedirectsBackWithTheError(string parameter, string value, string error)
    {
        using var response = await Authorize((parameter, value));
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Contains($"error={error}", response.Headers.Location!.Query, StringComparison.Ordinal);
        Assert.Contains("state=s-1", response.Headers.Location!.Query, StringComparison.Ordinal);
        Assert.DoesNotContain("code=", response.Headers.Location!.Query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/ü")]
    [InlineData("http://127.0.0.1:9/a\r\nX-Injected: 1")]
    public async Task Authorize_RedirectWithOddCharacters_IsEscapedOrRefused(string redirect)
    {
        using var response = await Authorize(("redirect_uri", redirect));
        Assert.True(response.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.BadRequest, $"{response.StatusCode}");
        Assert.False(response.Headers.Contains("X-Injected"));
    }

    [Theory]
    [InlineData("http://0.0.0.0:5101", "cannot be the issuer")]
    [InlineData("http://coalition.example", "cannot be the issuer")]
    [InlineData("not a url", "cannot be the issuer")]
    public void IssuerUrl_InvalidOrInsecure_IsRefusedAtTheStart(string url, string problem)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Gateway.Build([], options => options.IssuerUrl = url));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Partner_CannotTakeTheIdOfAnotherClient()
    {
        var refusal = await Refusals.Refused(Grpc.Core.StatusCode.InvalidArgument, "FIELD_INVALID", () => coalition.Gateway.Operator.Programmes.RegisterPartnerAsync(
            new V1.RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new V1.Partner { PartnerId = "test-operator", DisplayName = "Me too" } }));
        Assert.Equal("partner.partner_id", Assert.Single(refusal.Fields).Field);
    }

    [Fact]
    public async Task Authorize_OutsideTheSandbox_SignsNobodyIn()
    {
        await using var gateway = await TestGateway.Start(configure: options => options.Sandbox = false);
        var (status, location) = await gateway.Authorize("anybody", ("prompt", "none"));
        Assert.Equal(HttpStatusCode.Redirect, status);
        Assert.Contains("error=login_required", location!.Query, StringComparison.Ordinal);

        // Without prompt=none the member can sign in on the page, whatever the login_hint says.
        (_, location) = await gateway.Authorize("anybody");
        Assert.StartsWith($"{gateway.Options.HttpUrl}/sign-in?return=", location!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MemberToken_ServesAllProgrammesOfTheMember()
    {
        var member = await coalition.Member(coalition.Alpha, coalition.Beta);
        var subjects = new List<string>();
        foreach (var number in member.Numbers.Values)
        {
            subjects.Add(new JsonWebToken(await coalition.Gateway.SignIn(number)).Subject);
        }

        Assert.Single(subjects.Distinct());
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private async Task<HttpResponseMessage> Redeem(string code, string verifier, string redirect, string client) => await coalition.Gateway.Http.PostAsync(
        $"{Url}/oauth/token", Form(("grant_type", "authorization_code"), ("code", code), ("code_verifier", verifier), ("redirect_uri", redirect), ("client_id", client)));

    private async Task<HttpResponseMessage> Authorize(params (string Name, string Value)[] changed)
    {
        var member = await coalition.Member(coalition.Alpha);
        var query = new Dictionary<string, string>
        {
            ["response_type"] = "code", ["client_id"] = TestGateway.App, ["redirect_uri"] = TestGateway.Redirect, ["state"] = "s-1",
            ["code_challenge"] = _challenge, ["code_challenge_method"] = "S256", ["login_hint"] = member.Numbers[coalition.Alpha.ProgrammeId],
        };
        foreach (var (name, value) in changed)
        {
            query[name] = value;
        }

        return await coalition.Gateway.Http.GetAsync($"{Url}/oauth/authorize?{string.Join('&', query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"))}");
    }

    private async Task<string> Code()
    {
        using var response = await Authorize();
        return Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(response.Headers.Location!.Query)["code"]!;
    }
}
