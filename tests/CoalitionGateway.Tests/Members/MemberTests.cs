using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Tests.Members;

public sealed class MemberTests(TestCoalition coalition)
{
    [Fact]
    public async Task EnrollMember_WithOnlyANumber_Succeeds()
    {
        var number = $"bare-{Guid.NewGuid():N}";
        var enrolled = (await coalition.Alpha.Client.Members.EnrollMemberAsync(new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = number })).Membership;
        Assert.Equal((coalition.Alpha.ProgrammeId, number), (enrolled.ProgrammeId, enrolled.MembershipNumber));
        Assert.Equal(0, (await coalition.Alpha.Client.Members.GetBalancesAsync(new GetBalancesRequest { MembershipNumber = number })).Balances.Single().AvailablePoints);
    }

    [Fact]
    public async Task EnrollMember_OfAPartnerWithoutAProgramme_IsRefused()
    {
        var id = $"p{Guid.NewGuid():N}";
        var registered = await coalition.Gateway.Operator.Programmes.RegisterPartnerAsync(
            new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = id, DisplayName = "Bare" } });
        var client = coalition.Gateway.As(registered.ClientId, registered.ClientSecret);
        await Refusals.Refused(StatusCode.FailedPrecondition, "PARTNER_WITHOUT_PROGRAMME", () => client.Members.EnrollMemberAsync(new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = "1" }));
        await Refusals.Refused(StatusCode.FailedPrecondition, "PARTNER_WITHOUT_PROGRAMME", () => client.Members.GetBalancesAsync(new GetBalancesRequest { MembershipNumber = "1" }));
    }

    [Fact]
    public async Task RegisterPartner_Retried_GivesTheSameSecretAgain()
    {
        var request = new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = $"p{Guid.NewGuid():N}", DisplayName = "New" } };
        var (first, again) = (await coalition.Gateway.Operator.Programmes.RegisterPartnerAsync(request), await coalition.Gateway.Operator.Programmes.RegisterPartnerAsync(request));
        Assert.Equal(first, again);
        Assert.False(coalition.Gateway.IsInAnEvent(first.ClientSecret));
        Assert.NotEmpty(await coalition.Gateway.TokenOf(first.ClientId, first.ClientSecret, ""));
    }

    [Fact]
    public async Task LinkMembership_TransfersThePoints_AndThePartnerKeepsItsNumber()
    {
        var (ann, other) = (await coalition.Member(coalition.Alpha), await coalition.Member(coalition.Beta));
        await TestCoalition.Buy(coalition.Beta, other, 50);
        await Link(ann, other);
        Assert.Equal((50, 0), await TestCoalition.Balance(ann, coalition.Beta));
        Assert.Empty((await other.Client.Members.GetBalancesAsync(new GetBalancesRequest())).Balances);
        var own = await ann.Client.Members.GetMemberAsync(new GetMemberRequest());
        Assert.Equal([coalition.Alpha.ProgrammeId, coalition.Beta.ProgrammeId], own.Memberships.Select(membership => membership.ProgrammeId));
    }

    [Fact]
    public async Task LinkMembership_NeverTransfersTheProfile_AndErasesTheFormerOne()
    {
        var ann = await coalition.Member(new MemberProfile { DisplayName = "Ann" }, coalition.Alpha);
        var other = await coalition.Member(new MemberProfile { DisplayName = "A. Berg", Email = "a@example.com" }, coalition.Beta);
        await Link(ann, other);
        var own = (await ann.Client.Members.GetMemberAsync(new GetMemberRequest())).Member.Profile;
        Assert.Equal(("Ann", ""), (own.DisplayName, own.Email));
        Assert.Equal(new MemberProfile(), (await other.Client.Members.GetMemberAsync(new GetMemberRequest())).Member.Profile);
    }

    [Fact]
    public async Task LinkMembership_WithAUsedCode_IsRefused()
    {
        var (ann, ben, other) = (await coalition.Member(coalition.Alpha), await coalition.Member(coalition.Alpha), await coalition.Member(coalition.Beta));
        var code = await Link(ann, other);
        await Refusals.Refused(StatusCode.PermissionDenied, "LINK_CODE_INVALID", async () => await Redeem(ben, other, code));
    }

    [Fact]
    public async Task LinkMembership_WithTheCodeOfAnotherMembership_IsRefused()
    {
        var (ann, other, third) = (await coalition.Member(coalition.Alpha), await coalition.Member(coalition.Beta), await coalition.Member(coalition.Beta));
        var code = await Code(third);
        await Refusals.Refused(StatusCode.PermissionDenied, "LINK_CODE_INVALID", async () => await Redeem(ann, other, code));
    }

    [Fact]
    public async Task LinkMembership_MemberAlreadyHasOne_IsRefused()
    {
        var (ann, other) = (await coalition.Member(coalition.Alpha, coalition.Beta), await coalition.Member(coalition.Beta));
        await Refusals.Refused(StatusCode.FailedPrecondition, "MEMBERSHIP_EXISTS", async () => await Link(ann, other));
    }

    [Fact]
    public async Task ChooseProgramme_NotOfferedByTheBrand_IsRefusedWithThoseOffered()
    {
        var member = await coalition.Member(coalition.Alpha);
        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "AGREEMENT_NOT_FOUND", () => member.Client.Members.ChooseProgrammeAsync(
            new ChooseProgrammeRequest { RequestId = RequestIds.New(), PartnerId = "alpha", ProgrammeId = coalition.Gamma.ProgrammeId }));
        Assert.Equal("alpha-points,beta-points", refusal.Metadata["offered_programme_ids"]);
    }

    [Fact]
    public async Task GetMember_ByTheMember_NeedsNoConsentAndGivesEverything()
    {
        var profile = new MemberProfile { DisplayName = "Ann", Email = "ann@example.com" };
        var member = await coalition.Member(profile, coalition.Alpha);
        var own = await member.Client.Members.GetMemberAsync(new GetMemberRequest());
        Assert.Equal(profile, own.Member.Profile);
        Assert.Empty(own.Withheld);
        Assert.Equal("", own.DisclosureId);
    }

    // Nothing that one partner sees about a member may match what another partner sees.
    [Fact]
    public async Task TwoPartners_CannotJoinTheirRecordsOfAMember()
    {
        var member = await coalition.Member(coalition.Alpha, coalition.Beta);
        var seen = new List<HashSet<string>>();
        foreach (var partner in new[] { coalition.Alpha, coalition.Beta })
        {
            var number = member.Numbers[partner.ProgrammeId];
            var answer = await partner.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = number, Purpose = Purpose.Marketing });
            var purchase = await TestCoalition.Buy(partner, member, 5);
            seen.Add([answer.DisclosureId, .. answer.Memberships.Select(membership => membership.MembershipNumber), purchase.PurchaseReference]);
        }

        Assert.Empty(seen[0].Intersect(seen[1]));
    }

    private async Task<string> Code(TestMember member) => (await coalition.Beta.Client.Members.CreateLinkCodeAsync(
        new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = member.Numbers[coalition.Beta.ProgrammeId] })).LinkCode;

    private async Task<string> Link(TestMember member, TestMember other)
    {
        var code = await Code(other);
        await Redeem(member, other, code);
        return code;
    }

    private async Task Redeem(TestMember member, TestMember other, string code) => await member.Client.Members.LinkMembershipAsync(
        new LinkMembershipRequest { RequestId = RequestIds.New(), ProgrammeId = coalition.Beta.ProgrammeId, MembershipNumber = other.Numbers[coalition.Beta.ProgrammeId], LinkCode = code });
}
