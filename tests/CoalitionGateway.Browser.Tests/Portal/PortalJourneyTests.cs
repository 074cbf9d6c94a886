using System.Text.Json;
using CoalitionGateway.V1;
using Microsoft.Playwright;

namespace CoalitionGateway.Browser.Tests.Portal;

/// <summary>What a member does in the portal, in a real browser at the width of a phone.</summary>
public sealed class PortalJourneyTests(PortalBrowser portal) : IClassFixture<PortalBrowser>
{
    private TestCoalition Coalition => portal.Coalition;

    /// <summary>With a passkey and the question about access, as outside a sandbox. Signing out ends both sessions.</summary>
    [Fact]
    public async Task Member_SignsInWithAPasskey_AllowsThePortal_AndSignsOutOfBoth()
    {
        var page = await portal.Browser.Visitor();
        await VirtualAuthenticator.Attach(page);
        var number = await portal.Browser.Member();
        await page.GotoAsync($"{portal.Browser.Url}/sign-in/code");
        await page.Locator("#code").FillAsync((await portal.Browser.Code(number)).SignInCode);
        await page.Locator("form[data-code] button").ClickAsync();
        await page.Locator("form[data-passkey] button").ClickAsync();
        await page.Locator("#passkeys").WaitForAsync();

        await page.GotoAsync(portal.Url);
        await Click(page, "Sign in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your points" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("0 points", new() { Exact = true })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Sign in", Exact = true })).ToBeVisibleAsync();
        await Click(page, "Sign in");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" })).ToBeVisibleAsync();
    }

    /// <summary>From the printed address, by keyboard alone. Tab to a control and Enter count as one each; typing does not.</summary>
    [Fact]
    public async Task Member_MovesPoints_ByKeyboardAlone_InTwelveActs()
    {
        var member = await portal.Rich();
        var page = await portal.Browser.Visitor();
        portal.SignInUrl(member);
        await page.GotoAsync(portal.Url);
        var acts = 0;
        await Act(page, page.GetByRole(AriaRole.Link, new() { Name = $"Sign in as {member.Numbers.First().Value}", Exact = true }));
        await Act(page, page.GetByRole(AriaRole.Link, new() { Name = "Move points: " }).First);
        await page.Locator("#points").FocusAsync();
        acts++;
        await page.Keyboard.TypeAsync("2000");
        await Act(page, page.GetByRole(AriaRole.Button, new() { Name = "Move 2,000 points" }));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Points moved" })).ToBeVisibleAsync();
        Assert.InRange(acts, 1, 12);
        Assert.Equal((3000, 0), await TestCoalition.Balance(member, Coalition.Alpha));
        Assert.Equal((2000, 0), await TestCoalition.Balance(member, Coalition.Beta));

        async Task Act(IPage on, ILocator control)
        {
            await control.FocusAsync();
            await on.Keyboard.PressAsync("Enter");
            acts += 2;
        }
    }

    [Fact]
    public async Task Move_WithoutScript_ShowsTheQuoteFirst_AndSaysWhatIsWrong_BesideTheField()
    {
        var page = await portal.SignIn(await portal.Rich(2500), hasScript: false);
        await page.GotoAsync($"{portal.Url}/move");
        foreach (var (typed, problem) in new[]
        {
            ("1500", "Points are moved in steps of 1,000. Choose a multiple of it."), ("3000", "You have too few points. The most that you can move is 2,000."),
        })
        {
            await page.GotoAsync($"{portal.Url}/move?points={typed}");
            await Assertions.Expect(page.Locator("#points-problem")).ToHaveTextAsync(problem);
            await Assertions.Expect(page.Locator("#points")).ToHaveValueAsync(typed);
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Move " })).ToHaveCountAsync(0);
        }

        await page.Locator("#points").FillAsync("1000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what arrives" }).ClickAsync();
        await Assertions.Expect(page.GetByText("This is final. You cannot take it back.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Move 1,000 points" }).ClickAsync();
        await Assertions.Expect(page.GetByText("1,000 points arrived: ")).ToBeVisibleAsync();
    }

    /// <summary>The page's back button brings the old form back. It has the same request id.</summary>
    [Fact]
    public async Task Move_SentTwice_MovesOnce()
    {
        var member = await portal.Rich();
        var page = await portal.SignIn(member, hasScript: false);
        await page.GotoAsync($"{portal.Url}/move?points=1000");
        var form = await page.Locator("form[method=post][action='/move']").EvaluateAsync<JsonElement>("form => Object.fromEntries(new FormData(form))");
        var data = page.Context.APIRequest.CreateFormData();
        foreach (var field in form.EnumerateObject())
        {
            data.Append(field.Name, field.Value.GetString()!);
        }

        for (var times = 0; times < 2; times++)
        {
            var answer = await page.Context.APIRequest.PostAsync($"{portal.Url}/move", new() { Form = data, Headers = new Dictionary<string, string> { ["Origin"] = portal.Url } });
            Assert.Equal(200, answer.Status);
        }

        Assert.Equal((4000, 0), await TestCoalition.Balance(member, Coalition.Alpha));
    }

