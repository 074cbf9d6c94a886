using CoalitionGateway.V1;
using Microsoft.Playwright;

namespace CoalitionGateway.Browser.Tests.Portal;

/// <summary>What somebody hostile would try at the portal.</summary>
public sealed class PortalAttackTests(PortalBrowser portal) : IClassFixture<PortalBrowser>
{
    private const string _hostile = "<img src=x onerror=\"document.title='owned'\">\"'><script>document.title='owned'</script>";

    private TestCoalition Coalition => portal.Coalition;

    private static readonly string[] _forms =
    [
        "/move", "/pools", "/earn", "/sharing/refuse-all", "/sharing/withdraw", "/sharing/alpha/Marketing", "/spend/claim", "/spend/code", "/spend/approve", "/data/profile", "/data/guardian", "/data/lift", "/data/copy", "/data/link", "/spend/decline", "/data/erase", "/data/restrict", "/campaigns/activate", "/sign-out",
    ];

    /// <summary>Each changing address, sent by another site, or without the page's token.</summary>
    [Fact]
    public async Task Forms_OfOtherSites_ChangeNothing()
    {
        var member = await portal.Rich();
        var page = await portal.SignIn(member);
        var token = await page.Locator("input[name=form_token]").First.InputValueAsync();
        var elsewhere = await portal.SignIn(await portal.Rich());
        var stolen = await elsewhere.Locator("input[name=form_token]").First.InputValueAsync();
        foreach (var path in _forms)
        {
            foreach (var (origin, sent) in new[] { ("https://evil.example", token), ("null", token), (portal.Url, ""), (portal.Url, stolen), (portal.Url, "AAAA") })
            {
                var form = page.Context.APIRequest.CreateFormData();
                form.Append("form_token", sent);
                form.Append("answer", "yes");
                var answer = await page.Context.APIRequest.PostAsync(portal.Url + path, new() { Form = form, Headers = new Dictionary<string, string> { ["Origin"] = origin }, MaxRedirects = 0 });
                Assert.True(answer.Status == 400, $"{path} of {origin} with \"{sent}\" was answered {answer.Status}.");
            }
        }

        await page.GotoAsync(portal.Url);
        await Assertions.Expect(page.Locator("nav.pages")).ToBeVisibleAsync();
        Assert.Empty((await member.Client.Consents.ListConsentsAsync(new ListConsentsRequest())).Consents);
    }

    /// <summary>The table above names every address that takes a form, but for those below a pool.</summary>
    [Fact]
    public void Forms_AreAllInTheTable()
    {
        var mapped = portal.Forms.Where(path => !path.StartsWith("/pools/", StringComparison.Ordinal)).Select(path => path.Replace("{partner}/{purpose}", "alpha/Marketing", StringComparison.Ordinal));
        Assert.Equal(mapped.Order(StringComparer.Ordinal), _forms.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Names_ThatAreHostile_AreShownAsText()
    {
        var member = await Coalition.Member(new MemberProfile { DisplayName = _hostile }, Coalition.Alpha);
        await Coalition.Gateway.Operator.Rewards.PublishRewardAsync(new PublishRewardRequest
        {
            RequestId = RequestIds.New(),
            Reward = new Reward
            {
                ProgrammeId = Coalition.Alpha.ProgrammeId, RewardId = "hostile", PricePoints = 1, VoucherDays = 30, FromTime = TestCoalition.Past, UntilTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1)),
                Texts = { new RewardText { Language = "en", Name = _hostile } },
            },
        });
        await TestCoalition.Buy(Coalition.Alpha, member, 10);
        await member.Client.Rewards.ClaimRewardAsync(new ClaimRewardRequest { RequestId = RequestIds.New(), ProgrammeId = Coalition.Alpha.ProgrammeId, RewardId = "hostile" });
        var page = await portal.SignIn(member);
        foreach (var path in new[] { "/", "/spend", "/vouchers", "/history", "/data", $"/move?points={Uri.EscapeDataString(_hostile)}", $"/earn?category={Uri.EscapeDataString(_hostile)}", $"/?done={Uri.EscapeDataString(_hostile)}" })
        {
            await page.GotoAsync(portal.Url + path);
            Assert.EndsWith("Coalition", await page.TitleAsync(), StringComparison.Ordinal);
            Assert.Equal(0, await page.Locator("img, main script").CountAsync());
        }
    }

