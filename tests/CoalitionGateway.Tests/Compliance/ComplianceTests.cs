using CoalitionGateway.Audit;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;
using CoalitionGateway.Tests.Privacy;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using DataRequest = CoalitionGateway.V1.DataRequest;
using RetentionDue = CoalitionGateway.Compliance.RetentionDue;

namespace CoalitionGateway.Tests.Compliance;

/// <summary>An officer's requests, breaches and records, and when each is due.</summary>
public sealed class ComplianceTests(TestCoalition coalition)
{
    private V1.ComplianceService.ComplianceServiceClient Officer => coalition.Gateway.Officer.Compliance;

    [Fact]
    public async Task Request_IsDueInAMonth_AndInThreeIfExtended()
    {
        var member = await Member();
        var received = DateTime.UtcNow.AddDays(-20);
        var request = await Open(member, received);
        Assert.Equal((request.ReceiveTime.ToDateTime().AddMonths(1), false), (request.DueTime.ToDateTime(), request.Overdue));

        await Officer.ExtendRequestAsync(new ExtendRequestRequest { RequestId = RequestIds.New(), DataRequestId = request.DataRequestId, Reason = ExtensionReason.Complexity });
        var extended = Assert.Single((await Officer.ListRequestsAsync(new ListRequestsRequest { MemberId = member })).Requests);
        Assert.Equal((request.ReceiveTime.ToDateTime().AddMonths(3), ExtensionReason.Complexity), (extended.DueTime.ToDateTime(), extended.Extension));
        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "REQUEST_EXTENDED", () => Officer.ExtendRequestAsync(
            new ExtendRequestRequest { RequestId = RequestIds.New(), DataRequestId = request.DataRequestId, Reason = ExtensionReason.Complexity }));
        Assert.Equal(extended.DueTime.ToDateTime().ToString("O"), refusal.Metadata["due_time"]);

        await Officer.CloseRequestAsync(new CloseRequestRequest { RequestId = RequestIds.New(), DataRequestId = request.DataRequestId, Outcome = RequestOutcome.Fulfilled });
        Assert.Empty((await Officer.ListRequestsAsync(new ListRequestsRequest { MemberId = member })).Requests);
        var closed = Assert.Single((await Officer.ListRequestsAsync(new ListRequestsRequest { MemberId = member, IncludeClosed = true })).Requests);
        Assert.Equal((RequestOutcome.Fulfilled, false), (closed.Outcome, closed.Overdue));
        await Refusals.Refused(StatusCode.FailedPrecondition, "REQUEST_CLOSED", () => Officer.CloseRequestAsync(
            new CloseRequestRequest { RequestId = RequestIds.New(), DataRequestId = request.DataRequestId, Outcome = RequestOutcome.Withdrawn }));

