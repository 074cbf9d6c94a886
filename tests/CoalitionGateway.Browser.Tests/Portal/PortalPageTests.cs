using CoalitionGateway.V1;
using Microsoft.Playwright;

namespace CoalitionGateway.Browser.Tests.Portal;

/// <summary>Each page of the portal in each language, at the width of a phone and of a desk: no fault of accessibility, no page wider than its window. The pictures are artifacts.</summary>
public sealed class PortalPageTests(PortalBrowser portal) : IClassFixture<PortalBrowser>
{
    private static readonly string _pictures = Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "test-results", "portal");
    private static readonly string[] _paths = ["/", "/history", "/spend", "/vouchers", "/move?points=1000", "/move?points=1", "/pools", "/pool", "/earn", "/sharing", "/sharing/alpha/Marketing", "/seen", "/proofs", "/proof", "/data", "/data/erase", "/help", "/none"];

    /// <summary>As a browser would render them at 200 % zoom: the phone's width is half of a small desk's.</summary>
    [Theory]
    [InlineData("en")]
    [InlineData("lv")]
    [InlineData("nb")]
    [InlineData("pl")]
    [InlineData("sv")]
    public async Task Pages_HaveNoFaultOfAccessibility_AndFitTheirWidth(string language)
    {
        var member = await Lived();
        Directory.CreateDirectory(_pictures);
        var stranger = await portal.Browser.Visitor(320, language);
        await stranger.GotoAsync(portal.Url);
        await Look(stranger, "welcome", language, 320);
        var page = await portal.SignIn(member, 320, language);
        var pool = (await member.Client.Pools.ListPoolsAsync(new ListPoolsRequest())).Pools[0].PoolId;
        var movement = (await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = portal.Coalition.Alpha.ProgrammeId })).Movements[0].EventId;
        foreach (var path in _paths)
        {
            var address = path switch { "/pool" => $"/pools/{pool}", "/proof" => $"/proofs/{movement}", _ => path };
            var name = path == "/" ? "home" : path.Trim('/').Replace("?points=", "-", StringComparison.Ordinal).Replace('/', '-');
            await page.GotoAsync(portal.Url + address);
            foreach (var width in new[] { 320, 1280 })
            {
                await page.SetViewportSizeAsync(width, 740);
                await Look(page, name, language, width);
            }
        }

        await page.SetViewportSizeAsync(320, 740);
        await page.Locator("nav.pages summary").ClickAsync();
        await Look(page, "menu", language, 320);
    }

    /// <summary>Everything that a finger presses is as large as a finger (WCAG 2.2, 2.5.8, asks for 24 pixels; we promise 44).</summary>
    [Fact]
    public async Task Controls_AreAsLargeAsAFinger()
    {
        var page = await portal.SignIn(await Lived(), 320);
        foreach (var path in _paths.Where(path => path is not ("/pool" or "/proof")))
        {
            await page.GotoAsync(portal.Url + path);
            var small = await page.EvaluateAsync<string[]>(
                "() => [...document.querySelectorAll('a, button, summary, select, input:not([type=hidden]):not([type=checkbox]):not([type=radio])')].filter(one => one.checkVisibility() && !one.matches('.skip') && one.getBoundingClientRect().height < 44).map(one => one.outerHTML.slice(0, 80))");
            Assert.True(small.Length == 0, $"{path}: {string.Join("; ", small)}");
        }
    }

    [Fact]
    public async Task Language_ChosenOnThePage_Stays_AndThePagesAfterTheSignInHaveItToo()
    {
        var page = await portal.Browser.Visitor(language: "de");
        await page.GotoAsync(portal.Url);
        Assert.Equal("en", await page.Locator("html").GetAttributeAsync("lang"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Svenska" }).ClickAsync();
        await page.Locator("html[lang=sv]").WaitForAsync();
        await page.GotoAsync(portal.SignInUrl(await portal.Rich()));
        Assert.Equal("sv", await page.Locator("html").GetAttributeAsync("lang"));
        await page.GotoAsync($"{portal.Url}/sign-in");
        await page.Locator("form[data-passkey]").WaitForAsync();
        Assert.Equal("sv", await page.Locator("html").GetAttributeAsync("lang"));
    }

    /// <summary>What happens while the gateway is away, and when a page is not there.</summary>
    [Fact]
    public async Task Page_ThatIsNotThere_SaysSo_WithAWayBack()
    {
        var page = await portal.SignIn(await portal.Rich());
        var answer = await page.GotoAsync($"{portal.Url}/pools/{Guid.NewGuid()}");
        Assert.Equal(404, answer!.Status);
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to the first page" }).ClickAsync();
        await Assertions.Expect(page.Locator(".figure").First).ToBeVisibleAsync();
    }

    /// <summary>A member of whom every page has something to show.</summary>
    private async Task<TestMember> Lived()
    {
        var coalition = portal.Coalition;
        var member = await portal.Rich();
        await member.Client.Transfers.CreateTransferAsync(
            new CreateTransferRequest { RequestId = RequestIds.New(), SourceProgrammeId = coalition.Alpha.ProgrammeId, DestinationProgrammeId = coalition.Beta.ProgrammeId, AmountPoints = 1000 });
        var pool = await member.Client.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = coalition.Alpha.ProgrammeId });
        await member.Client.Pools.ContributePointsAsync(new ContributePointsRequest { RequestId = RequestIds.New(), PoolId = pool.PoolId, AmountPoints = 500 });
        var notice = (await member.Client.Consents.GetNoticeAsync(new GetNoticeRequest())).Notice;
        await member.Client.Consents.GiveConsentAsync(new GiveConsentRequest
        {
            RequestId = RequestIds.New(), PartnerId = "beta", Purpose = Purpose.Marketing, Categories = { DataCategory.Contact }, NoticeVersion = notice.Version, NoticeLanguage = notice.Language,
        });
        await coalition.Alpha.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = member.Numbers[coalition.Alpha.ProgrammeId], Purpose = Purpose.Analytics });
        coalition.Gateway.TakeIn();
        return member;
    }

    private static async Task Look(IPage page, string name, string language, int width)
    {
        await page.Locator("h1").WaitForAsync();
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(_pictures, $"{name}-{language}-{width}.png"), FullPage = true });
        Assert.Equal(language, await page.Locator("html").GetAttributeAsync("lang"));
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth"), $"{name} is wider than {width} pixels in {language}.");
        if (width > 320 && language != "en" && !Soak.Soaks)
        {
            // The markup is the same in each language.
            return;
        }

        await SignInBrowser.CheckAccessibility(page, $"{name} in {language} at {width}");
    }
}
