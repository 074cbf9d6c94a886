using System.Security.Claims;
using CoalitionGateway.Portal.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using StackExchange.Redis;

namespace CoalitionGateway.Browser.Tests.Portal;

/// <summary>The portal's sessions, in memory and in Redis: both do the same.</summary>
public sealed class SessionsTests : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private readonly EphemeralDataProtectionProvider _keys = new();
    private ConnectionMultiplexer? _redis;

    public static TheoryData<bool> Stores => [false, true];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Session_IsFoundByItsName_UntilItEnds_OrIsRemoved(bool isShared)
    {
        var sessions = await Make(isShared);
        var (one, other) = (await sessions.StoreAsync(Ticket("ann")), await sessions.StoreAsync(Ticket("bob")));
        Assert.NotEqual(one, other);
        Assert.Equal(("ann", one), ((await sessions.RetrieveAsync(one))!.Principal.Identity!.Name, (await sessions.RetrieveAsync(one))!.Properties.Items[Sessions.Name]));
        await sessions.RemoveAsync(one);
        Assert.Null(await sessions.RetrieveAsync(one));
        await sessions.RenewAsync(one, Ticket("ann, renewed"));
        Assert.Null(await sessions.RetrieveAsync(one));
        await sessions.RenewAsync(other, Ticket("bob, renewed"));
        Assert.Equal(other, (await sessions.RetrieveAsync(other))!.Properties.Items[Sessions.Name]);
        Assert.Equal("bob, renewed", (await sessions.RetrieveAsync(other))!.Principal.Identity!.Name);
        Assert.Null(await sessions.RetrieveAsync("guessed"));
    }

    /// <summary>A refresh token works once, so two requests of a session must not use it at the same time.</summary>
    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Turns_OfASession_ComeOneAfterTheOther(bool isShared)
    {
        var sessions = await Make(isShared);
        var (inside, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var turn = await sessions.Turn("one", TestContext.Current.CancellationToken);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        }));
        Assert.Equal(1, most);
    }

    /// <summary>Whatever its name: half of all hashes are negative.</summary>
    [Fact]
    public async Task Turns_OfAnyName_AreGiven()
    {
        var sessions = await Make(isShared: false);
        for (var i = 0; i < 200; i++)
        {
            await using var turn = await sessions.Turn($"session {i}", TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Session_OfAPast_IsGone()
    {
        var sessions = await Make(isShared: false);
        var name = await sessions.StoreAsync(Ticket("ann"));
        _clock.Ahead += TimeSpan.FromHours(2);
        Assert.Null(await sessions.RetrieveAsync(name));
    }

    /// <summary>Somebody who can read Redis cannot read the tokens, unless they have the keys.</summary>
    [Fact]
    public async Task Session_UnderOtherKeys_IsAsGoodAsNotThere()
    {
        var sessions = (RedisSessions)await Make(isShared: true);
        var name = await sessions.StoreAsync(Ticket("ann"));
        Assert.Null(await new RedisSessions(new EphemeralDataProtectionProvider(), _redis!, _clock).RetrieveAsync(name));
    }

    private async Task<Sessions> Make(bool isShared)
    {
        if (!isShared)
        {
            return new MemorySessions(_keys, _clock);
        }

        Assert.SkipUnless(Environment.GetEnvironmentVariable("COALITION_TEST_REDIS") is { Length: > 0 }, "There is no Redis.");
        _redis = await ConnectionMultiplexer.ConnectAsync(Environment.GetEnvironmentVariable("COALITION_TEST_REDIS")!);
        return new RedisSessions(_keys, _redis, _clock);
    }

    private AuthenticationTicket Ticket(string name) => new(
        new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "test")), new AuthenticationProperties { ExpiresUtc = _clock.GetUtcNow().AddHours(1) }, "Cookies");
}
