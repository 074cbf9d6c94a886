using CoalitionGateway.Platform.Access;
using Grpc.Core;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// An authority rotates its key. No call with a valid token is refused, and nobody can cause endless key fetches.
/// </summary>
[Trait("Store", "any")]
public sealed class RotatedKeyTests
{
    private const string _method = "ProgrammeService/ListProgrammes";

    [Fact]
    public async Task Calls_SignedWithTheNextKey_PassAtOnce_EvenAfterAForgedKey()
    {
        var url = TestGateway.FreeUrl();
        await using var authority = new TestAuthority(url);
        await authority.Start();
        await using var gateway = await TestGateway.Start(configure: options => options.Authority = url);
        Assert.Null(await gateway.Problem(authority.Token("ES256", "at+jwt")));
        for (var round = 0; round < 3; round++)
        {
            authority.Rotate($"forged-{round}");
            var forged = authority.Token("ES256", "at+jwt");
            authority.Rotate($"next-{round}");
            Assert.Equal("unknown_key", await gateway.Problem(forged));
            authority.Rotate($"after-{round}");
            var tokens = Enumerable.Range(0, 100).Select(_ => authority.Token("ES256", "at+jwt")).ToArray();
            Assert.All(await Task.WhenAll(tokens.Select(gateway.Problem)), Assert.Null);
        }
    }

    [Fact]
    public async Task ForgedKeys_CauseOneFetchASecondAtMost_AndDelayNoValidCall()
    {
        var url = TestGateway.FreeUrl();
        await using var authority = new TestAuthority(url);
        await authority.Start();
        await using var gateway = await TestGateway.Start(configure: options => options.Authority = url);
        var good = authority.Token("RS256", "at+jwt");
        Assert.Null(await gateway.Problem(good));
        var (before, watch) = (authority.Fetches, System.Diagnostics.Stopwatch.StartNew());
        var forging = Task.WhenAll(Enumerable.Range(0, 2 * AuthorityKeys.MostWaiting).Select(async i =>
        {
            var (failed, _) = await RawCalls.Call(gateway.Channel, _method, [], Forged(gateway, i));
            var refusal = GatewayRefusal.From(failed!);
            return (failed!.StatusCode, refusal?.ReasonText, refusal?.RetryAfter is not null);
        }));
        Assert.Null(await gateway.Problem(authority.Token("RS256", "at+jwt")));
        var answers = await forging;
        Assert.All(answers, answer => Assert.Contains(
            answer, new (StatusCode, string?, bool)[] { (StatusCode.Unauthenticated, "TOKEN_INVALID", false), (StatusCode.Unavailable, "AUTHORITY_UNAVAILABLE", true) }));
        Assert.Contains(answers, answer => answer.StatusCode == StatusCode.Unauthenticated);
        Assert.InRange(authority.Fetches - before, 1, (int)watch.Elapsed.TotalSeconds + 2);
    }

    [Fact]
    public async Task UnknownKey_AuthorityUnreachable_IsUnavailable_WhileKnownKeysStillWork()
    {
        var url = TestGateway.FreeUrl();
        var authority = new TestAuthority(url);
        await authority.Start();
        await using var gateway = await TestGateway.Start(configure: options => options.Authority = url);
        var (known, other) = (authority.Token("ES256", "at+jwt"), authority.Token("RS256", "at+jwt"));
        Assert.Null(await gateway.Problem(known));
        authority.Rotate("next");
        var next = authority.Token("ES256", "at+jwt");
        await authority.DisposeAsync();

        var (failed, _) = await RawCalls.Call(gateway.Channel, _method, [], next);
        var refusal = GatewayRefusal.From(failed!);
        Assert.Equal((StatusCode.Unavailable, "AUTHORITY_UNAVAILABLE", AuthorityKeys.Pause), (failed!.StatusCode, refusal?.ReasonText, refusal?.RetryAfter));
        Assert.Null(await gateway.Problem(other));
    }

    private static string Forged(TestGateway gateway, int i)
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        return new Microsoft.IdentityModel.JsonWebTokens.JsonWebTokenHandler().CreateToken(new Microsoft.IdentityModel.Tokens.SecurityTokenDescriptor
        {
            TokenType = "at+jwt", Issuer = gateway.Options.Issuer, Audience = AccessSetup.Audience, Expires = DateTime.UtcNow.AddMinutes(5),
            SigningCredentials = new Microsoft.IdentityModel.Tokens.SigningCredentials(new Microsoft.IdentityModel.Tokens.ECDsaSecurityKey(key) { KeyId = $"forged-{i}" }, "ES256")
            {
                CryptoProviderFactory = new Microsoft.IdentityModel.Tokens.CryptoProviderFactory { CacheSignatureProviders = false },
            },
            Claims = new Dictionary<string, object> { ["sub"] = "boss", ["jti"] = $"{i}", [Callers.KindClaim] = "operator" },
        });
    }
}
