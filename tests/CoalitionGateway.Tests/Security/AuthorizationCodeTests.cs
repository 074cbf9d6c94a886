using System.Net;
using System.Text;
using CoalitionGateway.Platform.OAuth;

namespace CoalitionGateway.Tests.Security;

/// <summary>Authorization codes, their verifiers, and the limits of the damage if somebody else sees a code.</summary>
public sealed class AuthorizationCodeTests(TestCoalition coalition)
{
    private static readonly string _unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    public static TheoryData<int, char, bool> Verifiers => new()
    {
        { 42, 'a', false }, { 43, 'a', true }, { 128, '~', true }, { 129, 'a', false }, { 200, 'a', false }, { 1, 'a', false }, { 0, 'a', false },
        { 43, '+', false }, { 43, ' ', false }, { 43, 'å', false }, { 43, '\n', false },
    };

    [Theory]
    [MemberData(nameof(Verifiers))]
    public async Task Verifier_MustHave43To128UnreservedCharacters(int length, char letter, bool isGood)
    {
        var verifier = new string(letter, length);
        var code = await coalition.Gateway.Code(await Number(), verifier);
        Assert.Equal(isGood ? HttpStatusCode.OK : HttpStatusCode.BadRequest, (await coalition.Gateway.Redeem(code, verifier)).Status);
    }

    [Fact]
    public async Task Verifier_MayHoldEveryUnreservedCharacter() => Assert.Equal(
        HttpStatusCode.OK, (await coalition.Gateway.Redeem(await coalition.Gateway.Code(await Number(), _unreserved), _unreserved)).Status);

    [Theory]
    [InlineData("=9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")]
    [InlineData(" 9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")]
    [InlineData("+9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")]
    public async Task Challenge_NotAHash_IsRefused(string challenge)
    {
        var (_, location) = await coalition.Gateway.Authorize(await Number(), ("code_challenge", challenge));
        Assert.Contains("error=invalid_request", location!.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_UsedTwice_EndsTheTokenOfItsFirstUse()
    {
        var code = await coalition.Gateway.Code(await Number());
        var first = await coalition.Gateway.Redeem(code);
        Assert.Null(await coalition.Gateway.Problem(first.AccessToken));
        var second = await coalition.Gateway.Redeem(code);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (second.Status, second.Error));
        Assert.Equal("revoked", await coalition.Gateway.Problem(first.AccessToken));
    }

    [Fact]
    public async Task Code_UsedTwiceAtTwoGateways_EndsTheTokenAtBoth()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, "COALITION_TEST_POSTGRES names no server: several gateways share one.");
        await using var own = new TestCoalition();
        await own.InitializeAsync();
        await using var second = await TestRedis.Replica(own.Gateway, _ => { });
        var code = await own.Gateway.Code((await own.Member(own.Alpha)).Numbers[own.Alpha.ProgrammeId]);
        var token = (await second.Redeem(code)).AccessToken;
        Assert.Equal("invalid_grant", (await own.Gateway.Redeem(code)).Error);
        Assert.Equal("revoked", await own.Gateway.Problem(token));
        await TestRedis.Until(async () => await second.Problem(token) == "revoked");
    }

    [Fact]
    public async Task Code_ForgedInTheTable_IsRefused()
    {
        var (code, number) = (await coalition.Gateway.Code(await Number()), await Number());
        var other = await coalition.Gateway.MemberId(number);
        await using (var table = AuthorityDatabase.Open(coalition.Gateway.Options))
        {
            // The bytes after the MAC are JSON. Here another member's id replaces the code's own.
            var rows = table.Query($"SELECT id, body FROM {AuthorityDatabase.Schema}code WHERE token IS NULL");
            foreach (var row in rows)
            {
                var (id, body) = (Convert.ToHexString((byte[])row[0]), (byte[])row[1]);
                var text = Encoding.UTF8.GetString(body.AsSpan(32));
                var bent = System.Text.RegularExpressions.Regex.Replace(text, "[0-9a-f]{8}-[0-9a-f-]{27}", other);
                var bytes = Convert.ToHexString([.. body.AsSpan(0, 32), .. Encoding.UTF8.GetBytes(bent)]);
                table.Execute(TestDatabase.IsPostgres
                    ? $"UPDATE authority.code SET body = decode('{bytes}', 'hex') WHERE id = decode('{id}', 'hex')"
                    : $"UPDATE code SET body = X'{bytes}' WHERE id = X'{id}'");
            }
        }

        Assert.Equal("invalid_grant", (await coalition.Gateway.Redeem(code)).Error);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/signed-in", true)]
    [InlineData("http://[::1]:49152/signed-in", true)]
    [InlineData("http://127.0.0.1/signed-in", true)]
    [InlineData("http://127.0.0.1:9/callback", false)]
    [InlineData("http://127.0.0.1:9/signed-in/", false)]
    [InlineData("http://127.0.0.1:9/Signed-In", false)]
    [InlineData("http://127.0.0.1:9/signed-in#here", false)]
    [InlineData("http://localhost:9/signed-in", false)]
    [InlineData("http://127.0.0.1:9@evil.example/signed-in", false)]
    public void Redirect_MustBeARegisteredLoopbackPath(string redirect, bool isGood) =>
        Assert.Equal(isGood, LoopbackRedirect.TryRead(redirect, ["/signed-in"], out _));

    private async Task<string> Number() => (await coalition.Member(coalition.Alpha)).Numbers[coalition.Alpha.ProgrammeId];
}
