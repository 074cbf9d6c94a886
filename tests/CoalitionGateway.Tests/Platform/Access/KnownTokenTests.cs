using System.Security.Claims;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Ledger;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Platform.Access;

/// <summary>The cache of validated tokens: its contents and how long they stay.</summary>
[Trait("Store", "any")]
public sealed class KnownTokenTests
{
    private const string _method = "ProgrammeService/ListProgrammes";
    private readonly TestClock _clock = new();

    [Theory]
    [InlineData(60, 60)]
    [InlineData(300, 300)]
    [InlineData(86_400, 300)]
    public void Token_IsCachedUntilItExpires_AndForFiveMinutesAtMost(int lifetimeSeconds, int knownSeconds)
    {
        var known = new KnownTokens(_clock);
        var now = _clock.GetUtcNow();
        known.Put(Hash("a"), Caller(now.AddSeconds(lifetimeSeconds)));
        _clock.Advance(TimeSpan.FromSeconds(knownSeconds) - TimeSpan.FromTicks(1));
        Assert.NotNull(known.Find(Hash("a")));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(known.Find(Hash("a")));
    }

    [Fact]
    public void CachedTokens_AreBounded_AndThoseInUseStay()
    {
        var known = new KnownTokens(_clock, capacity: 100);
        var caller = Caller(_clock.GetUtcNow().AddMinutes(5));
        known.Put(Hash("used"), caller);
        for (var i = 0; i < 10_000; i++)
        {
            known.Put(Hash($"{i}"), caller);
            Assert.NotNull(known.Find(Hash("used")));
            Assert.InRange(known.Count, 1, 200);
        }

        Assert.Null(known.Find(Hash("0")));
    }

    [Fact]
    public void CachedTokens_PutFromManyThreads_AreBounded()
    {
        var known = new KnownTokens(_clock, capacity: 100);
        var caller = Caller(_clock.GetUtcNow().AddMinutes(5));
        Parallel.For(0, 20_000, i =>
        {
            known.Put(Hash($"{i}"), caller);
            known.Find(Hash($"{i / 2}"));
        });
        Assert.InRange(known.Count, 100, 200);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer ")]
    [InlineData("Basic abc")]
    [InlineData("Bearer tokén")]
    public void Header_WithoutACompactToken_HasNoHash(string header) => Assert.False(TokenHash.TryOf(header, out _, out _));

    [Fact]
    public void Scopes_OfACachedToken_AreThoseOfTheContract()
    {
        var validated = AuthenticateResult.Success(new AuthenticationTicket(
            new ClaimsPrincipal(new ClaimsIdentity([new("sub", "alpha"), new(Callers.KindClaim, "partner"), new("jti", "1"), new("scope", "earning.write openid"), new("scope", "members.read")])),
            new AuthenticationProperties { ExpiresUtc = _clock.GetUtcNow().AddMinutes(5) }, "x"));
        var caller = KnownCaller.Of(validated, _clock.GetUtcNow());
        Assert.Equal((new Caller(CallerKind.Partner, "alpha"), "1"), (caller.Caller, caller.TokenId));
        Assert.Equal(["earning.write", "members.read"], caller.Scopes.Order());
    }

    [Fact]
    public async Task Signature_IsCheckedOncePerToken_AndAnAlteredTokenMissesTheCache()
    {
        var validated = 0;
        await using var gateway = await TestGateway.Start(extend: builder => builder.Services.PostConfigure<JwtBearerOptions>(
            JwtBearerDefaults.AuthenticationScheme,
            bearer =>
            {
                var check = bearer.Events.OnTokenValidated;
                bearer.Events.OnTokenValidated = context =>
                {
                    Interlocked.Increment(ref validated);
                    return check(context);
                };
            }));
        var token = ForgedTokens.Make(gateway, "none", CallerKind.Operator);
        for (var i = 0; i < 20; i++)
        {
            Assert.Null((await RawCalls.Call(gateway.Channel, _method, [], token)).Failed);
        }

        Assert.Equal(1, validated);

        // Alters characters of the token, but not the signature's last one, because some of its bits have no meaning.
        for (var at = 0; at < token.Length - 1; at += 7)
        {
            if (token[at] != '.')
            {
                var altered = string.Concat(token.AsSpan(0, at), token[at] == 'A' ? "B" : "A", token.AsSpan(at + 1));
                var (failed, _) = await RawCalls.Call(gateway.Channel, _method, [], altered);
                Assert.True(StatusCode.Unauthenticated == failed?.StatusCode, $"Altered at {at}.");
            }
        }

        Assert.Equal(1, validated);
        Assert.Null((await RawCalls.Call(gateway.Channel, _method, [], token)).Failed);
    }

    [Fact]
    public async Task Token_RevokedWhileCached_IsRefused()
    {
        await using var gateway = await TestGateway.Start();
        var token = ForgedTokens.Make(gateway, "none", CallerKind.Operator);
        Assert.Null((await RawCalls.Call(gateway.Channel, _method, [], token)).Failed);
        await gateway.Services.GetRequiredService<EndedCallers>().EndToken(
            new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(token).Id, DateTimeOffset.UtcNow.AddMinutes(5), TestContext.Current.CancellationToken);
        var (failed, _) = await RawCalls.Call(gateway.Channel, _method, [], token);
        Assert.Equal((StatusCode.Unauthenticated, "revoked"), (failed?.StatusCode, GatewayRefusal.From(failed!)?.Metadata["problem"]));
    }

    [Fact]
    public async Task EndedTokens_ThatHaveExpired_AreForgotten()
    {
        await using var gateway = await TestGateway.Start();
        var tables = gateway.Services.GetRequiredService<AuthorityTables>();
        var cancellation = TestContext.Current.CancellationToken;
        await tables.End(new EndedName("old", DateTimeOffset.UtcNow.AddHours(-1)), cancellation);
        await tables.End(new EndedName("live", DateTimeOffset.UtcNow.AddMinutes(5)), cancellation);
        await tables.Sweep(cancellation);
        Assert.Equal(["live"], (await tables.EndedSince(0, cancellation)).Ended.Select(ended => ended.Name));
    }

    private static TokenHash Hash(string token) => TokenHash.TryOf($"Bearer {token}", out var hash, out _) ? hash : throw new InvalidOperationException(token);

    private KnownCaller Caller(DateTimeOffset expires) => KnownCaller.Of(
        AuthenticateResult.Success(new AuthenticationTicket(
            new ClaimsPrincipal(new ClaimsIdentity([new("sub", "alpha"), new(Callers.KindClaim, "partner")])), new AuthenticationProperties { ExpiresUtc = expires }, "x")),
        _clock.GetUtcNow());
}