    [Fact]
    public async Task Notice_WithMarkupAndScripts_IsText()
    {
        var html = CoalitionGateway.Portal.Sharing.NoticeText.Html("# Title\n<script>x</script> [go](javascript:alert(1)) [ok](https://a.example) **bold**");
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("javascript:", html, StringComparison.Ordinal);
        Assert.Contains("https://a.example", html, StringComparison.Ordinal);
        Assert.Contains("<h3>Title</h3>", html, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    /// <summary>Other members' transfers, pools, payments, vouchers and events are as good as not there.</summary>
    [Fact]
    public async Task Ids_OfAnotherMember_LeadNowhere()
    {
        var (victim, thief) = (await portal.Rich(), await portal.Rich());
        var transfer = await victim.Client.Transfers.CreateTransferAsync(
            new CreateTransferRequest { RequestId = RequestIds.New(), SourceProgrammeId = Coalition.Alpha.ProgrammeId, DestinationProgrammeId = Coalition.Beta.ProgrammeId, AmountPoints = 1000 });
        var pool = await victim.Client.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = Coalition.Alpha.ProgrammeId });
        await victim.Client.Pools.ContributePointsAsync(new ContributePointsRequest { RequestId = RequestIds.New(), PoolId = pool.PoolId, AmountPoints = 100 });
        Coalition.Gateway.TakeIn();
        var own = (await victim.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Coalition.Alpha.ProgrammeId })).Movements[0].EventId;
        var page = await portal.SignIn(thief);
        foreach (var path in new[] { $"/move/{transfer.Transfer.TransferId}", $"/pools/{pool.PoolId}", $"/proofs/{own}", $"/proofs/{own}/bundle", $"/proofs/{own}/receipt" })
        {
            Assert.Equal(404, (await page.Context.APIRequest.GetAsync(portal.Url + path)).Status);
        }

        foreach (var act in new[] { "accept", "contribute", "withdraw", "invite", "leave" })
        {
            var answer = await Post(page, $"/pools/{pool.PoolId}/{act}", ("points", "100"), ("number", "x"));
            Assert.Equal(404, answer.Status);
        }

        Assert.Equal(100, (await victim.Client.Pools.GetPoolAsync(new GetPoolRequest { PoolId = pool.PoolId })).Pool.TotalPoints);
        var history = await page.Context.APIRequest.GetAsync($"{portal.Url}/history?programme=gamma-points");
        Assert.Equal(200, history.Status);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/%0d%0aLocation:https://evil.example")]
    public async Task SignIn_LeadsOnlyToThePortal(string wanted)
    {
        var page = await portal.Browser.Visitor();
        await page.GotoAsync($"{portal.SignInUrl(await portal.Rich())}&return={Uri.EscapeDataString(wanted)}");
        Assert.StartsWith(portal.Url + "/", page.Url, StringComparison.Ordinal);
    }

    /// <summary>A session that was there before a sign-in ends with it: whoever knows its cookie does not come into the new one.</summary>
    [Fact]
    public async Task SignIn_EndsTheFormerSession_AndTheCookieHoldsNoToken()
    {
        var (first, second) = (await portal.Rich(), await portal.Rich());
        var page = await portal.SignIn(first);
        var before = await Cookie(page);
        await page.GotoAsync(portal.SignInUrl(second));
        await page.Locator("nav.pages").WaitForAsync();
        var after = await Cookie(page);
        Assert.Equal((true, SameSiteAttribute.Lax), (after.HttpOnly, after.SameSite));
        Assert.DoesNotContain("eyJ", after.Value, StringComparison.Ordinal);
        Assert.DoesNotContain(await page.Context.CookiesAsync(), cookie => cookie.Value.Length > 1000);
        Assert.False(await Opens(before));
        Assert.True(await Opens(after));

        // Signed out: the cookie that somebody kept opens nothing. Nothing of the session was in an address.
        var longest = 0;
        page.Request += (_, request) => longest = Math.Max(longest, request.Url.Length);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.Locator("a.button").First.WaitForAsync();
        Assert.InRange(longest, 1, 2000);
        Assert.False(await Opens(after));

        async Task<bool> Opens(BrowserContextCookiesResult kept)
        {
            var thief = await portal.Browser.Visitor();
            await thief.Context.AddCookiesAsync([new Cookie { Name = kept.Name, Value = kept.Value, Url = portal.Url }]);
            await thief.GotoAsync(portal.Url);
            return await thief.Locator("nav.pages").CountAsync() > 0;
        }

        static async Task<BrowserContextCookiesResult> Cookie(IPage page) => (await page.Context.CookiesAsync()).Single(cookie => cookie.Name == "coalition-portal");
    }

    /// <summary>What no page sends: no field at all, a zero byte, a body that is no form.</summary>
    [Fact]
    public async Task Forms_ThatNoPageSends_AreRefused_AndNothingIsDone()
    {
        var member = await portal.Rich();
        var page = await portal.SignIn(member);
        Assert.Equal(422, (await Post(page, "/sharing/alpha/Marketing")).Status);
        Assert.Empty((await member.Client.Consents.ListConsentsAsync(new ListConsentsRequest())).Consents);
        foreach (var (type, body) in new[] { ("application/x-www-form-urlencoded", "form_token=%00&points=%00"), ("multipart/form-data; boundary=x", "--x\r\nbroken"), ("application/json", "{}") })
        {
            var answer = await page.Context.APIRequest.PostAsync($"{portal.Url}/move", new()
            {
                Data = body, Headers = new Dictionary<string, string> { ["Origin"] = portal.Url, ["Content-Type"] = type },
            });
            Assert.True(answer.Status == 400, $"{type}: {answer.Status}");
        }

        foreach (var path in new[] { "/sharing/alpha/Nope", "/sharing/alpha/99", "/sharing/nobody/Marketing", "/move/x", "/history/x" })
        {
            var answer = await page.Context.APIRequest.GetAsync(portal.Url + path);
            Assert.True(answer.Status == 404, $"{path}: {answer.Status}");
            Assert.Contains("Page not found", await answer.TextAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/history")]
    [InlineData("/none")]
    public async Task Pages_AreNeitherFramedNorScriptedNorStored(string path)
    {
        var page = await portal.SignIn(await portal.Rich());
        var headers = (await page.Context.APIRequest.GetAsync(portal.Url + path)).Headers;
        Assert.Contains("frame-ancestors 'none'", headers["content-security-policy"], StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", headers["content-security-policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-", headers["content-security-policy"], StringComparison.Ordinal);
        Assert.Contains("no-store", headers["cache-control"], StringComparison.Ordinal);
        Assert.Equal("nosniff", headers["x-content-type-options"]);
        Assert.DoesNotContain("server", headers.Keys);
    }

    /// <summary>Without a session every page of a member leads to the sign-in, and tells nothing.</summary>
    [Theory]
    [InlineData("/history")]
    [InlineData("/history/download")]
    [InlineData("/vouchers")]
    [InlineData("/seen")]
    public async Task Pages_WithoutASession_LeadToTheSignIn(string path)
    {
        var page = await portal.Browser.Visitor();
        var answer = await page.Context.APIRequest.GetAsync(portal.Url + path, new() { MaxRedirects = 0 });
        Assert.Equal(302, answer.Status);
        Assert.StartsWith(portal.Browser.Url, answer.Headers["location"], StringComparison.Ordinal);
    }

    private async Task<IAPIResponse> Post(IPage page, string path, params (string Name, string Value)[] fields)
    {
        await page.GotoAsync(portal.Url);
        var form = page.Context.APIRequest.CreateFormData();
        form.Append("form_token", await page.Locator("input[name=form_token]").First.InputValueAsync());
        foreach (var (name, value) in fields)
        {
            form.Append(name, value);
        }

        return await page.Context.APIRequest.PostAsync(portal.Url + path, new() { Form = form, Headers = new Dictionary<string, string> { ["Origin"] = portal.Url } });
    }
}
