using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CoalitionGateway.Tests.Platform.OAuth;

/// <summary>Refresh tokens, id tokens and the grants that they belong to.</summary>
public sealed class RefreshTests(TestCoalition coalition)
{
    private const string _scope = "openid offline_access balances.read programmes.read";

    private TestGateway Gateway => coalition.Gateway;

    [Fact]
    public async Task Refresh_GivesNewTokens_OfTheSameGrant()
    {
        var first = await Gateway.SignInFor(await Number(), _scope);
        var second = await Refresh(first.RefreshToken);
        Assert.Equal(HttpStatusCode.OK, second.Status);
        var (before, after) = (new JsonWebToken(first.AccessToken), new JsonWebToken(second.AccessToken));
        Assert.Equal((before.Subject, before.GetClaim("grant_id").Value, before.GetClaim("auth_time").Value), (after.Subject, after.GetClaim("grant_id").Value, after.GetClaim("auth_time").Value));
        Assert.NotEqual(before.Id, after.Id);
        Assert.Null(await Gateway.Problem(second.AccessToken));
        Assert.NotEqual(first.RefreshToken, second.RefreshToken);
    }

    [Fact]
    public async Task RefreshToken_UsedTwice_EndsItsWholeFamily()
    {
        var first = await Gateway.SignInFor(await Number(), _scope);
        var second = await Refresh(first.RefreshToken);
        Assert.Null(await Gateway.Problem(second.AccessToken));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), await Outcome(Refresh(first.RefreshToken)));
        Assert.Equal("revoked", await Gateway.Problem(first.AccessToken));
        Assert.Equal("revoked", await Gateway.Problem(second.AccessToken));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), await Outcome(Refresh(second.RefreshToken)));
    }

    [Fact]
    public async Task RefreshToken_UsedByManyAtOnce_GivesTokensToOneAtMost_AndTheseEnd()
    {
        var first = await Gateway.SignInFor(await Number(), _scope);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Refresh(first.RefreshToken)));
        Assert.InRange(answers.Count(answer => answer.Status == HttpStatusCode.OK), 0, 1);
        foreach (var answer in answers.Where(answer => answer.Status == HttpStatusCode.OK))
        {
            Assert.Equal("revoked", await Gateway.Problem(answer.AccessToken));
            Assert.Equal("invalid_grant", (await Refresh(answer.RefreshToken)).Error);
        }

        // Nor does the grant let a token live that was issued at the same moment.
        await using var table = AuthorityDatabase.Open(Gateway.Options);
        var grant = new JsonWebToken(first.AccessToken).GetClaim("grant_id").Value;
        Assert.Empty(table.Query($"SELECT id FROM {AuthorityDatabase.Schema}app_grant WHERE id = '{grant}' AND status = 'valid'"));
    }

    [Fact]
    public async Task RefreshToken_OfAnotherClient_OrMadeUp_IsRefused()
    {
        var first = await Gateway.SignInFor(await Number(), _scope);
        Assert.Equal("invalid_grant", (await Refresh("made-up")).Error);
        var other = await Gateway.Post("/oauth/token", [
            ("grant_type", "refresh_token"), ("refresh_token", first.RefreshToken), ("client_id", coalition.Alpha.ClientId), ("client_secret", coalition.Alpha.Secret),
        ]);
        Assert.Equal(HttpStatusCode.BadRequest, other.Status);

        // The attempt of a stranger harms nobody.
        Assert.Equal(HttpStatusCode.OK, (await Refresh(first.RefreshToken)).Status);
    }

    [Fact]
    public async Task Refresh_ForFewerScopes_NarrowsTheToken_AndForMore_IsRefused()
    {
        var first = await Gateway.SignInFor(await Number(), _scope);
        var narrowed = await Refresh(first.RefreshToken, "balances.read");
        Assert.Equal("balances.read", new JsonWebToken(narrowed.AccessToken).GetClaim("scope").Value);
        Assert.NotEqual(HttpStatusCode.OK, (await Refresh(narrowed.RefreshToken, "pools.write")).Status);
    }

    [Fact]
    public async Task SignIn_WithoutOfflineAccess_GivesNoRefreshToken() =>
        Assert.False((await Gateway.SignInFor(await Number(), "balances.read")).Body.TryGetProperty("refresh_token", out _));

    [Fact]
    public async Task RefreshToken_Revoked_EndsTheGrant()
    {
        var first = await Gateway.SignInFor(await Number(), _scope);
        Assert.Equal(HttpStatusCode.OK, (await Gateway.Post("/oauth/revoke", [("token", first.RefreshToken), ("client_id", TestGateway.App)])).Status);
        Assert.Equal("revoked", await Gateway.Problem(first.AccessToken));
        Assert.Equal("invalid_grant", (await Refresh(first.RefreshToken)).Error);
    }

    [Fact]
    public async Task IdToken_IsForTheApp_AndNoAccessToken()
    {
        var answer = await Gateway.SignInFor(await Number(), _scope, ("nonce", "n-1"));
        var token = new JsonWebToken(answer.Body.GetProperty("id_token").GetString());
        Assert.Equal(("ES256", Gateway.Options.Issuer, TestGateway.App, "n-1"), (token.Alg, token.Issuer, Assert.Single(token.Audiences), token.GetClaim("nonce").Value));
        Assert.Equal(new JsonWebToken(answer.AccessToken).Subject, token.Subject);
        Assert.NotEmpty(token.GetClaim("auth_time").Value);
        Assert.False(token.TryGetPayloadValue<string>("caller_kind", out _));
        Assert.Equal("wrong_audience", await Gateway.Problem(token.EncodedToken));
    }

    [Fact]
    public async Task AccessToken_HasTheClaimsOfItsProfileAlone()
    {
        var token = new JsonWebToken((await Gateway.SignInFor(await Number(), _scope)).AccessToken);
        Assert.Equal(
            ["amr", "aud", "auth_time", "caller_kind", "client_id", "exp", "grant_id", "iat", "iss", "jti", "nbf", "scope", "sub"],
            token.Claims.Select(claim => claim.Type).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Sweep_DeletesWhatExpiredADayAgo_AndNothingElse()
    {
        var (old, young) = (await Gateway.SignInFor(await Number(), _scope), await Gateway.SignInFor(await Number(), _scope));
        var grant = new JsonWebToken(old.AccessToken).GetClaim("grant_id").Value;
        await using var table = AuthorityDatabase.Open(Gateway.Options);
        var (tokens, grants) = ($"{AuthorityDatabase.Schema}token", $"{AuthorityDatabase.Schema}app_grant");
        table.Execute($"UPDATE {tokens} SET expiration_date = '2020-01-01 00:00:00' WHERE authorization_id = '{grant}'");
        table.Execute($"UPDATE {grants} SET creation_date = '2020-01-01 00:00:00' WHERE id = '{grant}'");
        await Gateway.Services.GetRequiredService<CoalitionGateway.Platform.Access.AuthorityTables>().Sweep(CancellationToken.None);

        Assert.Empty(table.Query($"SELECT id FROM {tokens} WHERE authorization_id = '{grant}'"));
        Assert.Empty(table.Query($"SELECT id FROM {grants} WHERE id = '{grant}'"));
        Assert.Equal("invalid_grant", (await Refresh(old.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.OK, (await Refresh(young.RefreshToken)).Status);
    }

    [Fact]
    public async Task Refresh_AfterTheMemberWasErased_IsRefused()
    {
        var member = await coalition.Member(coalition.Alpha);
        var first = await Gateway.SignInFor(member.Numbers[coalition.Alpha.ProgrammeId], _scope);
        await member.Client.Privacy.EraseMemberAsync(new V1.EraseMemberRequest { RequestId = RequestIds.New() });
        Assert.Equal("invalid_grant", (await Refresh(first.RefreshToken)).Error);

        // Nothing of the member stays at the authority.
        await using var table = AuthorityDatabase.Open(Gateway.Options);
        foreach (var name in new[] { "token", "app_grant", "sign_in_session" })
        {
            Assert.Empty(table.Query($"SELECT id FROM {AuthorityDatabase.Schema}{name} WHERE subject = '{new JsonWebToken(first.AccessToken).Subject}'"));
        }
    }

    private static async Task<(HttpStatusCode, string?)> Outcome(Task<OAuthAnswer> asked)
    {
        var answer = await asked;
        return (answer.Status, answer.Error);
    }

    private Task<OAuthAnswer> Refresh(string token, string? scope = null) => Gateway.Post("/oauth/token", [
        ("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", TestGateway.App), .. scope is null ? [] : new[] { ("scope", scope) },
    ]);

    private async Task<string> Number() => (await coalition.Member(coalition.Alpha)).Numbers[coalition.Alpha.ProgrammeId];
}
