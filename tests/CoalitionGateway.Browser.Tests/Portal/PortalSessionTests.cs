using System.Net.Sockets;
using System.Text;
using Microsoft.Playwright;

namespace CoalitionGateway.Browser.Tests.Portal;

/// <summary>What time does to a session of the portal.</summary>
public sealed class PortalSessionTests(PortalBrowser portal) : IClassFixture<PortalBrowser>
{
    /// <summary>An amount above the limit asks for a new sign-in, and the member comes back to the quote.</summary>
    [Fact]
    public async Task Move_OfMany_AsksForANewSignIn()
    {
        var member = await portal.Rich(60_000);
        var page = await portal.SignIn(member);
        portal.Browser.Pass(TimeSpan.FromMinutes(11));
        await page.GotoAsync($"{portal.Url}/move?points=60000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Move 60,000 points" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" })).ToBeVisibleAsync();
    }

    /// <summary>Tokens last five minutes and are renewed; two requests at once renew them once, because a refresh token works once.</summary>
    [Fact]
    public async Task Session_OutlivesItsTokens()
    {
        var member = await portal.Rich();
        var page = await portal.SignIn(member);
        for (var times = 0; times < 3; times++)
        {
            portal.Browser.Pass(TimeSpan.FromMinutes(5));
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => page.Context.APIRequest.GetAsync($"{portal.Url}/history")));
            Assert.All(answers, answer => Assert.EndsWith("/history", answer.Url, StringComparison.Ordinal));
        }
    }

    /// <summary>
    /// Two portals behind one balancer, here by their ports: a cookie counts for all ports of a host. Both serve the session that the first
    /// one made, also while both want to renew its tokens.
    /// </summary>
    [Fact]
    public async Task Session_IsKnown_AtEveryPortalWithTheSameRedis()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("COALITION_TEST_REDIS") is { Length: > 0 }, "There is no Redis.");
        var redis = Environment.GetEnvironmentVariable("COALITION_TEST_REDIS")!;
        var member = await portal.Rich();
        var url = portal.SignInUrl(member);
        var others = portal.Others;
        await using var first = portal.Build(others[0], redis);
        await using var second = portal.Build(others[1], redis);
        await first.StartAsync();
        await second.StartAsync();
        var page = await portal.Browser.Visitor();

        await page.GotoAsync(url.Replace(portal.Url, others[0], StringComparison.Ordinal));
        await page.Locator("nav.pages").WaitForAsync();
        for (var times = 0; times < 3; times++)
        {
            portal.Browser.Pass(TimeSpan.FromMinutes(5));
            var answers = await Task.WhenAll(others.Concat(others).Select(other => page.Context.APIRequest.GetAsync($"{other}/history", new() { MaxRedirects = 0 })));
            Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        }
    }

    /// <summary>A second sign-in in the same browser, as after a step-up.</summary>
    [Fact]
    public async Task Session_AfterASecondSignIn_LastsAsTheFirstDid()
    {
        var page = await portal.SignIn(await portal.Rich());
        await page.GotoAsync(portal.SignInUrl(await portal.Rich()));
        await page.Locator("nav.pages").WaitForAsync();
        portal.Browser.Pass(TimeSpan.FromMinutes(6));
        Assert.Equal(200, (await page.GotoAsync($"{portal.Url}/history"))!.Status);
    }

    /// <summary>The refresh token is used up by a renewal, so a browser that does not wait for it must not lose what came of it.</summary>
    [Fact]
    public async Task Session_SurvivesABrowser_ThatLeavesWhileTokensAreRenewed()
    {
        var page = await portal.SignIn(await portal.Rich());
        var cookie = (await page.Context.CookiesAsync()).Single(one => one.Name == "coalition-portal");
        for (var wait = 0; wait < 8; wait++)
        {
            portal.Browser.Pass(TimeSpan.FromMinutes(5));
            using (var left = new TcpClient("localhost", new Uri(portal.Url).Port))
            {
                await left.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /history HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie.Name}={cookie.Value}\r\n\r\n"));
                await Task.Delay(wait);
            }

            var answer = await page.Context.APIRequest.GetAsync($"{portal.Url}/history", new() { MaxRedirects = 0 });
            Assert.Equal(200, answer.Status);
        }
    }
}