    /// <summary>From the first page: four clicks for a consent that ends, five for a proof that the browser itself has checked.</summary>
    [Fact]
    public async Task Member_Consents_WithdrawsInTwoClicks_AndTheBrowserChecksTheProof()
    {
        var member = await portal.Rich();
        var page = await portal.SignIn(member);
        await page.GotoAsync($"{portal.Url}/sharing/alpha/Marketing");
        Assert.Equal(0, await page.Locator("input[name=category]:checked").CountAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes" }).ClickAsync();
        await Assertions.Expect(page.Locator("#categories-problem")).ToHaveTextAsync("Tick at least one.");
        await page.Locator("input[value=Contact]").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes" }).ClickAsync();
        await Assertions.Expect(page.GetByText("You said yes. You can withdraw it at any time.")).ToBeVisibleAsync();
        var number = member.Numbers[Coalition.Alpha.ProgrammeId];
        await Coalition.Alpha.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = number, Purpose = Purpose.Marketing });

        // A no is as easy as the yes was.
        await page.GotoAsync($"{portal.Url}/sharing/alpha/Marketing");
        await page.GetByRole(AriaRole.Button, new() { Name = "No", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Withdrawn.");
        await page.GotoAsync($"{portal.Url}/sharing/alpha/Marketing");
        await page.Locator("input[value=Contact]").CheckAsync();
        await page.Locator("summary:has-text('below the age')").ClickAsync();
        await page.Locator("#guardian").PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Yes" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes" }).ClickAsync();
        await Assertions.Expect(page.GetByText("You said yes. You can withdraw it at any time.")).ToBeVisibleAsync();

        await page.GotoAsync(portal.Url);
        var clicks = 0;
        await Step(page.Locator("nav.pages summary"));
        await Step(page.GetByRole(AriaRole.Link, new() { Name = "Sharing", Exact = true }));
        await Step(page.GetByRole(AriaRole.Button, new() { Name = "Withdraw: alpha" }).First);
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Withdrawn.");
        Assert.InRange(clicks, 1, 4);
        Assert.Equal(ConsentState.Withdrawn, Assert.Single((await member.Client.Consents.ListConsentsAsync(new ListConsentsRequest())).Consents).State);

        Coalition.Gateway.TakeIn();
        await page.GotoAsync(portal.Url);
        clicks = 0;
        await Step(page.Locator("nav.pages summary"));
        await Step(page.GetByRole(AriaRole.Link, new() { Name = "Who saw my data", Exact = true }));
        await Assertions.Expect(page.GetByText("You consented.")).ToBeVisibleAsync();
        await Step(page.GetByRole(AriaRole.Link, new() { Name = "Proof", Exact = true }).First);
        await Assertions.Expect(page.Locator("[data-verdict=good]")).ToBeVisibleAsync();
        Assert.InRange(clicks, 1, 5);

