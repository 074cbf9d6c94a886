using CoalitionGateway.V1;
using Microsoft.Playwright;

namespace CoalitionGateway.Browser.Tests;

/// <summary>Operators sign in with passkeys in a real browser, and decide by four eyes.</summary>
public sealed class OperatorJourneyTests(SignInBrowser browser) : IClassFixture<SignInBrowser>
{
    private const string _console = "test-console";

    [Fact]
    public async Task TwoOperators_InvitedOnTheConsole_SignIn_AndOneApprovesTheRateThatTheOtherProposed()
    {
        var (anna, page) = await SignIn("anna", page => browser.InLanguages(
            page, SignInBrowser.Languages, language => SignInBrowser.CheckAccessibility(page, $"the consent of an operator in {language}")));
        var (bjorn, _) = await SignIn("bjorn");
        var proposal = (await anna.Programmes.PublishAgreementAsync(new PublishAgreementRequest
        {
            RequestId = RequestIds.New(),
            Agreement = new Agreement { PartnerId = "gamma", ProgrammeId = "gamma-points", Rates = { new Rate { Points = 3, Spend = TestCoalition.Euro(1) } }, Rounding = Rounding.Down },
        })).Proposal;
        var shown = Assert.Single((await bjorn.Proposals.ListProposalsAsync(new ListProposalsRequest { State = ProposalState.Open })).Proposals);
        Assert.Contains(new FieldChange { Field = "agreement.rates[0].points", Before = "1", After = "3" }, shown.Changes);
        await bjorn.Proposals.ApproveProposalAsync(new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = proposal.ProposalId });
        Assert.Equal(3, (await anna.Programmes.GetProgrammeAsync(new GetProgrammeRequest { ProgrammeId = "gamma-points" })).Agreements.Single().Rates[0].Points);

        // The account page is a person's: no recovery codes. Two others let them in again.
        await page.GotoAsync($"{browser.Url}/account");
        await Assertions.Expect(page.GetByText("anna", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Make new codes" })).ToHaveCountAsync(0);
        await browser.InLanguages(page, SignInBrowser.Languages, language => SignInBrowser.CheckAccessibility(page, $"the account of an operator in {language}"));

        // After signing out, the passkey signs anna in again; an app of members does not take her for a member.
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GotoAsync(browser.AuthorizeUrl("programmes.read", app: _console));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        Assert.NotEmpty((await browser.Answer(page))["code"].ToString());
        await page.GotoAsync(browser.AuthorizeUrl(more: "&prompt=none"));
        Assert.Equal("login_required", (await browser.Answer(page))["error"].ToString());
    }

    [Fact]
    public async Task Operator_WhoIsRemoved_DoesNotComeBackWithThePasskey()
    {
        var (carl, page) = await SignIn("carl");
        var gateway = browser.Coalition.Gateway;
        var removal = await gateway.AsPerson("operator-one").People.RemovePersonAsync(new RemovePersonRequest { RequestId = RequestIds.New(), PersonId = "carl" });
        await gateway.AsPerson("operator-two").Proposals.ApproveProposalAsync(new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = removal.Proposal.ProposalId });
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await carl.Programmes.ListRoutesAsync(new ListRoutesRequest()));

        await page.GotoAsync($"{browser.Url}/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
    }

    /// <summary>Makes a passkey with the console's invitation, and signs in to the operators' app.</summary>
    private async Task<(CoalitionClient Client, IPage Page)> SignIn(string id, Func<IPage, Task>? lookAtConsent = null)
    {
        var page = await browser.Visitor();
        await VirtualAuthenticator.Attach(page);
        await page.GotoAsync(await Gateway.InviteOperator(browser.Coalition.Gateway.Services, id));
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a passkey" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign-in and devices" })).ToBeVisibleAsync();
        await page.GotoAsync(browser.AuthorizeUrl("programmes.read programmes.manage proposals.read proposals.decide", app: _console));
        await Assertions.Expect(page.GetByText("approve and decline proposals in your name")).ToBeVisibleAsync();
        await (lookAtConsent?.Invoke(page) ?? Task.CompletedTask);
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
        var tokens = await browser.Redeem((await browser.Answer(page))["code"].ToString(), _console);
        return (browser.Coalition.Gateway.WithToken(tokens.AccessToken), page);
    }
}
