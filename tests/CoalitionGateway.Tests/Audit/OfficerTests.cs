using CoalitionGateway.Audit;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Audit;

/// <summary>The officer's questions. Each question leaves a record of its own.</summary>
public sealed class OfficerTests(TestCoalition coalition)
{
    [Fact]
    public async Task Visibility_AtAPastTime_IsAsItWasThen()
    {
        var member = await coalition.Member(coalition.Alpha, coalition.Beta);
        var before = Now();
        await Give(member, Purpose.Marketing, DataCategory.Contact);
        var given = await Give(member, Purpose.Analytics, DataCategory.Relationship);
        var between = Now();
        await member.Client.Consents.WithdrawConsentAsync(new WithdrawConsentRequest { RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing });

        Assert.Empty(await Visible(member, before));
        var then = await Visible(member, between);
        Assert.Equal([Purpose.Marketing, Purpose.Analytics], then.Select(found => found.Purpose));
        Assert.Equal(["profile.email", "profile.phone_number"], then[0].Fields);
        Assert.All(then, found => Assert.Equal("alpha", found.PartnerId));
        var now = Assert.Single(await Visible(member, null));
        Assert.Equal(["programme_ids", "elsewhere.points", "elsewhere.rewards"], now.Fields);
        Assert.Equal((given.ConsentEventId, ConsentEventType.Given), (now.Consent.EventId, now.Consent.Type));
        Assert.NotEqual("", now.AgreementEventId);
    }

    [Fact]
    public async Task Disclosures_BetweenTwoTimes_AreListedForABreach()
    {
        var member = await coalition.Member(new MemberProfile { Email = "bo@example.com" }, coalition.Alpha);
        await Give(member, Purpose.Marketing, DataCategory.Contact);
        await Ask(member);
        var from = Now();
        await Ask(member);
        var to = Now();
        await Ask(member);
        var request = new ListDisclosuresRequest { ProgrammeId = coalition.Alpha.ProgrammeId, MembershipNumber = Number(member), PartnerId = "alpha" };
        Assert.Equal(3, (await coalition.Gateway.Officer.Audit.ListDisclosuresAsync(request)).Disclosures.Count);
        request.FromTime = from;
        Assert.Equal(2, (await coalition.Gateway.Officer.Audit.ListDisclosuresAsync(request)).Disclosures.Count);
        request.ToTime = to;
        var concerned = Assert.Single((await coalition.Gateway.Officer.Audit.ListDisclosuresAsync(request)).Disclosures);
        Assert.Contains("profile.email", concerned.ReleasedFields);
    }

    [Fact]
    public async Task ConsentsOnANotice_AreThoseInForce()
    {
        var (first, second) = (await coalition.Member(coalition.Gamma), await coalition.Member(coalition.Gamma));
        await Give(first, Purpose.Marketing, DataCategory.Contact, "pl");
        var withdrawn = await Give(second, Purpose.Marketing, DataCategory.Contact, "pl");
        await second.Client.Consents.WithdrawConsentAsync(new WithdrawConsentRequest { RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing });
        var found = new List<MembersConsent>();
        var request = new ListConsentsOnNoticeRequest { NoticeVersion = "2026-01", NoticeLanguage = "pl", PageSize = 1 };
        do
        {
            var page = await coalition.Gateway.Officer.Audit.ListConsentsOnNoticeAsync(request);
            found.AddRange(page.Consents);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(found.Count, found.DistinctBy(consent => consent.Consent.ConsentEventId).Count());
        Assert.All(found, consent => Assert.Equal("pl", consent.Consent.NoticeLanguage));
        Assert.DoesNotContain(found, consent => consent.Consent.ConsentEventId == withdrawn.ConsentEventId);
        var own = (await first.Client.Consents.ListConsentsAsync(new ListConsentsRequest())).Consents[0];
        Assert.Contains(found, consent => consent.Consent.ConsentEventId == own.ConsentEventId);
    }

    [Fact]
    public async Task OfficersRead_IsLogged_AndTheMemberSeesIt()
    {
        var member = await coalition.Member(coalition.Alpha);
        await Visible(member, null);
        coalition.Gateway.TakeIn();
        var seen = (await member.Client.Audit.ListEventsAsync(new ListEventsRequest())).Events[^1];
        Assert.Equal(("AuditRead", "officer:tool.test-officer"), (seen.Type, seen.Actor));
        Assert.Contains("GetVisibility", System.Text.Encoding.UTF8.GetString(seen.Event.Span), StringComparison.Ordinal);

        // Reads by members and partners of their own data are not recorded.
        Assert.DoesNotContain((await member.Client.Audit.ListEventsAsync(new ListEventsRequest())).Events, made => made.Type == "AuditRead" && made.LogIndex > seen.LogIndex);
    }

    private static Timestamp Now()
    {
        // Decisions carry microseconds, and two readings of the clock can be equal.
        Thread.Sleep(2);
        var now = Timestamp.FromDateTime(DateTime.UtcNow);
        Thread.Sleep(2);
        return now;
    }

    private string Number(TestMember member) => member.Numbers[coalition.Alpha.ProgrammeId];

    private async Task<IReadOnlyList<Visibility>> Visible(TestMember member, Timestamp? time) =>
        (await coalition.Gateway.Officer.Audit.GetVisibilityAsync(new GetVisibilityRequest { ProgrammeId = coalition.Alpha.ProgrammeId, MembershipNumber = Number(member), Time = time })).Visible;

    private async Task Ask(TestMember member) =>
        await coalition.Alpha.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = Number(member), Purpose = Purpose.Marketing });

    private static async Task<Consent> Give(TestMember member, Purpose purpose, DataCategory category, string language = "en") => (await member.Client.Consents.GiveConsentAsync(new GiveConsentRequest
    {
        RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = purpose, Categories = { category }, NoticeVersion = "2026-01", NoticeLanguage = language,
    })).Consent;
}
