using CoalitionGateway.V1;
using Microsoft.Playwright;

namespace CoalitionGateway.Browser.Tests;

/// <summary>A member's way from a brand's code to the app, with passkeys, in a real browser.</summary>
public sealed class MemberJourneyTests(SignInBrowser browser) : IClassFixture<SignInBrowser>
{
    private const string _make = "Make a passkey";
    private const string _use = "Sign in with a passkey";

    [Fact]
    public async Task Member_EnrolsWithACode_AllowsTheApp_AndComesBackWithThePasskey_ByKeyboardAlone()
    {
        var page = await browser.Visitor();
        await VirtualAuthenticator.Attach(page);
        var code = await browser.Code(await browser.Member());

        // The app begins. Nobody is signed in.
        await page.GotoAsync(browser.AuthorizeUrl("balances.read transfers.write offline_access"));
        await Press(page, "I have a code from a programme");
        await page.Keyboard.TypeAsync(code.SignInCode.ToLowerInvariant());
        await page.Keyboard.PressAsync("Enter");
        await Press(page, _make);

        // The app asks for access, in the words of what it may do.
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "test-app asks for access" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("move your points")).ToBeVisibleAsync();
        await Press(page, "Allow");
        var answer = await browser.Answer(page);
        Assert.Equal((browser.Url, "s-1"), (answer["iss"].ToString(), answer["state"].ToString()));
        var tokens = await browser.Redeem(answer["code"].ToString());
        Assert.Single((await browser.Coalition.Gateway.WithToken(tokens.AccessToken).Members.GetBalancesAsync(new GetBalancesRequest())).Balances);
        Assert.NotEmpty(tokens.RefreshToken);

