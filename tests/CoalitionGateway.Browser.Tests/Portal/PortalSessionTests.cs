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
}
