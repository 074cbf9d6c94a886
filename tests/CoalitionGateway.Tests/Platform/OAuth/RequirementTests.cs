using System.Net;
using Microsoft.AspNetCore.WebUtilities;

namespace CoalitionGateway.Tests.Platform.OAuth;

/// <summary>
/// The authority refuses these requests. Each row names its requirement. Assertions (RFC 7523) are in <see cref="AssertionTests"/>, certificates
/// (RFC 8705) in ClientCertificateTests.
/// </summary>
public sealed class RequirementTests(TestCoalition coalition)
{
    private const string _refused = "400 invalid_request";

    private static readonly Dictionary<string, (string Outcome, Func<RequirementTests, Task<string>> Ask)> _rows = new(StringComparer.Ordinal)
    {
        ["RFC 7636, 4.1: a verifier of 42 characters is too short"] = ("400 invalid_grant", own => own.Verified(new string('a', 42))),
        ["RFC 7636, 4.1: a verifier of 129 characters is too long"] = ("400 invalid_grant", own => own.Verified(new string('a', 129))),
        ["RFC 7636, 4.1: a verifier has no other characters than unreserved ones"] = ("400 invalid_grant", own => own.Verified(new string('a', 42) + "+")),
        ["RFC 7636, 4.2: plain is no method for who can do S256"] = ("back with invalid_request", own => own.Authorize(("code_challenge_method", "plain"))),
        ["RFC 7636, 4.2: a method that nobody knows"] = ("back with invalid_request", own => own.Authorize(("code_challenge_method", "S512"))),
        ["RFC 7636, 4.3: without a method the challenge would be plain"] = ("back with invalid_request", own => own.Authorize(("code_challenge_method", ""))),
        ["RFC 7636, 4.4.1: a request without a challenge"] = ("back with invalid_request", own => own.Authorize(("code_challenge", ""), ("code_challenge_method", ""))),
        ["RFC 7636, 4.5: a code without its verifier"] = ("400 invalid_request", own => own.Redeem(("code_verifier", ""))),
        ["RFC 7636, 4.6: another verifier than the challenge's"] = ("400 invalid_grant", own => own.Redeem(("code_verifier", new string('b', 43)))),
        ["RFC 7636, 4.6: the challenge as the verifier"] = ("400 invalid_grant", own => own.Redeem(("code_verifier", OAuthForms.Challenge(OAuthForms.Verifier)))),

        ["RFC 9126, 2.1: a pushed request names no other request"] = (_refused, own => own.Push(("request_uri", "urn:ietf:params:oauth:request_uri:x"))),
        ["RFC 9126, 2.1: a client that has a secret proves itself"] = ("401 invalid_client", own => own.Push(("client_id", "alpha"))),
        ["RFC 9126, 2.1: a wrong secret proves nothing"] = ("401 invalid_client", own => own.Push(("client_id", "alpha"), ("client_secret", "wrong"))),
        ["RFC 9126, 2.1: a pushed request is checked as any"] = (_refused, own => own.Push(("code_challenge", ""), ("code_challenge_method", ""))),
        ["RFC 9126, 2.3: a parameter that is sent twice"] = (_refused, own => own.Push(("response_type", "code"), ("redirect_uri", TestGateway.Redirect), ("redirect_uri", TestGateway.Redirect + "2"))),
        ["RFC 9126, 2.3: another verb than POST"] = ("405", async own => await own.Get("/oauth/par")),
        ["RFC 9126, 2.4: only a redirect that is registered"] = (_refused, own => own.Push(("redirect_uri", "https://evil.example/callback"))),
        ["RFC 9126, 4: a request that nobody pushed"] = ("400", own => own.Get($"/oauth/authorize?client_id={TestGateway.App}&request_uri=urn:ietf:params:oauth:request_uri:made-up")),
        ["RFC 9126, 4: a pushed request is of one client"] = ("400", async own => await own.Get($"/oauth/authorize?client_id=alpha&request_uri={await own.Pushed()}")),
        ["RFC 9126, 4: a pushed request counts once"] = ("400", async own => await own.Twice(await own.Pushed())),
        ["RFC 9101, 5: a request that is fetched from elsewhere"] = ("400", own => own.Get($"/oauth/authorize?client_id={TestGateway.App}&request_uri=https://evil.example/request")),

        ["RFC 9700, 2.1: a redirect with more path"] = ("400", own => own.Authorize(("redirect_uri", TestGateway.Redirect + "/more"))),
        ["RFC 9700, 2.1: a redirect with a query"] = ("400", own => own.Authorize(("redirect_uri", TestGateway.Redirect + "?to=evil.example"))),
        ["RFC 9700, 2.1: a redirect with a fragment"] = ("400", own => own.Authorize(("redirect_uri", TestGateway.Redirect + "#x"))),
        ["RFC 9700, 2.1: a redirect in other letters"] = ("400", own => own.Authorize(("redirect_uri", TestGateway.Redirect.Replace("callback", "Callback", StringComparison.Ordinal)))),
        ["RFC 9700, 2.1: a redirect with a user before the host"] = ("400", own => own.Authorize(("redirect_uri", "http://127.0.0.1@evil.example/callback"))),
        ["RFC 9700, 2.1: no redirect to who is not known"] = ("400", own => own.Authorize(("client_id", "nobody"))),
        ["RFC 9700, 2.1.1: a code of another redirect"] = ("400 invalid_grant", own => own.Redeem(("redirect_uri", TestGateway.Redirect.Replace("/callback", ":7/callback", StringComparison.Ordinal)))),
        ["RFC 9700, 2.1.1: a code of another client"] = ("400 invalid_grant", own => own.Redeem(("client_id", "test-console"))),
        ["RFC 9700, 2.1.1: a code that was used"] = ("400 invalid_grant", own => own.RedeemTwice()),
        ["RFC 9700, 2.1.2: no token in the answer of the authorization endpoint"] = ("back with unsupported_response_type", own => own.Authorize(("response_type", "token"))),
        ["RFC 9700, 2.1.2: no token beside a code"] = ("back with unsupported_response_type", own => own.Authorize(("response_type", "code token"))),
        ["RFC 9700, 2.2.2: a refresh token of another client"] = ("400 invalid_grant", own => own.Refresh(("client_id", "test-console"))),
        ["RFC 9700, 2.2.2: a refresh token that was used"] = ("400 invalid_grant", own => own.RefreshTwice()),
        ["RFC 9700, 2.2.2: more scopes than were granted"] = ("400 invalid_grant", own => own.Refresh(("scope", "balances.read transfers.write"))),
        ["RFC 9700, 2.3: a scope that the client does not have"] = ("back with invalid_scope", own => own.Authorize(("scope", "earning.write"))),
        ["RFC 9700, 2.4: no grant by a password"] = ("400 unsupported_grant_type", own => own.Token(("grant_type", "password"), ("client_id", TestGateway.App), ("username", "ann"), ("password", "x"))),
        ["RFC 9700, 2.5: a public client has no tokens for itself"] = ("400 unauthorized_client", own => own.Token(("grant_type", "client_credentials"), ("client_id", TestGateway.App))),
        ["RFC 9700, 2.6: the authorization endpoint serves no scripts of other pages"] = ("none", own => own.AllowedOrigin()),
        ["RFC 9700, 4.3.1: a token endpoint that reads no address"] = ("405", own => own.Get($"/oauth/token?grant_type=client_credentials&client_id=alpha&client_secret={own.Coalition.Alpha.Secret}")),
    };

