using Microsoft.Playwright;

namespace CoalitionGateway.Browser.Tests;

/// <summary>Every page of the authority, in every language at the width of a phone, and once at that of a desk. The pictures are artifacts.</summary>
public sealed class PageTests(SignInBrowser browser) : IClassFixture<SignInBrowser>
{
    private static readonly string _pictures = Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "test-results", "pages");

    /// <summary>The languages in which every page is looked at, and the width: a phone's in all, a desk's in one.</summary>
    public static TheoryData<string[], int> Views => new() { { SignInBrowser.Languages, 320 }, { ["en"], 1280 } };

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Pages_HaveNoFaultOfAccessibility_AndFitTheirWidth(string[] languages, int width)
    {
        var page = await browser.Visitor(width);
        await VirtualAuthenticator.Attach(page);
        var number = await browser.Member();
        var code = await browser.Code(number);

        await page.GotoAsync($"{browser.Url}/sign-in");
        await Look(page, languages, width, "sign-in");
        await page.GotoAsync($"{browser.Url}/sign-in/recovery");
        await Look(page, languages, width, "recovery");
        await Submit(page, "AAAA", "#problem");
        await Look(page, languages, width, "recovery-wrong");
        await page.GotoAsync($"{browser.Url}/sign-in/code");
        await Look(page, languages, width, "code");
        await Submit(page, code.SignInCode, "form[data-passkey]");
        await Look(page, languages, width, "make");
        await page.Locator("form[data-passkey] button").ClickAsync();
        await page.Locator("#passkeys").WaitForAsync();
        await page.GotoAsync(browser.AuthorizeUrl("balances.read transfers.write consents.write offline_access"));
        await Look(page, languages, width, "consent");
        await page.Locator("button[value=yes]").ClickAsync();
        await browser.Answer(page);

        await browser.Code(number);
        await page.GotoAsync($"{browser.Url}/account");
        await page.Locator("form[action='account/recovery-codes'] button").ClickAsync();
        await page.Locator(".codes").WaitForAsync();
        await Look(page, languages, width, "account");

        // A visitor who lost all passkeys.
        var other = await browser.Visitor(width);
        var second = await browser.Code(number);
        await other.GotoAsync($"{browser.Url}/sign-in/code");
        await Submit(other, second.SignInCode, "form[action='sign-in/new-start']");
        await Look(other, languages, width, "new-start");
        await other.Locator("form[action='sign-in/new-start'] button").ClickAsync();
        await other.Locator("[role=status]").WaitForAsync();
        await Look(other, languages, width, "new-start-waiting");
    }

    [Fact]
    public async Task Language_ChosenOnThePage_Stays()
    {
        var page = await browser.Visitor(language: "de");
        await page.GotoAsync($"{browser.Url}/sign-in");
        Assert.Equal("en", await page.Locator("html").GetAttributeAsync("lang"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Svenska" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Logga in" })).ToBeVisibleAsync();
        await page.GotoAsync($"{browser.Url}/sign-in/code");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Använd din kod" })).ToBeVisibleAsync();
    }

    /// <param name="page">The page with the form.</param>
    /// <param name="code">The code.</param>
    /// <param name="next">What the next page alone has. The page's own events can pass before anybody waits for them.</param>
    private static async Task Submit(IPage page, string code, string next)
    {
        await page.Locator("#code").FillAsync(code);
        await page.Locator("form[data-code] button").ClickAsync();
        await page.Locator(next).WaitForAsync();
    }

    private Task Look(IPage page, string[] languages, int width, string name) => browser.InLanguages(page, languages, async language =>
    {
        Directory.CreateDirectory(_pictures);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(_pictures, $"{name}-{language}-{width}.png"), FullPage = true });
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth"), $"{name} is wider than {width} pixels in {language}.");
        await SignInBrowser.CheckAccessibility(page, $"{name} in {language}");
    });
}
