using System.Net;
using System.Text;
using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.SignIns;

/// <summary>One-time codes and passkeys by gRPC. The pages themselves are tested in a browser.</summary>
public sealed class SignInServiceTests(TestCoalition coalition)
{
    [Fact]
    public async Task CreateSignInCode_Retried_GivesTheSameCode_AndOnlyTheBrandsOwnMembersHaveOne()
    {
        var member = await coalition.Member(coalition.Alpha);
        var request = Request(member);
        var made = await coalition.Alpha.Client.SignIns.CreateSignInCodeAsync(request);
        Assert.Equal(made, await coalition.Alpha.Client.SignIns.CreateSignInCodeAsync(request));
        Assert.Matches("^[2-9A-HJ-NP-Z]{12}$", made.SignInCode);
        Assert.Equal($"{coalition.Gateway.Options.Issuer}/sign-in/code#{made.SignInCode}", made.SignInUrl);
        await Refusals.Refused(StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND", () => coalition.Beta.Client.SignIns.CreateSignInCodeAsync(Request(member)));
    }

    [Fact]
    public async Task GetSignIn_TellsOfAnOpenCode_UntilItIsCancelled()
    {
        var member = await coalition.Member(coalition.Alpha);
        Assert.Null((await member.Client.SignIns.GetSignInAsync(new GetSignInRequest())).OpenCode);
        await coalition.Alpha.Client.SignIns.CreateSignInCodeAsync(Request(member));
        var told = await member.Client.SignIns.GetSignInAsync(new GetSignInRequest());
        Assert.Equal(("alpha", null, 0), (told.OpenCode.PartnerId, told.OpenCode.ReadyTime, told.RecoveryCodes));
        Assert.Empty(told.Passkeys);

        await member.Client.SignIns.CancelNewStartAsync(new CancelNewStartRequest { RequestId = RequestIds.New() });
        Assert.Null((await member.Client.SignIns.GetSignInAsync(new GetSignInRequest())).OpenCode);
        await Refusals.Refused(
            StatusCode.PermissionDenied, "SIGN_IN_CODE_INVALID", () => member.Client.SignIns.CancelNewStartAsync(new CancelNewStartRequest { RequestId = RequestIds.New() }));
    }

    [Fact]
    public async Task Passkeys_AreInTheMembersExport_AndGoneAfterTheErasure()
    {
        var member = await coalition.Member(coalition.Alpha);
        var id = new Ledger.MemberId(Guid.Parse(await coalition.Gateway.MemberId(member.Numbers[coalition.Alpha.ProgrammeId])));
        var journal = coalition.Gateway.Services.GetRequiredService<CommandJournal>();
        foreach (var name in new[] { "Phone", "Tablet" })
        {
            var passkey = new Passkey(Guid.CreateVersion7(), id, Guid.NewGuid().ToString("N"), [1], "", true, name, default);
            await journal.Submit<PasskeyAdded>(new AddPasskey(Ledger.Caller.Of(id).NewContext(Guid.NewGuid()), id, passkey, null));
        }

        var told = await member.Client.SignIns.GetSignInAsync(new GetSignInRequest());
        Assert.Equal(["Phone", "Tablet"], told.Passkeys.Select(passkey => passkey.DisplayName));
        var export = new StringBuilder();
        await foreach (var part in member.Client.Privacy.StreamPersonalData(new StreamPersonalDataRequest { Format = DocumentFormat.Json }).ResponseStream.ReadAllAsync())
        {
            export.Append(part.Chunk.ToStringUtf8());
        }

        Assert.Contains("Tablet", export.ToString(), StringComparison.Ordinal);
        await member.Client.SignIns.RemovePasskeyAsync(new RemovePasskeyRequest { RequestId = RequestIds.New(), PasskeyId = told.Passkeys[0].PasskeyId });
        await Refusals.Refused(StatusCode.FailedPrecondition, "LAST_PASSKEY", () => member.Client.SignIns.RemovePasskeyAsync(
            new RemovePasskeyRequest { RequestId = RequestIds.New(), PasskeyId = told.Passkeys[1].PasskeyId }));
        await member.Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New() });
        Assert.Equal(0, coalition.Gateway.Scalar("SELECT count(*) FROM passkey WHERE name = 'Tablet'"));
    }

    [Fact]
    public async Task RemovePasskey_Unknown_IsRefused()
    {
        var member = await coalition.Member(coalition.Alpha);
        await Refusals.Refused(StatusCode.NotFound, "PASSKEY_NOT_FOUND", () => member.Client.SignIns.RemovePasskeyAsync(
            new RemovePasskeyRequest { RequestId = RequestIds.New(), PasskeyId = Guid.NewGuid().ToString() }));
    }

    [Fact]
    public async Task LinkAccount_TellsTheMember_Once_AndItsRetryTheSame()
    {
        var member = await coalition.Member(coalition.Alpha);
        var made = await coalition.Alpha.Client.SignIns.CreateSignInCodeAsync(Request(member));
        var request = new LinkAccountRequest { RequestId = RequestIds.New(), SignInCode = made.SignInCode.ToLowerInvariant() };
        var linked = await coalition.Gateway.Operator.SignIns.LinkAccountAsync(request);
        Assert.Equal(await coalition.Gateway.MemberId(member.Numbers[coalition.Alpha.ProgrammeId]), linked.MemberId);
        Assert.Equal(linked, await coalition.Gateway.Operator.SignIns.LinkAccountAsync(request));
        request.RequestId = RequestIds.New();
        await Refusals.Refused(StatusCode.PermissionDenied, "SIGN_IN_CODE_INVALID", async () => await coalition.Gateway.Operator.SignIns.LinkAccountAsync(request));
    }

    /// <summary>A page of another site cannot post in the member's name, and no page leads anywhere else.</summary>
    [Theory]
    [InlineData("/account/sign-out")]
    [InlineData("/account/passkeys/remove")]
    [InlineData("/account/recovery-codes")]
    [InlineData("/account/sessions/end")]
    [InlineData("/account/apps/withdraw")]
    [InlineData("/account/code/cancel")]
    [InlineData("/sign-in/consent")]
    [InlineData("/sign-in/code")]
    [InlineData("/sign-in/new-start")]
    [InlineData("/sign-in/recovery")]
    [InlineData("/sign-in/options")]
    [InlineData("/sign-in/passkey")]
    [InlineData("/sign-in/passkeys")]
    [InlineData("/sign-in/passkeys/options")]
    public async Task Page_PostedFromAnotherSite_IsForbidden(string path)
    {
        foreach (var origin in new[] { null, "null", "https://evil.example", coalition.Gateway.Options.Issuer + ".evil.example" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, coalition.Gateway.Options.HttpUrl + path) { Content = new FormUrlEncodedContent([]) };
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            using var answer = await coalition.Gateway.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("oauth/../../evil")]
    [InlineData("\"><script>alert(1)</script>")]
    public async Task Page_WithAHostileReturn_DropsIt(string hostile)
    {
        var page = await coalition.Gateway.Http.GetStringAsync($"{coalition.Gateway.Options.HttpUrl}/sign-in?return={Uri.EscapeDataString(hostile)}");
        Assert.DoesNotContain("evil", page, StringComparison.Ordinal);
        Assert.DoesNotContain("alert(", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/account")]
    [InlineData("/account/passkeys/new")]
    public async Task Page_OfTheAccount_WithoutASession_LeadsToTheSignIn(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, coalition.Gateway.Options.HttpUrl + path);
        request.Headers.Add("Cookie", "coalition-session=made-up");
        using var answer = await coalition.Gateway.Http.SendAsync(request);
        Assert.Equal((HttpStatusCode.Redirect, $"{coalition.Gateway.Options.Issuer}/sign-in"), (answer.StatusCode, answer.Headers.Location?.ToString()));
    }

    [Theory]
    [InlineData("en")]
    [InlineData("lv")]
    [InlineData("nb")]
    [InlineData("pl")]
    [InlineData("sv")]
    public void EveryScopeOfMembers_HasWords(string language)
    {
        var words = CoalitionGateway.Platform.OAuth.Pages.PageWords.All.Single(found => found.Code == language);
        Assert.All(
            CoalitionGateway.Gateway.ScopesFor(Ledger.CallerKind.Member).Where(scope => scope != "programmes.read"), scope => Assert.NotEmpty(words.ForScope(scope) ?? ""));
    }

    private CreateSignInCodeRequest Request(TestMember member) =>
        new() { RequestId = RequestIds.New(), MembershipNumber = member.Numbers[coalition.Alpha.ProgrammeId] };
}