        // While the session lasts, the app gets its code at once. After signing out, the passkey signs in, and access is not asked again.
        await page.GotoAsync(browser.AuthorizeUrl());
        Assert.NotEmpty((await browser.Answer(page))["code"].ToString());
        await page.GotoAsync($"{browser.Url}/account");
        await Press(page, "Sign out");
        await page.GetByRole(AriaRole.Button, new() { Name = _use }).WaitForAsync();
        await page.GotoAsync(browser.AuthorizeUrl());
        await Press(page, _use);
        Assert.NotEmpty((await browser.Answer(page))["code"].ToString());
    }

    [Fact]
    public async Task Member_WhoDoesNotAllowTheApp_SendsItAway()
    {
        var page = await browser.Visitor();
        await VirtualAuthenticator.Attach(page);
        await Enrol(page, await browser.Code(await browser.Member()));
        await page.GotoAsync(browser.AuthorizeUrl());
        await page.GetByRole(AriaRole.Button, new() { Name = "Do not allow" }).ClickAsync();
        Assert.Equal("access_denied", (await browser.Answer(page))["error"].ToString());

        await page.GotoAsync(browser.AuthorizeUrl(more: "&prompt=none"));
        Assert.Equal("consent_required", (await browser.Answer(page))["error"].ToString());
    }

    [Fact]
    public async Task App_EndsTheSession_WithItsIdToken_AndNobodyElseDoes()
    {
        var page = await browser.Visitor();
        await VirtualAuthenticator.Attach(page);
        await Enrol(page, await browser.Code(await browser.Member()));
        await page.GotoAsync(browser.AuthorizeUrl("openid balances.read"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
        var tokens = await browser.Redeem((await browser.Answer(page))["code"].ToString());

        // Without the id token the member decides.
        await page.GotoAsync($"{browser.Url}/oauth/end-session");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
        var idToken = tokens.Body.GetProperty("id_token").GetString();
        await page.GotoAsync($"{browser.Url}/oauth/end-session?id_token_hint={idToken}&post_logout_redirect_uri={Uri.EscapeDataString(browser.Redirect)}&state=s-2");
        Assert.Equal("s-2", (await browser.Answer(page))["state"].ToString());
        await page.GotoAsync(browser.AuthorizeUrl(more: "&prompt=none"));
        Assert.Equal("login_required", (await browser.Answer(page))["error"].ToString());
    }

    [Fact]
    public async Task Member_WithdrawsTheAppsAccess_AndItsTokensEnd()
    {
        var page = await browser.Visitor();
        await VirtualAuthenticator.Attach(page);
        await Enrol(page, await browser.Code(await browser.Member()));
        await page.GotoAsync(browser.AuthorizeUrl("balances.read programmes.read offline_access"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
        var tokens = await browser.Redeem((await browser.Answer(page))["code"].ToString());
        Assert.Null(await browser.Coalition.Gateway.Problem(tokens.AccessToken));

        await page.GotoAsync($"{browser.Url}/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Withdraw access" }).ClickAsync();
        await Assertions.Expect(page.GetByText("No app has access.")).ToBeVisibleAsync();
        Assert.Equal("revoked", await browser.Coalition.Gateway.Problem(tokens.AccessToken));
        Assert.Equal("invalid_grant", (await Refresh(tokens)).Error);
    }

    [Fact]
    public async Task App_ThatAsksForConsentEachTime_GetsItOnceEachTime_InAnyLanguage()
    {
        var page = await browser.Visitor();
        await VirtualAuthenticator.Attach(page);
        await Enrol(page, await browser.Code(await browser.Member()));
        browser.Pass(TimeSpan.FromMinutes(2));
        for (var times = 0; times < 2; times++)
        {
            await page.GotoAsync(browser.AuthorizeUrl(more: "&prompt=consent&ui_locales=pl"));
            await page.GetByRole(AriaRole.Link, new() { Name = "Svenska" }).ClickAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "English" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
            Assert.NotEmpty((await browser.Answer(page))["code"].ToString());
        }
    }

    [Fact]
    public async Task Session_OfSomeTimeAgo_ChangesNoPasskey_UntilTheMemberSignsInAgain()
    {
        var page = await browser.Visitor();
        await VirtualAuthenticator.Attach(page);
        await Enrol(page, await browser.Code(await browser.Member()));
        browser.Pass(TimeSpan.FromMinutes(11));
        await page.GotoAsync($"{browser.Url}/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make new codes" }).ClickAsync();
        await Assertions.Expect(page.GetByText("For that, sign in again.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = _use }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make new codes" }).ClickAsync();
        await Assertions.Expect(page.Locator(".codes li")).ToHaveCountAsync(10);
    }

    /// <summary>Global Privacy Control counts without an app, too.</summary>
    [Fact]
    public async Task Browser_ThatAsksForNoSharing_RefusesIt_WhenTheMemberSignsIn()
    {
        var page = await browser.Visitor();
        await page.SetExtraHTTPHeadersAsync(new Dictionary<string, string> { ["Sec-GPC"] = "1" });
        await VirtualAuthenticator.Attach(page);
        var number = await browser.Member();
        await Enrol(page, await browser.Code(number));
        var id = await browser.Coalition.Gateway.MemberId(number);
        browser.Coalition.Gateway.TakeIn();
        var events = (await browser.Coalition.Gateway.Officer.Audit.ListEventsAsync(new ListEventsRequest { MemberId = id })).Events;
        Assert.Single(events, found => found.Type == "SharingRefused");
    }

    [Fact]
    public async Task Code_WorksOnce_AndAWrongOneTellsNothing()
    {
        var page = await browser.Visitor();
        await VirtualAuthenticator.Attach(page);
        var code = await browser.Code(await browser.Member());
        await Enrol(page, code);

        var stranger = await browser.Visitor();
        foreach (var wrong in new[] { code.SignInCode, "AAAAAAAAAAAA", "" + '\u00e5' })
        {
            await stranger.GotoAsync($"{browser.Url}/sign-in/code");
            await stranger.GetByLabel("Code").FillAsync(wrong);
            await stranger.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
            await Assertions.Expect(stranger.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The code is wrong, used or expired. Ask your programme for a new one.");
        }
    }

    [Fact]
    public async Task Member_WhoLostAllPasskeys_WaitsThreeDays_AndAnOldPasskeyCancels()
    {
        var number = await browser.Member();
        var page = await browser.Visitor();
        await VirtualAuthenticator.Attach(page);
        await Enrol(page, await browser.Code(number));

        // Somebody else got a code from the brand, and begins a new start with it.
        var other = await browser.Visitor();
        await VirtualAuthenticator.Attach(other);
        await BeginNewStart(other, await browser.Code(number));
        await page.GotoAsync($"{browser.Url}/account");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("alpha made a one-time code for you.");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("It replaces your passkeys after");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel it" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);

        // The member uses an app, and then really loses the device. The new start waits, and then the old passkey is gone.
        await page.GotoAsync(browser.AuthorizeUrl("balances.read offline_access"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
        var tokens = await browser.Redeem((await browser.Answer(page))["code"].ToString());
        var code = await browser.Code(number);
        await BeginNewStart(other, code);
        await Type(other, code);
        await Assertions.Expect(other.GetByText("Your new start is waiting.")).ToBeVisibleAsync();
        browser.Pass(TimeSpan.FromHours(72) + TimeSpan.FromSeconds(1));
        await Enrol(other, code);
        Assert.Equal("invalid_grant", (await Refresh(tokens)).Error);
        await Assertions.Expect(other.GetByText("This is your last passkey.")).ToBeVisibleAsync();
        await page.GotoAsync($"{browser.Url}/sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = _use }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task RecoveryCode_SignsInOnce_AndLeadsToANewPasskey()
    {
        var page = await browser.Visitor();
        var lost = await VirtualAuthenticator.Attach(page);
        await Enrol(page, await browser.Code(await browser.Member()));
        await page.GetByRole(AriaRole.Button, new() { Name = "Make new codes" }).ClickAsync();
        var codes = await page.Locator(".codes li").AllTextContentsAsync();
        Assert.Equal(10, codes.Distinct().Count());
        await lost.Lose();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await VirtualAuthenticator.Attach(page);
        await Recover(page, codes[3]);
        await page.GetByRole(AriaRole.Button, new() { Name = _make }).ClickAsync();
        await Assertions.Expect(page.GetByText("Codes left: 9")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove: My device" })).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove: My device" }).First.ClickAsync();
        await Assertions.Expect(page.GetByText("This is your last passkey.")).ToBeVisibleAsync();

        var again = await browser.Visitor();
        await Recover(again, codes[3]);
        await Assertions.Expect(again.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The code is wrong or used.");
    }

    [Fact]
    public async Task Session_EndedElsewhere_IsOver()
    {
        var number = await browser.Member();
        var (first, second) = (await browser.Visitor(), await browser.Visitor());
        await VirtualAuthenticator.Attach(first);
        await Enrol(first, await browser.Code(number));
        await first.GetByRole(AriaRole.Button, new() { Name = "Make new codes" }).ClickAsync();
        await Recover(second, (await first.Locator(".codes li").AllTextContentsAsync())[0]);
        await first.GotoAsync($"{browser.Url}/account");
        await first.GetByRole(AriaRole.Button, new() { Name = "End:" }).ClickAsync();
        await second.GotoAsync($"{browser.Url}/account");
        await Assertions.Expect(second.GetByRole(AriaRole.Button, new() { Name = _use })).ToBeVisibleAsync();
    }

    private Task<OAuthAnswer> Refresh(OAuthAnswer tokens) => browser.Coalition.Gateway.Post(
        "/oauth/token", [("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken), ("client_id", TestGateway.App)]);

    private static async Task Type(IPage page, CreateSignInCodeResponse code)
    {
        // The link of the letter fills the code in.
        await page.GotoAsync("about:blank");
        await page.GotoAsync(code.SignInUrl);
        await Assertions.Expect(page.GetByLabel("Code")).ToHaveValueAsync(code.SignInCode);
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
    }

    private static async Task Enrol(IPage page, CreateSignInCodeResponse code)
    {
        await Type(page, code);
        await page.GetByRole(AriaRole.Button, new() { Name = _make }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign-in and devices" })).ToBeVisibleAsync();
    }

    private static async Task BeginNewStart(IPage page, CreateSignInCodeResponse code)
    {
        await Type(page, code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin a new start" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Your new start is waiting.")).ToBeVisibleAsync();
    }

    private async Task Recover(IPage page, string code)
    {
        await page.GotoAsync($"{browser.Url}/sign-in/recovery");
        await page.GetByLabel("Code").FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
    }

    /// <summary>Moves the focus to a button or link by the Tab key, and presses it.</summary>
    private static async Task Press(IPage page, string name)
    {
        var wanted = page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).Or(page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }));
        await wanted.WaitForAsync();
        for (var tries = 0; tries < 40; tries++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await wanted.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                await page.Keyboard.PressAsync("Enter");
                if (name == "I have a code from a programme")
                {
                    await page.GetByLabel("Code").WaitForAsync();
                    await page.Keyboard.PressAsync("Tab");
                }

                return;
            }
        }

        Assert.Fail($"The Tab key does not reach: {name}");
    }
}
