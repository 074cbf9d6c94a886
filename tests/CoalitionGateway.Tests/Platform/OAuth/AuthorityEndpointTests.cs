using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CoalitionGateway.Tests.Platform.OAuth;

/// <summary>Pushed requests (RFC 9126), introspection (RFC 7662) and token exchange (RFC 8693) at the embedded authority.</summary>
public sealed class AuthorityEndpointTests(TestCoalition coalition)
{
    private TestGateway Gateway => coalition.Gateway;

    [Fact]
    public async Task PushedRequest_IsUsedOnce_AndItsParametersCount()
    {
        var number = await Number();
        var pushed = await Push(("login_hint", number), ("scope", "balances.read"), ("state", "s-2"));
        Assert.Equal(HttpStatusCode.Created, pushed.Status);
        Assert.InRange(pushed.Body.GetProperty("expires_in").GetInt32(), 590, 600);
        var reference = pushed.Body.GetProperty("request_uri").GetString()!;
        Assert.StartsWith("urn:ietf:params:oauth:request_uri:", reference, StringComparison.Ordinal);

        var answer = await Follow(reference);
        Assert.Equal(("s-2", Gateway.Options.Issuer), (answer["state"].ToString(), answer["iss"].ToString()));
        var token = await Gateway.Redeem(answer["code"].ToString());
        Assert.Equal("balances.read", new JsonWebToken(token.AccessToken).GetClaim("scope").Value);
        Assert.False((await Follow(reference)).ContainsKey("code"));
    }

    [Theory]
    [InlineData("redirect_uri", "https://evil.example/callback", "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("scope", "audit.read", "invalid_scope")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request")]
    public async Task PushedRequest_WithAFault_IsRefused(string parameter, string value, string error) =>
        Assert.Equal((HttpStatusCode.BadRequest, error), await Outcome(Push((parameter, value))));

    [Fact]
    public async Task PushedRequest_OfAnotherClient_IsRefused()
    {
        var pushed = await Push(("login_hint", await Number()));
        var (status, location) = await Get($"/oauth/authorize?client_id=alpha&request_uri={Uri.EscapeDataString(pushed.Body.GetProperty("request_uri").GetString()!)}");
        Assert.Equal((HttpStatusCode.BadRequest, null), (status, location));
    }

    [Fact]
    public async Task Introspection_TellsAClientOfItsOwnTokens_UntilTheyEnd()
    {
        var token = await Gateway.TokenOf("alpha", coalition.Alpha.Secret, "earning.write");
        var told = (await Introspect(token, coalition.Alpha)).Body;
        Assert.Equal((true, "alpha", "alpha"), (told.GetProperty("active").GetBoolean(), told.GetProperty("sub").GetString(), told.GetProperty("client_id").GetString()));
        Assert.Equal(("earning.write", Gateway.Options.Issuer), (told.GetProperty("scope").GetString(), told.GetProperty("iss").GetString()));

        Assert.False((await Introspect(token, coalition.Beta)).Body.GetProperty("active").GetBoolean());
        Assert.False((await Introspect("garbage", coalition.Alpha)).Body.GetProperty("active").GetBoolean());
        Assert.Equal("invalid_client", (await Gateway.Post("/oauth/introspect", [("token", token), ("client_id", "alpha"), ("client_secret", "wrong")])).Error);

        await Gateway.Post("/oauth/revoke", [("token", token), ("client_id", "alpha"), ("client_secret", coalition.Alpha.Secret)]);
        Assert.Equal(["active"], (await Introspect(token, coalition.Alpha)).Body.EnumerateObject().Select(part => part.Name));
        Assert.False((await Introspect(token, coalition.Alpha)).Body.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Exchange_Narrows_AndNeverWidens()
    {
        var token = await Gateway.TokenOf("alpha", coalition.Alpha.Secret, "earning.write programmes.read");
        var narrowed = await Exchange(token, coalition.Alpha, "programmes.read");
        Assert.Equal((HttpStatusCode.OK, "urn:ietf:params:oauth:token-type:access_token"), (narrowed.Status, narrowed.Body.GetProperty("issued_token_type").GetString()));
        var (before, after) = (new JsonWebToken(token), new JsonWebToken(narrowed.AccessToken));
        Assert.Equal((before.Subject, "partner", "programmes.read"), (after.Subject, after.GetClaim("caller_kind").Value, after.GetClaim("scope").Value));
        Assert.True(after.ValidTo <= before.ValidTo);
        Assert.Null(await Gateway.Problem(narrowed.AccessToken));
        await Refusals.Refused(StatusCode.PermissionDenied, "SCOPE_MISSING", () => Gateway.WithToken(narrowed.AccessToken).Earning.RecordPurchaseAsync(new V1.RecordPurchaseRequest()));

        Assert.Equal("invalid_scope", (await Exchange(narrowed.AccessToken, coalition.Alpha, "earning.write")).Error);
        Assert.Equal("invalid_scope", (await Exchange(token, coalition.Alpha, "")).Error);
        Assert.Equal("invalid_grant", (await Exchange(token, coalition.Beta, "programmes.read")).Error);
    }

    [Fact]
    public async Task Exchange_OfARevokedToken_IsRefused()
    {
        var token = await Gateway.TokenOf("alpha", coalition.Alpha.Secret, "earning.write programmes.read");
        await Gateway.Post("/oauth/revoke", [("token", token), ("client_id", "alpha"), ("client_secret", coalition.Alpha.Secret)]);
        Assert.Equal("invalid_grant", (await Exchange(token, coalition.Alpha, "programmes.read")).Error);
    }

    private static async Task<(HttpStatusCode, string?)> Outcome(Task<OAuthAnswer> asked)
    {
        var answer = await asked;
        return (answer.Status, answer.Error);
    }

    private Task<OAuthAnswer> Introspect(string token, TestPartner client) =>
        Gateway.Post("/oauth/introspect", [("token", token), ("client_id", client.ClientId), ("client_secret", client.Secret)]);

    private Task<OAuthAnswer> Exchange(string token, TestPartner client, string scope) => Gateway.Post("/oauth/token", [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("subject_token", token), ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ("client_id", client.ClientId), ("client_secret", client.Secret), ("scope", scope),
    ]);

    private Task<OAuthAnswer> Push(params (string Name, string Value)[] changed)
    {
        var form = new Dictionary<string, string>
        {
            ["client_id"] = TestGateway.App, ["response_type"] = "code", ["redirect_uri"] = TestGateway.Redirect,
            ["code_challenge"] = OAuthForms.Challenge(OAuthForms.Verifier), ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changed)
        {
            form[name] = value;
        }

        return Gateway.Post("/oauth/par", [.. form.Select(field => (field.Key, field.Value))]);
    }

    private async Task<Dictionary<string, Microsoft.Extensions.Primitives.StringValues>> Follow(string reference)
    {
        var (_, location) = await Get($"/oauth/authorize?client_id={TestGateway.App}&request_uri={Uri.EscapeDataString(reference)}");
        return QueryHelpers.ParseQuery(location?.Query);
    }

    private async Task<(HttpStatusCode Status, Uri? Location)> Get(string path)
    {
        using var response = await Gateway.Http.GetAsync(Gateway.Options.HttpUrl + path);
        return (response.StatusCode, response.Headers.Location);
    }

    private async Task<string> Number() => (await coalition.Member(coalition.Alpha)).Numbers[coalition.Alpha.ProgrammeId];
}