        async Task Step(ILocator control)
        {
            await control.ClickAsync();
            clicks++;
        }
    }

    /// <summary>Each is a forgery that a dishonest coalition could show.</summary>
    [Theory]
    [InlineData("event.event", "root")]
    [InlineData("event.member_number", "root")]
    [InlineData("event.log_index", "root")]
    [InlineData("checkpoint", "signature")]
    [InlineData("verifier_key", "checkpoint")]
    [InlineData("", "other key")]
    public async Task Browser_FindsAForgedProof(string forged, string found)
    {
        var member = await portal.Rich();
        await TestCoalition.Buy(Coalition.Alpha, member, 7);
        var page = await portal.SignIn(member);
        Coalition.Gateway.TakeIn();
        var movements = await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Coalition.Alpha.ProgrammeId });
        var url = $"{portal.Url}/proofs/{movements.Movements[0].EventId}";
        await page.GotoAsync(url);
        await Assertions.Expect(page.Locator("[data-verdict=good]")).ToBeVisibleAsync();

        // A coalition that signs with another key than before.
        await page.EvaluateAsync("isOther => isOther && Object.keys(localStorage).forEach(name => localStorage.setItem(name, 'another'))", forged.Length == 0);
        await page.RouteAsync(url, async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = answer, Body = Forge(await answer.TextAsync(), forged) });
        });
        await page.GotoAsync(url);
        await Assertions.Expect(page.Locator("[data-verdict=bad]")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[data-detail]")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex($"{found}|path|index"));
    }

    [Fact]
    public async Task Members_PoolPoints_AndTakeThemBack()
    {
        var (one, other) = (await portal.Rich(), await portal.Rich());
        var (page, second) = (await portal.SignIn(one), await portal.SignIn(other));
        await page.GotoAsync($"{portal.Url}/pools");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the pool" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The pool is there. Put points in, and invite others.");
        await page.Locator("#contribute-points").FillAsync("9999");
        await page.GetByRole(AriaRole.Button, new() { Name = "Put points in" }).ClickAsync();
        await Assertions.Expect(page.Locator("#contribute-problem")).ToHaveTextAsync("You have too few points. You can use 5,000.");
        await page.Locator("#contribute-points").FillAsync("1.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Put points in" }).ClickAsync();
        await Assertions.Expect(page.Locator("#contribute-problem")).ToHaveTextAsync("Type a whole number.");
        await page.Locator("#contribute-points").FillAsync("1 200");
        await page.GetByRole(AriaRole.Button, new() { Name = "Put points in" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Your share: 1,200 points")).ToBeVisibleAsync();
        await page.Locator("#number").FillAsync(other.Numbers[Coalition.Alpha.ProgrammeId]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Invite somebody" }).ClickAsync();
        await Assertions.Expect(page.GetByText("invited, last day:")).ToBeVisibleAsync();

        await second.GotoAsync(portal.Url);
        await second.GetByRole(AriaRole.Link, new() { Name = "Somebody invites you to a pool" }).ClickAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();
        await Assertions.Expect(second.Locator(".figure")).ToHaveTextAsync("1,200 points");
        await second.GetByRole(AriaRole.Button, new() { Name = "Leave the pool" }).ClickAsync();
        await Assertions.Expect(second.GetByText("You are in no pool.")).ToBeVisibleAsync();

        await page.ReloadAsync();
        await page.Locator("#withdraw-points").FillAsync("200");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take points back" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Your share: 1,000 points")).ToBeVisibleAsync();
        Assert.Equal((4000, 0), await TestCoalition.Balance(one, Coalition.Alpha));
    }

    [Fact]
    public async Task Member_ClaimsAReward_AndShowsItsCode()
    {
        var member = await portal.Rich();
        await Coalition.Gateway.Operator.Rewards.PublishRewardAsync(new PublishRewardRequest
        {
            RequestId = RequestIds.New(),
            Reward = new Reward
            {
                ProgrammeId = Coalition.Alpha.ProgrammeId, RewardId = "tea", PricePoints = 700, VoucherDays = 30, FromTime = TestCoalition.Past, UntilTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1)),
                Texts = { new RewardText { Language = "en", Name = "A tea" }, new RewardText { Language = "sv", Name = "Ett te" } },
            },
        });
        var page = await portal.SignIn(member);
        await page.GotoAsync($"{portal.Url}/spend");
        await page.GetByRole(AriaRole.Button, new() { Name = "Claim: A tea" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The voucher is yours.");
        var voucher = Assert.Single((await member.Client.Rewards.ListVouchersAsync(new ListVouchersRequest())).Vouchers);
        await Assertions.Expect(page.Locator(".code")).ToHaveTextAsync(voucher.VoucherCode);
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { Name = "A tea: QR" })).ToBeVisibleAsync();
        await Coalition.Alpha.Client.Rewards.UseVoucherAsync(new UseVoucherRequest { RequestId = RequestIds.New(), VoucherCode = voucher.VoucherCode });
        await page.GotoAsync($"{portal.Url}/vouchers");
        await Assertions.Expect(page.GetByText("Used at alpha,")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".code")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Member_ChoosesWhereAPurchaseEarns()
    {
        var member = await portal.Rich();
        var page = await portal.SignIn(member);
        await page.GotoAsync($"{portal.Url}/earn");
        await page.GetByRole(AriaRole.Button, new() { Name = "Earn here: " }).First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("From now on your purchases earn there.");
        Assert.Equal(Coalition.Beta.ProgrammeId, (await TestCoalition.Buy(Coalition.Alpha, member, 10)).ProgrammeId);
        foreach (var wrong in new[] { "lots", "-1", "1.234.5", "99999999999999999999" })
        {
            await page.GotoAsync($"{portal.Url}/earn?amount={wrong}");
            await Assertions.Expect(page.Locator("#amount-problem")).ToHaveTextAsync("Type a whole number.");
        }

        await page.GotoAsync($"{portal.Url}/earn?amount=12.50");
        await Assertions.Expect(page.GetByText("beta points: 25 points")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Member_ReadsTheHistory_OfAllProgrammes_PageByPage_AndTakesItAlong()
    {
        var member = await portal.Rich();
        for (var i = 1; i <= 35; i++)
        {
            await TestCoalition.Buy(i % 2 == 0 ? Coalition.Alpha : Coalition.Beta, member, i);
        }

        var page = await portal.SignIn(member);
        await page.GotoAsync($"{portal.Url}/history");
        var first = await page.Locator(".history .change").AllTextContentsAsync();
        await Click(page, "Older");
        var second = await page.Locator(".history .change").AllTextContentsAsync();
        Assert.Equal((30, 6), (first.Count, second.Count));
        Assert.Equal(["+35 points", "+34 points"], first.Take(2));
        Assert.Equal("+5,000 points", second[^1]);
        Assert.Equal(36, first.Concat(second).Distinct().Count());
        await page.GotoAsync($"{portal.Url}/history?programme={Coalition.Beta.ProgrammeId}&kind=Purchase");
        await Assertions.Expect(page.Locator(".history > li")).ToHaveCountAsync(18);

        var file = await page.Context.APIRequest.GetAsync($"{portal.Url}/history/download");
        var lines = (await file.TextAsync()).TrimEnd().Split("\r\n");
        Assert.Equal(37, lines.Length);
        Assert.StartsWith("attachment", file.Headers["content-disposition"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Member_AddsAMembership_WithTheBrandsCode()
    {
        var member = await portal.Rich();
        var page = await portal.SignIn(member);
        var number = $"g-{Guid.NewGuid():N}"[..16];
        var gamma = Coalition.Gateway.As(Coalition.Gamma.ClientId, Coalition.Gamma.Secret);
        await gamma.Members.EnrollMemberAsync(new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = number });
        var code = await gamma.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = number });
        await page.GotoAsync($"{portal.Url}/data");
        await page.GetByText("Add a membership").ClickAsync();
        await Send("AAAAAAAAAAAA");
        await Assertions.Expect(page.Locator("#code-problem")).ToContainTextAsync("Ask for a new code.");
        await Send(code.LinkCode.ToLowerInvariant());
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The membership is added.");
        await Assertions.Expect(page.GetByText(number)).ToBeVisibleAsync();

        async Task Send(string typed)
        {
            await page.Locator("#number").FillAsync(number);
            await page.Locator("#code").FillAsync(typed);
            await page.GetByRole(AriaRole.Button, new() { Name = "Add it" }).ClickAsync();
        }
    }

    [Fact]
    public async Task Member_CorrectsTheProfile_TakesACopy_AndIsErased()
    {
        var member = await portal.Rich();
        var page = await portal.SignIn(member);
        await page.GotoAsync($"{portal.Url}/data");
        await page.Locator("#display_name").FillAsync("Ann");
        await page.Locator("#phone_number").FillAsync("12");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.Locator("#phone_number-problem")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#display_name")).ToHaveValueAsync("Ann");
        await page.Locator("#phone_number").FillAsync("+46 70-000 00 02");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Your data is corrected.");
        var copy = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Copy for programs (JSON)" }).ClickAsync());
        Assert.Contains("+46700000002", await File.ReadAllTextAsync(await copy.PathAsync()), StringComparison.Ordinal);

        await page.GotoAsync($"{portal.Url}/data/erase");
        await Assertions.Expect(page.GetByText("5,000 points")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Erase me now" }).ClickAsync();
        await Assertions.Expect(page.Locator("#sure-problem")).ToHaveTextAsync("Tick this first.");
        await page.Locator("input[name=sure]").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Erase me now" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You are erased" })).ToBeVisibleAsync();
        await page.GotoAsync(portal.Url);
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Sign in", Exact = true })).ToBeVisibleAsync();
    }

    private static Task Click(IPage page, string link) => page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync();

    /// <summary>Changes one part of the bundle in a page.</summary>
    private static string Forge(string html, string part)
    {
        var begin = html.IndexOf("data-bundle=\"", StringComparison.Ordinal) + "data-bundle=\"".Length;
        var end = html.IndexOf('"', begin);
        var bundle = System.Text.Json.Nodes.JsonNode.Parse(System.Net.WebUtility.HtmlDecode(html[begin..end]))!;
        if (part.Length == 0)
        {
            return html;
        }

        var (holder, name) = part.Split('.') is [var first, var second] ? (bundle[first]!, second) : (bundle, part);
        holder[name] = name switch
        {
            "event" => Turned(holder[name]!.GetValue<string>()),
            "checkpoint" => holder[name]!.GetValue<string>().Replace("\n\n", "x\n\n", StringComparison.Ordinal),
            "verifier_key" => "x" + holder[name]!.GetValue<string>(),
            _ => holder[name]!.GetValue<long>() + 1,
        };
        return html[..begin] + System.Net.WebUtility.HtmlEncode(bundle.ToJsonString()) + html[end..];

        static string Turned(string base64)
        {
            var bytes = Convert.FromBase64String(base64);
            bytes[^1] ^= 1;
            return Convert.ToBase64String(bytes);
        }
    }
}
