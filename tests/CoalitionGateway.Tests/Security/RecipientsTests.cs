using CoalitionGateway.Audit;
using CoalitionGateway.Client;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Security;

/// <summary>Two partners compare everything that the gateway tells them. They cannot join their records by it.</summary>
public sealed class RecipientsTests
{
    [Fact]
    public async Task Partners_NotifiedOfOneMembersActs_ShareOnlyTheDay()
    {
        await using var own = new TestCoalition();
        await own.InitializeAsync();
        var member = await own.Member(new MemberProfile { DisplayName = "Eva", Email = "eva@example.com" }, own.Alpha, own.Beta);
        foreach (var partner in new[] { "alpha", "beta" })
        {
            await member.Client.Consents.GiveConsentAsync(new GiveConsentRequest
            {
                RequestId = RequestIds.New(), PartnerId = partner, Purpose = Purpose.Marketing, Categories = { DataCategory.Contact }, NoticeVersion = "2026-01", NoticeLanguage = "en",
            });
        }

        await member.Client.Privacy.RectifyProfileAsync(new RectifyProfileRequest { RequestId = RequestIds.New(), Profile = new MemberProfile { Email = "e@example.com" } });
        await member.Client.Consents.RefuseSharingAsync(new RefuseSharingRequest { RequestId = RequestIds.New(), Signal = RefusalSignal.Member });
        await member.Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New() });
        own.Gateway.TakeIn();

        var (alpha, beta) = (await Told(own.Alpha), await Told(own.Beta));
        Assert.Equal(
            [NotificationKind.Rectified, NotificationKind.Erased, NotificationKind.ConsentWithdrawn],
            alpha.Notifications.Select(told => told.Kind).Order());
        Assert.Empty(alpha.Notifications.Select(told => told.NotificationId).Intersect(beta.Notifications.Select(told => told.NotificationId)));
        Assert.All(alpha.Notifications, told => Assert.Matches(@"\A\d{4}-\d{2}-\d{2}\z", told.Day));

        // A partner's log contains its own acts, and no act of a member about it.
        Assert.DoesNotContain(alpha.Events.Concat(beta.Events), found => found.Type is "ConsentGiven" or "ConsentWithdrawn" or "MemberErased" or "SharingRefused" or "ProgrammeChosen");
        Assert.Empty(alpha.Events.Select(found => found.EventId).Intersect(beta.Events.Select(found => found.EventId)));
    }

    [Fact]
    public async Task GetInclusionProof_PartnerAsksForAMembersAct_IsNotFound()
    {
        await using var own = new TestCoalition();
        await own.InitializeAsync();
        var member = await own.Member(own.Alpha);
        var given = await member.Client.Consents.GiveConsentAsync(new GiveConsentRequest
        {
            RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing, Categories = { DataCategory.Contact }, NoticeVersion = "2026-01", NoticeLanguage = "en",
        });
        own.Gateway.TakeIn();

        await Refusals.Refused(StatusCode.NotFound, "EVENT_NOT_FOUND", () => own.Alpha.Client.Audit.GetInclusionProofAsync(
            new GetInclusionProofRequest { EventId = given.Consent.ConsentEventId }));
    }

    private static async Task<(IReadOnlyList<Notification> Notifications, IReadOnlyList<LoggedEvent> Events)> Told(TestPartner partner) => (
        (await partner.Client.Privacy.ListNotificationsAsync(new ListNotificationsRequest { PageSize = 200 })).Notifications,
        (await partner.Client.Audit.ListEventsAsync(new ListEventsRequest { PageSize = 200 })).Events);
}
