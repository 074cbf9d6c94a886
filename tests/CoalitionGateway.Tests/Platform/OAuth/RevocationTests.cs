using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CoalitionGateway.Ledger;
using Grpc.Core;

namespace CoalitionGateway.Tests.Platform.OAuth;

/// <summary>RFC 7009 at the embedded issuer.</summary>
public sealed class RevocationTests(TestCoalition coalition)
{
    private TestGateway Gateway => coalition.Gateway;

    [Fact]
    public async Task Metadata_NamesTheEndpoint() => Assert.Equal(
        $"{Gateway.Options.HttpUrl}/oauth/revoke",
        (string?)(await Gateway.Http.GetFromJsonAsync<JsonObject>($"{Gateway.Options.HttpUrl}/.well-known/oauth-authorization-server"))!["revocation_endpoint"]);

    [Fact]
    public async Task Token_RevokedByItsClient_IsRefusedAndOthersAreNot()
    {
        var token = await Gateway.TokenOf(CallerKind.Operator, "programmes.read");
        var other = await Gateway.TokenOf(CallerKind.Operator, "programmes.read");
        Assert.Null(await Problem(token));
        Assert.Equal(HttpStatusCode.OK, await Gateway.Revoke(token));
        Assert.Equal("revoked", await Problem(token));

        // Some bits of the last character have no meaning. Changing them gives another spelling of the same token.
        Assert.NotNull(await Problem(token[..^1] + (char)(token[^1] + 1)));
        Assert.Null(await Problem(other));
        Assert.Equal(HttpStatusCode.OK, await Gateway.Revoke(token));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("a.b.c")]
    public async Task Token_Invalid_IsAnsweredLikeARevokedOne(string token) => Assert.Equal(HttpStatusCode.OK, await Gateway.Revoke(token));

    [Fact]
    public async Task Token_OfAnotherClient_IsNotRevoked()
    {
        var token = await Gateway.TokenOf(coalition.Alpha.ClientId, coalition.Alpha.Secret, "programmes.read");
        Assert.Equal(HttpStatusCode.BadRequest, await Gateway.Revoke(token));
        Assert.Null(await Problem(token));
    }

    [Theory]
    [InlineData("invalid_client", 401, "token=x")]
    [InlineData("invalid_client", 401, "token=x&client_id=test-operator&client_secret=wrong")]
    [InlineData("invalid_client", 401, "token=x&client_id=test-operator")]
    [InlineData("invalid_request", 400, "client_id=test-app")]
    [InlineData("invalid_request", 400, "client_id=test-app&token=x&token=y")]
    public async Task Revocation_Refused_SaysWhy(string error, int status, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.ASCII, "application/x-www-form-urlencoded");
        using var response = await Gateway.Http.PostAsync($"{Gateway.Options.HttpUrl}/oauth/revoke", content);
        Assert.Equal((status, error), ((int)response.StatusCode, (string?)(await response.Content.ReadFromJsonAsync<JsonObject>())!["error"]));
    }

    [Fact]
    public async Task Token_OfAMember_IsRevokedByTheApp()
    {
        var member = await coalition.Member(coalition.Alpha);
        var token = await Gateway.SignIn(member.Numbers[coalition.Alpha.ProgrammeId]);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["token"] = token, ["client_id"] = TestGateway.App });
        using var response = await Gateway.Http.PostAsync($"{Gateway.Options.HttpUrl}/oauth/revoke", form);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("revoked", await Problem(token));
    }

    private async Task<string?> Problem(string token)
    {
        var (failed, _) = await RawCalls.Call(Gateway.Channel, "ProgrammeService/ListProgrammes", [], token);
        Assert.True(failed is null or { StatusCode: StatusCode.Unauthenticated }, $"{failed?.Status}");
        return failed is null ? null : GatewayRefusal.From(failed)!.Metadata["problem"];
    }
}
