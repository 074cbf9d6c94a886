using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Tests.Consents;

/// <summary>Over gRPC: a partner requests a consent, the member answers, the partner ends it.</summary>
public sealed class ConsentRequestTests(TestCoalition coalition)
{
    [Fact]
    public async Task ConsentRequest_IsShownToTheMember_AndAnswered()
    {
        var member = await coalition.Member(coalition.Alpha);
        var asked = await Request(member);
        Assert.Equal(ConsentState.Requested, asked.State);
        var shown = Assert.Single((await member.Client.Consents.ListConsentsAsync(new ListConsentsRequest())).Consents);
        Assert.Equal((ConsentState.Requested, "alpha", asked.ConsentEventId), (shown.State, shown.PartnerId, shown.ConsentEventId));
        Assert.Null(shown.GiveTime);
        Assert.Equal(["4"], shown.Categories.Select(category => $"{(int)category}"));
        Assert.Equal(DisclosureBasis.NoConsent, await Basis(member));
        Assert.Equal(ConsentState.Deferred, (await member.Client.Consents.DeferConsentAsync(new DeferConsentRequest { RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Analytics, NoticeVersion = "2026-01", NoticeLanguage = "pl" })).Consent.State);
        Assert.Equal(ConsentState.Requested, (await Request(member)).State);
        Assert.Equal(ConsentState.Given, (await Give(member)).State);
        Assert.Equal(DisclosureBasis.ConsentInForce, await Basis(member));
        Assert.Equal(ConsentState.Renewed, (await Give(member)).State);
        Assert.Equal(DisclosureBasis.ConsentInForce, await Basis(member));
        await Refusals.Refused(StatusCode.FailedPrecondition, "CONSENT_IN_FORCE", () => coalition.Alpha.Client.Consents.RequestConsentAsync(Asking(member)));
    }

    [Fact]
    public async Task RefusedConsent_CannotBeRequestedAgain_AndOnlyTheMemberChangesIt()
    {
        var member = await coalition.Member(coalition.Alpha);
        await Request(member);
        var refused = (await member.Client.Consents.RefuseConsentAsync(new RefuseConsentRequest { RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Analytics, NoticeVersion = "2026-01", NoticeLanguage = "lv" })).Consent;
        Assert.Equal((ConsentState.Refused, "lv"), (refused.State, refused.NoticeLanguage));
        await Refusals.Refused(StatusCode.FailedPrecondition, "CONSENT_WAS_REFUSED", () => coalition.Alpha.Client.Consents.RequestConsentAsync(Asking(member)));
        Assert.Equal(ConsentState.Given, (await Give(member)).State);
    }

    [Fact]
    public async Task Partner_EndsItsConsent_AndMayAskAgain()
    {
        var member = await coalition.Member(coalition.Alpha);
        await Give(member);
        var revoke = new RevokeConsentRequest { RequestId = RequestIds.New(), MembershipNumber = member.Numbers[coalition.Alpha.ProgrammeId], Purpose = Purpose.Analytics };
        Assert.Equal(ConsentState.Revoked, (await coalition.Alpha.Client.Consents.RevokeConsentAsync(revoke)).State);
        Assert.Equal(DisclosureBasis.ConsentWithdrawn, await Basis(member));
        Assert.NotNull(Assert.Single((await member.Client.Consents.ListConsentsAsync(new ListConsentsRequest())).Consents).WithdrawTime);
        Assert.Equal(ConsentState.Requested, (await Request(member)).State);
        Assert.Equal(
            [ConsentEventType.Given, ConsentEventType.Revoked, ConsentEventType.Requested],
            (await coalition.Gateway.Officer.Audit.ListConsentEventsAsync(new ListConsentEventsRequest { ProgrammeId = coalition.Alpha.ProgrammeId, MembershipNumber = member.Numbers[coalition.Alpha.ProgrammeId] })).Events.Select(made => made.Type));
    }

    [Theory]
    [InlineData("en")]
    [InlineData("sv")]
    [InlineData("nb")]
    [InlineData("pl")]
    [InlineData("lv")]
    public async Task Notice_ExistsInEveryLanguage(string language)
    {
        var notice = (await coalition.Alpha.Client.Consents.GetNoticeAsync(new GetNoticeRequest { Language = language })).Notice;
        Assert.Equal(("2026-01", language), (notice.Version, notice.Language));
        Assert.Equal(7, notice.Text.Split("\n**").Length - 1);
    }

    private async Task<RequestConsentResponse> Request(TestMember member) => await coalition.Alpha.Client.Consents.RequestConsentAsync(Asking(member));

    private RequestConsentRequest Asking(TestMember member) => new()
    {
        RequestId = RequestIds.New(), MembershipNumber = member.Numbers[coalition.Alpha.ProgrammeId], Purpose = Purpose.Analytics, Categories = { DataCategory.Contact },
    };

    private static async Task<Consent> Give(TestMember member) => (await member.Client.Consents.GiveConsentAsync(new GiveConsentRequest
    {
        RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Analytics, Categories = { DataCategory.Contact }, NoticeVersion = "2026-01", NoticeLanguage = "nb",
    })).Consent;

    private async Task<DisclosureBasis> Basis(TestMember member)
    {
        var number = member.Numbers[coalition.Alpha.ProgrammeId];
        await coalition.Alpha.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = number, Purpose = Purpose.Analytics });
        return (await coalition.Gateway.Officer.Audit.ListDisclosuresAsync(new ListDisclosuresRequest { ProgrammeId = coalition.Alpha.ProgrammeId, MembershipNumber = number })).Disclosures[^1].Basis;
    }
}
