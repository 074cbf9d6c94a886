using CoalitionGateway.Audit;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Privacy;

/// <summary>
/// Rectification, restriction and refusal of sharing: their effect after the answer, and the partners that are notified.
/// </summary>
public sealed class RightsTests(TestCoalition coalition)
{
    private static readonly MemberProfile _profile = new() { DisplayName = "Eva", Email = "eva@example.com" };

    [Fact]
    public async Task Rectify_ReplacesTheProfile_AndNotifiesPartnersWithConsent()
    {
        var (member, number) = await Member();
        await ErasureTests.Consent(member.Client, "alpha");
        await Acknowledge(coalition.Alpha);
        var rectified = await member.Client.Privacy.RectifyProfileAsync(new RectifyProfileRequest
        {
            RequestId = RequestIds.New(), Profile = new MemberProfile { Email = "eva.new@example.com", CountryCode = "SE" },
        });

        Assert.Equal(["display_name", "email", "country_code"], rectified.ChangedFields);
        var own = (await member.Client.Members.GetMemberAsync(new GetMemberRequest())).Member.Profile;
        Assert.Equal(new MemberProfile { Email = "eva.new@example.com", CountryCode = "SE" }, own);
        Assert.Equal("eva.new@example.com", (await Ask(number)).Member.Profile.Email);
        var told = await Told(coalition.Alpha, number, NotificationKind.Rectified);
        Assert.Equal((NotificationKind.Rectified, number), (told?.Kind, told?.MembershipNumber));
        Assert.Null(await Told(coalition.Beta, member.Numbers[coalition.Beta.ProgrammeId], NotificationKind.Rectified));
        Assert.False(coalition.Gateway.IsInAnEvent("eva.new@example.com"));
    }

    [Fact]
    public async Task Rectify_ToAnEmptyProfile_RemovesIt_AndRepeatingChangesNothing()
    {
        var (member, _) = await Member();
        var first = await member.Client.Privacy.RectifyProfileAsync(new RectifyProfileRequest { RequestId = RequestIds.New() });
        Assert.Equal(["display_name", "email"], first.ChangedFields);
        Assert.Equal(new MemberProfile(), (await member.Client.Members.GetMemberAsync(new GetMemberRequest())).Member.Profile);
        Assert.Empty((await member.Client.Privacy.RectifyProfileAsync(new RectifyProfileRequest { RequestId = RequestIds.New() })).ChangedFields);
    }

    [Fact]
    public async Task Rectify_NeverConsented_NotifiesNobody()
    {
        var (member, number) = await Member();
        await member.Client.Privacy.RectifyProfileAsync(new RectifyProfileRequest { RequestId = RequestIds.New() });
        Assert.Null(await Told(coalition.Alpha, number, NotificationKind.Rectified));
    }

    [Fact]
    public async Task Restrict_ReleasesNothingUntilItIsLifted_AndTheOfficerSeesIt()
    {
        var (member, number) = await Member();
        await ErasureTests.Consent(member.Client, "alpha");
        await Acknowledge(coalition.Alpha);
        await member.Client.Privacy.RestrictProcessingAsync(new RestrictProcessingRequest { RequestId = RequestIds.New(), Ground = RestrictionGround.AccuracyContested });
        Assert.Equal("", (await Ask(number)).Member.Profile.Email);
        Assert.Equal(DisclosureBasis.Restricted, (await Last(number)).Basis);
        Assert.Empty((await coalition.Gateway.Officer.Audit.GetVisibilityAsync(new GetVisibilityRequest { ProgrammeId = coalition.Alpha.ProgrammeId, MembershipNumber = number })).Visible);
        Assert.NotNull(await Told(coalition.Alpha, number, NotificationKind.Restricted));
        await Refusals.Refused(StatusCode.FailedPrecondition, "RESTRICTION_IN_FORCE", () => member.Client.Privacy.RestrictProcessingAsync(
            new RestrictProcessingRequest { RequestId = RequestIds.New(), Ground = RestrictionGround.LegalClaims }));

        // Earning points is still possible.
        Assert.Equal(5, (await TestCoalition.Buy(coalition.Alpha, member, 5)).GivenPoints);

        await member.Client.Privacy.LiftRestrictionAsync(new LiftRestrictionRequest { RequestId = RequestIds.New() });
        Assert.Equal("eva@example.com", (await Ask(number)).Member.Profile.Email);
        Assert.NotNull(await Told(coalition.Alpha, number, NotificationKind.RestrictionLifted));
        Assert.Single((await coalition.Gateway.Officer.Audit.GetVisibilityAsync(new GetVisibilityRequest { ProgrammeId = coalition.Alpha.ProgrammeId, MembershipNumber = number })).Visible);
    }

    [Fact]
    public async Task RefuseSharing_EndsConsents_AndBlocksRequests_ButTheMemberCanStillGive()
    {
        var (member, number) = await Member();
        await ErasureTests.Consent(member.Client, "alpha");
        var request = new RefuseSharingRequest { RequestId = RequestIds.New(), Signal = RefusalSignal.Member };
        var refused = await member.Client.Consents.RefuseSharingAsync(request);
        Assert.Equal(ConsentState.Withdrawn, Assert.Single(refused.Ended).State);
        Assert.Equal("", (await Ask(number)).Member.Profile.Email);
        await Refusals.Refused(StatusCode.FailedPrecondition, "SHARING_REFUSED", () => coalition.Alpha.Client.Consents.RequestConsentAsync(
            new RequestConsentRequest { RequestId = RequestIds.New(), MembershipNumber = number, Purpose = Purpose.Analytics, Categories = { DataCategory.Contact } }));

        await ErasureTests.Consent(member.Client, "alpha");
        Assert.Equal("eva@example.com", (await Ask(number)).Member.Profile.Email);

        // A retry of the refusal gets the same answer. It does not end consents given since.
        Assert.Equal(refused, await member.Client.Consents.RefuseSharingAsync(request));
        Assert.Equal("eva@example.com", (await Ask(number)).Member.Profile.Email);
    }