    public static TheoryData<string> Rows => [.. _rows.Keys];

    private TestCoalition Coalition => coalition;

    private TestGateway Gateway => coalition.Gateway;

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Requirement_IsHeld(string row) => Assert.Equal(_rows[row].Outcome, await _rows[row].Ask(this));

    private async Task<string> Number() => (await coalition.Member(coalition.Alpha)).Numbers["alpha-points"];

    private async Task<string> Authorize(params (string Name, string Value)[] changed)
    {
        var (status, location) = await Gateway.Authorize(await Number(), changed);
        return location is null ? $"{(int)status}" : $"back with {QueryHelpers.ParseQuery(location.Query)["error"]}";
    }

    private async Task<string> Verified(string verifier) => Text(await Gateway.Redeem(await Gateway.Code(await Number(), verifier), verifier));

    private async Task<string> Redeem(params (string Name, string Value)[] changed) => Text(await Post(await Form(), changed));

    private async Task<string> RedeemTwice()
    {
        var form = await Form();
        Assert.Null((await Post(form)).Error);
        return Text(await Post(form));
    }

    private async Task<string> Refresh(params (string Name, string Value)[] changed) => Text(await Post(await RefreshForm(), changed));

    private async Task<string> RefreshTwice()
    {
        var form = await RefreshForm();
        Assert.Null((await Post(form)).Error);
        return Text(await Post(form));
    }

