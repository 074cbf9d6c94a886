using System.Net;
using System.Security.Cryptography;
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
    public async Task Code_WithTheContentOfAnotherCodeInTheTable_IsRefused()
    {
        var (own, others) = (await coalition.Gateway.Code(await Number()), await coalition.Gateway.Code(await Number(), _unreserved));
        await using (var table = AuthorityDatabase.Open(coalition.Gateway.Options))
        {
            // Somebody who can only write to the table gives their code the content of another member's.
            table.Execute($"UPDATE {AuthorityDatabase.Schema}token SET payload = (SELECT payload FROM {AuthorityDatabase.Schema}token WHERE reference_id = '{Stored(others)}') WHERE reference_id = '{Stored(own)}'");
        }

        Assert.Equal("invalid_grant", (await coalition.Gateway.Redeem(own)).Error);
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

    /// <summary>A code as the table has it: a hash, so that somebody who reads the table cannot redeem it.</summary>
    private static string Stored(string code) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(code)));

    private async Task<string> Number() => (await coalition.Member(coalition.Alpha)).Numbers[coalition.Alpha.ProgrammeId];
}