    /// <summary>Global Privacy Control: the browser that signs the member in refuses sharing for them.</summary>
    [Fact]
    public async Task SignIn_WithSecGpc_RefusesSharingOnce()
    {
        var (member, number) = await Member();
        await ErasureTests.Consent(member.Client, "alpha");
        for (var i = 0; i < 2; i++)
        {
            await coalition.Gateway.SignIn(number, gpc: true);
        }

        Assert.Equal(ConsentState.Withdrawn, Assert.Single((await member.Client.Consents.ListConsentsAsync(new ListConsentsRequest())).Consents).State);
        var id = await coalition.Gateway.MemberId(number);
        coalition.Gateway.TakeIn();
        var events = (await coalition.Gateway.Officer.Audit.ListEventsAsync(new ListEventsRequest { MemberId = id })).Events;
        Assert.Single(events, found => found.Type == "SharingRefused");

        // A consent given after the signal is the member's own decision.
        await ErasureTests.Consent(member.Client, "alpha");
        await coalition.Gateway.SignIn(number, gpc: true);
        Assert.Equal("eva@example.com", (await Ask(number)).Member.Profile.Email);
    }

    [Fact]
    public async Task Notifications_OfTheCallerOnly_AreListedInPagesUntilAcknowledged()
    {
        var partner = coalition.Gamma;
        await Acknowledge(partner);
        var numbers = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var member = await coalition.Member(partner);
            numbers.Add(member.Numbers[partner.ProgrammeId]);
            await member.Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New() });
        }

        var (found, token) = (new List<Notification>(), "");
        do
        {
            var page = await partner.Client.Privacy.ListNotificationsAsync(new ListNotificationsRequest { PageSize = 2, PageToken = token });
            found.AddRange(page.Notifications);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        Assert.Equal(numbers.Order(), found.Select(told => told.MembershipNumber).Order());
        var references = found.Select(told => told.NotificationId).ToArray();
        var acknowledge = new AcknowledgeNotificationRequest { RequestId = RequestIds.New(), NotificationId = references[0] };
        await Refusals.Refused(StatusCode.NotFound, "NOTIFICATION_NOT_FOUND", () => coalition.Alpha.Client.Privacy.AcknowledgeNotificationAsync(new AcknowledgeNotificationRequest { RequestId = RequestIds.New(), NotificationId = references[0] }));
        var answer = await partner.Client.Privacy.AcknowledgeNotificationAsync(acknowledge);
        Assert.Equal(answer, await partner.Client.Privacy.AcknowledgeNotificationAsync(acknowledge));
        await Refusals.Refused(StatusCode.NotFound, "NOTIFICATION_NOT_FOUND", () => partner.Client.Privacy.AcknowledgeNotificationAsync(new AcknowledgeNotificationRequest { RequestId = RequestIds.New(), NotificationId = references[0] }));
        Assert.Equal(references.Skip(1), (await partner.Client.Privacy.ListNotificationsAsync(new ListNotificationsRequest())).Notifications.Select(told => told.NotificationId));
        await Acknowledge(partner);
    }

    private async Task<(TestMember Member, string Number)> Member()
    {
        var member = await coalition.Member(_profile, coalition.Alpha, coalition.Beta);
        return (member, member.Numbers[coalition.Alpha.ProgrammeId]);
    }

    private async Task<GetMemberResponse> Ask(string number) =>
        await coalition.Alpha.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = number, Purpose = Purpose.Marketing });

    private async Task<V1.Disclosure> Last(string number) => (await coalition.Gateway.Officer.Audit.ListDisclosuresAsync(
        new ListDisclosuresRequest { ProgrammeId = coalition.Alpha.ProgrammeId, MembershipNumber = number })).Disclosures[^1];

    /// <summary>The notification of this kind that a partner has about a member; null if it has none.</summary>
    private static async Task<Notification?> Told(TestPartner partner, string number, NotificationKind kind)
    {
        for (var token = ""; ;)
        {
            var page = await partner.Client.Privacy.ListNotificationsAsync(new ListNotificationsRequest { PageSize = 200, PageToken = token });
            if (page.Notifications.FirstOrDefault(told => told.MembershipNumber == number && told.Kind == kind) is { } found || (token = page.NextPageToken).Length == 0)
            {
                return page.Notifications.FirstOrDefault(told => told.MembershipNumber == number && told.Kind == kind);
            }
        }
    }

    private static async Task Acknowledge(TestPartner partner)
    {
        foreach (var told in (await partner.Client.Privacy.ListNotificationsAsync(new ListNotificationsRequest { PageSize = 200 })).Notifications)
        {
            await partner.Client.Privacy.AcknowledgeNotificationAsync(new AcknowledgeNotificationRequest { RequestId = RequestIds.New(), NotificationId = told.NotificationId });
        }
    }
}