    private Task<string> Token(params (string Name, string Value)[] form) => Text(Post(form));

    private Task<string> Push(params (string Name, string Value)[] changed) => Text(Gateway.Post("/oauth/par", Changed(Request(""), changed)));

    private async Task<string> Pushed()
    {
        var pushed = await Gateway.Post("/oauth/par", Request(await Number()));
        return Uri.EscapeDataString(pushed.Body.GetProperty("request_uri").GetString()!);
    }

    private async Task<string> Twice(string reference)
    {
        var path = $"/oauth/authorize?client_id={TestGateway.App}&request_uri={reference}";
        Assert.Equal("302", await Get(path));
        return await Get(path);
    }

    private async Task<string> Get(string path)
    {
        using var answer = await Gateway.Http.GetAsync(Gateway.Options.HttpUrl + path, TestContext.Current.CancellationToken);
        return $"{(int)answer.StatusCode}";
    }

    private async Task<string> AllowedOrigin()
    {
        using var asked = new HttpRequestMessage(HttpMethod.Options, $"{Gateway.Options.HttpUrl}/oauth/authorize") { Headers = { { "Origin", "https://evil.example" }, { "Access-Control-Request-Method", "GET" } } };
        using var answer = await Gateway.Http.SendAsync(asked, TestContext.Current.CancellationToken);
        return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var origins) ? string.Join(' ', origins) : "none";
    }

    private async Task<(string Name, string Value)[]> Form() =>
    [
        ("grant_type", "authorization_code"), ("code", await Gateway.Code(await Number())), ("code_verifier", OAuthForms.Verifier),
        ("redirect_uri", TestGateway.Redirect), ("client_id", TestGateway.App),
    ];

    private async Task<(string Name, string Value)[]> RefreshForm() =>
    [
        ("grant_type", "refresh_token"), ("refresh_token", (await Gateway.SignInFor(await Number(), "balances.read offline_access")).RefreshToken), ("client_id", TestGateway.App),
    ];

    private static (string Name, string Value)[] Request(string number) =>
    [
        ("response_type", "code"), ("client_id", TestGateway.App), ("redirect_uri", TestGateway.Redirect), ("login_hint", number), ("scope", "balances.read"),
        ("code_challenge", OAuthForms.Challenge(OAuthForms.Verifier)), ("code_challenge_method", "S256"),
    ];

    private Task<OAuthAnswer> Post((string Name, string Value)[] form, params (string Name, string Value)[] changed) => Gateway.Post("/oauth/token", Changed(form, changed));

    private static (string Name, string Value)[] Changed((string Name, string Value)[] form, (string Name, string Value)[] changed) =>
        [.. form.Where(field => changed.All(other => other.Name != field.Name)), .. changed.Where(field => field.Value.Length > 0)];

    private static async Task<string> Text(Task<OAuthAnswer> answer) => Text(await answer);

    private static string Text(OAuthAnswer answer) => answer.Status == HttpStatusCode.OK ? "a token" : $"{(int)answer.Status} {answer.Error}";
}