        // The history of the request, and the officer's reads, are events about the member.
        coalition.Gateway.TakeIn();
        var trail = (await coalition.Gateway.Officer.Audit.ListEventsAsync(new ListEventsRequest { MemberId = member })).Events.Select(found => found.Type).ToArray();
        Assert.Equal(["MemberEnrolled", "RequestOpened", "RequestProlonged", "AuditRead", "RequestEnded", "AuditRead", "AuditRead"], trail);
    }

    [Theory]
    [InlineData("2026-01-31T11:00:00Z", "2026-02-28T11:00:00Z")]
    [InlineData("2026-02-28T23:30:00Z", "2026-03-28T23:30:00Z")]
    [InlineData("2025-12-15T00:00:00Z", "2026-01-15T00:00:00Z")]
    public async Task Request_IsDueOnTheSameDayOfTheNextMonth_OrItsLastDay(string received, string due)
    {
        var request = await Open(await Member(), DateTime.Parse(received).ToUniversalTime());
        Assert.Equal((DateTime.Parse(due).ToUniversalTime(), true), (request.DueTime.ToDateTime(), request.Overdue));
    }

    [Fact]
    public async Task Requests_AreListedByDueTime_AndOverdueOnesCannotBeExtended()
    {
        var member = await Member();
        foreach (var days in new[] { -5, -40, -1 })
        {
            await Open(member, DateTime.UtcNow.AddDays(days));
        }

        var due = (await Officer.ListRequestsAsync(new ListRequestsRequest { MemberId = member })).Requests;
        Assert.Equal([true, false, false], due.Select(request => request.Overdue));
        Assert.Equal(due.OrderBy(request => request.DueTime.ToDateTime()), due);
        await Refusals.Refused(StatusCode.FailedPrecondition, "REQUEST_EXTENDED", () => Officer.ExtendRequestAsync(
            new ExtendRequestRequest { RequestId = RequestIds.New(), DataRequestId = due[0].DataRequestId, Reason = ExtensionReason.NumberOfRequests }));
    }

    [Fact]
    public async Task Breach_Has72Hours_AndCountsTheMembersConcerned()
    {
        await using var own = new TestCoalition();
        await own.InitializeAsync();
        var officer = own.Gateway.Officer.Compliance;
        var profile = new MemberProfile { Email = "bo@example.com" };
        var (first, second, silent) = (await own.Member(profile, own.Alpha), await own.Member(profile, own.Alpha), await own.Member(profile, own.Alpha));
        await ErasureTests.Consent(first.Client, "alpha");
        await ErasureTests.Consent(second.Client, "alpha");
        await Ask(own, first);
        var from = Now();
        await Ask(own, first);
        await Ask(own, first);
        await Ask(own, second);
        await Ask(own, silent);
        var to = Now();
        await Ask(own, second);

        var breach = (await officer.ReportBreachAsync(new ReportBreachRequest { RequestId = RequestIds.New(), PartnerId = "alpha", FromTime = from, ToTime = to, AwareTime = to })).Breach;
        Assert.Equal((2, 3, false), (breach.MemberCount, breach.DisclosureCount, breach.Overdue));
        Assert.Equal(breach.AwareTime.ToDateTime().AddHours(72), breach.DueTime.ToDateTime());
        var aware = Timestamp.FromDateTime(DateTime.UtcNow.AddHours(-73));
        var late = (await officer.ReportBreachAsync(new ReportBreachRequest { RequestId = RequestIds.New(), PartnerId = "beta", FromTime = from, ToTime = to, AwareTime = aware })).Breach;
        Assert.Equal((0, 0, true), (late.MemberCount, late.DisclosureCount, late.Overdue));
        Assert.Equal(["beta", "alpha"], (await officer.ListBreachesAsync(new ListBreachesRequest())).Breaches.Select(found => found.PartnerId));
        await officer.CloseBreachAsync(new CloseBreachRequest { RequestId = RequestIds.New(), BreachId = late.BreachId, NotifyTime = Timestamp.FromDateTime(aware.ToDateTime().AddHours(71)) });
        Assert.False((await officer.ListBreachesAsync(new ListBreachesRequest())).Breaches[0].Overdue);
        var anywhere = (await officer.ReportBreachAsync(new ReportBreachRequest { RequestId = RequestIds.New(), FromTime = from, ToTime = to, AwareTime = to })).Breach;
        Assert.Equal(2, anywhere.MemberCount);
    }

    [Fact]
    public async Task ProcessingRecord_HoldsTheAgreementsAndTheFigures()
    {
        await using var own = new TestCoalition { Configure = options => (options.Privacy.Controller, options.Privacy.Contact) = ("Nordic Coalition AB", "dpo@coalition.example") };
        await own.InitializeAsync();
        var member = await own.Member(own.Alpha);
        await ErasureTests.Consent(member.Client, "alpha");
        await (await own.Member(own.Beta)).Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New() });
        var record = await own.Gateway.Officer.Compliance.GetProcessingRecordAsync(new GetProcessingRecordRequest());
        Assert.Equal(("Nordic Coalition AB", "dpo@coalition.example", 1, 1), (record.Controller, record.Contact, record.MemberCount, record.ErasedCount));
        Assert.Equal((Purpose.ProgrammeOperation, "GDPR Art. 6(1)(b): contract", ""), (record.Activities[0].Purpose, record.Activities[0].Basis, record.Activities[0].PartnerId));
        Assert.Equal(12, record.Activities.Count(activity => activity.PartnerId.Length > 0));
        var marketing = record.Activities.Single(activity => activity is { PartnerId: "alpha", Purpose: Purpose.Marketing });
        Assert.Equal((1, "alpha"), (marketing.ConsentsInForce, marketing.PartnerName));
        Assert.Contains("https://w3id.org/dpv#DirectMarketing", marketing.DpvTerms);
        Assert.Equal(1, record.Activities.Sum(activity => activity.ConsentsInForce));
    }

    [Fact]
    public async Task Retention_IsDueForIdleMembers_AndForProofsAndBooksAfterTheirYears()
    {
        await using var own = new TestCoalition();
        await own.InitializeAsync();
        var (idle, gone) = (await own.Member(own.Alpha), await own.Member(own.Beta));
        var (idleId, goneId) = (await own.Gateway.MemberId(idle.Numbers[own.Alpha.ProgrammeId]), await own.Gateway.MemberId(gone.Numbers[own.Beta.ProgrammeId]));
        await gone.Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New() });
        own.Gateway.TakeIn();
        Assert.Empty((await own.Gateway.Officer.Compliance.ListRetentionDueAsync(new ListRetentionDueRequest())).Due);

        var kept = new PrivacyOptions { ProofYears = 1, ProfileYears = 2, BooksYears = 3 };
        Assert.Empty(await Due(0));
        Assert.Equal([(goneId, "proofs")], await Due(1));
        Assert.Equal([(goneId, "proofs"), (idleId, "profile")], await Due(2));
        Assert.Equal([(goneId, "proofs"), (goneId, "books"), (idleId, "profile")], await Due(3));

        async Task<IEnumerable<(string, string)>> Due(int years)
        {
            var reader = own.Gateway.Services.GetRequiredService<PrivacyReader>();
            var (due, next) = await RetentionDue.Find(reader, kept, new Page(50, null, ""), DateTime.UtcNow.AddYears(years).AddDays(1), CancellationToken.None);
            Assert.Null(next);
            return due.Select(found => (found.MemberId.ToString(), found.What));
        }
    }

    private async Task<string> Member()
    {
        var member = await coalition.Member(coalition.Alpha);
        return await coalition.Gateway.MemberId(member.Numbers[coalition.Alpha.ProgrammeId]);
    }

    private static Timestamp Now() => Timestamp.FromDateTime(DateTime.UtcNow);

    private async Task<DataRequest> Open(string member, DateTime received) => (await Officer.OpenRequestAsync(new OpenRequestRequest
    {
        RequestId = RequestIds.New(), MemberId = member, Right = DataRight.Access, ReceiveTime = Timestamp.FromDateTime(received),
    })).Request;

    private static async Task Ask(TestCoalition coalition, TestMember member) => await coalition.Alpha.Client.Members.GetMemberAsync(
        new GetMemberRequest { MembershipNumber = member.Numbers[coalition.Alpha.ProgrammeId], Purpose = Purpose.Marketing });
}
