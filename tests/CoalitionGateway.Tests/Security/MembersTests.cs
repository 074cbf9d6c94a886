using CoalitionGateway.Audit;
using CoalitionGateway.Client;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Security;

/// <summary>The harm that others can do over gRPC: a member, a holder of a member's code, a partner's till.</summary>
public sealed class MembersTests(TestCoalition coalition)
{
    private static readonly MemberProfile _child = new() { DisplayName = "Kid", BirthDate = $"{DateTime.UtcNow.Year - 12}-01-01", CountryCode = "DE" };

    [Fact]
    public async Task InviteMember_UnknownNumber_IsAnsweredLikeAKnownOne()
    {
        var (ann, ben) = (await coalition.Member(coalition.Alpha), await coalition.Member(coalition.Alpha));
        var pool = (await ann.Client.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = coalition.Alpha.ProgrammeId })).PoolId;

        var there = await Invite(ann, pool, ben.Numbers[coalition.Alpha.ProgrammeId]);
        var nobody = await Invite(ann, pool, "nobody-here");

        Assert.NotEqual(there.ParticipantId, nobody.ParticipantId);
        Assert.InRange((nobody.ExpireTime.ToDateTime() - there.ExpireTime.ToDateTime()).TotalMinutes, 0, 5);
        foreach (var number in new[] { ben.Numbers[coalition.Alpha.ProgrammeId], "nobody-here" })
        {
            var again = await Refusals.Refused(StatusCode.AlreadyExists, "ALREADY_IN_POOL", () => Invite(ann, pool, number));
            Assert.Equal("invited", again.Metadata["state"]);
        }

        var seen = (await ann.Client.Pools.GetPoolAsync(new GetPoolRequest { PoolId = pool })).Pool.Participants.Where(part => !part.IsCaller).ToArray();
        Assert.Equal(2, seen.Length);
        Assert.Single(seen.Select(part => (part.State, part.SharePoints)).Distinct());
    }

    [Fact]
    public async Task AcceptInvitation_ToAPoolThatEverybodyLeft_IsRefused()
    {
        var (ann, ben) = (await coalition.Member(coalition.Alpha), await coalition.Member(coalition.Alpha));
        var pool = (await ann.Client.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = coalition.Alpha.ProgrammeId })).PoolId;
        await Invite(ann, pool, ben.Numbers[coalition.Alpha.ProgrammeId]);
        await ann.Client.Pools.LeavePoolAsync(new LeavePoolRequest { RequestId = RequestIds.New(), PoolId = pool });

        await Refusals.Refused(StatusCode.FailedPrecondition, "INVITATION_EXPIRED", () => ben.Client.Pools.AcceptInvitationAsync(
            new AcceptInvitationRequest { RequestId = RequestIds.New(), PoolId = pool }));
    }

    [Fact]
    public async Task RecordReturn_InAnotherBrandsProgramme_TakesAtMostWhatTheBrandGave_AndCanBeUndone()
    {
        var member = await coalition.Member(coalition.Alpha, coalition.Beta);
        await TestCoalition.Buy(coalition.Beta, member, 2500);
        await member.Client.Members.ChooseProgrammeAsync(new ChooseProgrammeRequest { RequestId = RequestIds.New(), PartnerId = "alpha", ProgrammeId = coalition.Beta.ProgrammeId });
        await TestCoalition.Buy(coalition.Alpha, member, 4);

        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "RETURN_EXCEEDS_GIVEN", () => Return(member, 100_000));
        Assert.Equal("8", refusal.Metadata["left_points"]);
        Assert.Equal((2508, 0), await TestCoalition.Balance(member, coalition.Beta));

        var returned = await Return(member, 4);
        Assert.Equal((8, 0), (returned.TakenPoints, returned.OwedPoints));
        var undone = (await coalition.Alpha.Client.Earning.UndoReturnAsync(new UndoReturnRequest { RequestId = RequestIds.New(), ReturnReference = returned.ReturnReference })).Undoing;
        Assert.Equal((8, coalition.Beta.ProgrammeId), (undone.RestoredPoints, undone.ProgrammeId));
        Assert.Equal((2508, 0), await TestCoalition.Balance(member, coalition.Beta));

        // The member can read both events.
        coalition.Gateway.TakeIn();
        var events = (await member.Client.Audit.ListEventsAsync(new ListEventsRequest { PageSize = 200 })).Events.Select(found => found.Type).ToArray();
        Assert.Equal(["ReturnRecorded", "ReturnUndone"], events.Where(type => type.StartsWith("Return", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task GiveConsent_OfAKnownChild_NeedsAnAdult_WhateverTheChildSays()
    {
        var child = await coalition.Member(_child, coalition.Alpha);
        await Refusals.Refused(StatusCode.FailedPrecondition, "GUARDIAN_NEEDED", () => Give(child, new ConsentContext { Jurisdiction = "SE" }));
        foreach (var told in new[]
        {
            new MemberProfile(), new MemberProfile { DisplayName = "Kid", BirthDate = "1980-01-01", CountryCode = "DE" },
            new MemberProfile { DisplayName = "Kid", BirthDate = _child.BirthDate, CountryCode = "SE" },
        })
        {
            await Refusals.Refused(StatusCode.FailedPrecondition, "GUARDIAN_NEEDED", () => child.Client.Privacy.RectifyProfileAsync(
                new RectifyProfileRequest { RequestId = RequestIds.New(), Profile = told }));
        }

        // The child may change fields other than age and country. With an adult's code all fields may change.
        var renamed = _child.Clone();
        renamed.DisplayName = "Kit";
        Assert.Equal(["display_name"], (await child.Client.Privacy.RectifyProfileAsync(new RectifyProfileRequest { RequestId = RequestIds.New(), Profile = renamed })).ChangedFields);
        var adult = await coalition.Member(new MemberProfile { BirthDate = "1980-01-01" }, coalition.Alpha);
        var code = (await adult.Client.Consents.CreateGuardianCodeAsync(new CreateGuardianCodeRequest { RequestId = RequestIds.New() })).GuardianCode;
        renamed.CountryCode = "FR";
        Assert.Equal(["country_code"], (await child.Client.Privacy.RectifyProfileAsync(
            new RectifyProfileRequest { RequestId = RequestIds.New(), Profile = renamed, GuardianCode = code })).ChangedFields);
    }

    [Fact]
    public async Task LinkMembership_OfAKnownChild_ToAMemberOfUnknownAge_IsRefused()
    {
        var (child, other) = (await coalition.Member(_child, coalition.Beta), await coalition.Member(coalition.Alpha));
        var number = child.Numbers[coalition.Beta.ProgrammeId];
        var code = (await coalition.Beta.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = number })).LinkCode;

        await Refusals.Refused(StatusCode.FailedPrecondition, "GUARDIAN_NEEDED", () => other.Client.Members.LinkMembershipAsync(new LinkMembershipRequest
        {
            RequestId = RequestIds.New(), ProgrammeId = coalition.Beta.ProgrammeId, MembershipNumber = number, LinkCode = code,
        }));
    }

    [Fact]
    public async Task FormerId_AfterALink_LeadsOfficersToTheMember_AndNoReportShowsItsConsentInForce()
    {
        var (ann, other) = (await coalition.Member(coalition.Alpha), await coalition.Member(new MemberProfile { Email = "o@example.com" }, coalition.Beta));
        var number = other.Numbers[coalition.Beta.ProgrammeId];
        var (present, former) = (await coalition.Gateway.MemberId(ann.Numbers[coalition.Alpha.ProgrammeId]), await coalition.Gateway.MemberId(number));
        await Give(other, null, "beta");
        var code = (await coalition.Beta.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = number })).LinkCode;
        await ann.Client.Members.LinkMembershipAsync(new LinkMembershipRequest { RequestId = RequestIds.New(), ProgrammeId = coalition.Beta.ProgrammeId, MembershipNumber = number, LinkCode = code });

        var officer = coalition.Gateway.Officer;
        foreach (var request in new[]
        {
            new FindMemberRequest { MemberId = former, Reason = FindReason.Complaint },
            new FindMemberRequest { MembershipNumber = number, ProgrammeId = coalition.Beta.ProgrammeId, Reason = FindReason.Breach },
        })
        {
            var found = await officer.Audit.FindMemberAsync(request);
            Assert.Equal((present, former), (found.MemberId, Assert.Single(found.FormerMemberIds)));
            Assert.Equal([coalition.Alpha.ProgrammeId, coalition.Beta.ProgrammeId], found.Memberships.Select(membership => membership.ProgrammeId));
        }

        Assert.Empty((await officer.Audit.GetVisibilityAsync(new GetVisibilityRequest { MemberId = former })).Visible);
        Assert.DoesNotContain(
            (await officer.Audit.ListConsentsOnNoticeAsync(new ListConsentsOnNoticeRequest { NoticeVersion = "2026-01", PageSize = 200 })).Consents,
            consent => consent.MemberId == former);
        Assert.Equal(ConsentState.Requested, Assert.Single((await ann.Client.Consents.ListConsentsAsync(new ListConsentsRequest())).Consents, consent => consent.PartnerId == "beta").State);
        Assert.Contains(
            (await coalition.Beta.Client.Privacy.ListNotificationsAsync(new ListNotificationsRequest { PageSize = 200 })).Notifications,
            told => told.MembershipNumber == number && told.Kind == NotificationKind.ConsentEnded);

        // The member can read that the officer looked, and the reason.
        coalition.Gateway.TakeIn();
        var read = (await ann.Client.Audit.ListEventsAsync(new ListEventsRequest { PageSize = 200 })).Events.Where(found => found.Type == "AuditRead")
            .Select(found => (Ledger.Audit.AuditRead)Ledger.EventCodec.Decode(found.Event.Memory)).Where(made => made.Question == "FindMember");
        Assert.Equal(["complaint", "breach"], read.Select(made => made.Reason));
    }

    [Fact]
    public async Task OfficersQuestion_UnknownMemberId_IsRefused_AndLeavesNoRecord()
    {
        var (audit, nobody) = (coalition.Gateway.Officer.Audit, Guid.NewGuid().ToString());
        await Refusals.Refused(StatusCode.NotFound, "MEMBER_NOT_FOUND", () => audit.ListEventsAsync(new ListEventsRequest { MemberId = nobody }));
        await Refusals.Refused(StatusCode.NotFound, "MEMBER_NOT_FOUND", async () =>
        {
            using var document = coalition.Gateway.Officer.Privacy.StreamPersonalData(new StreamPersonalDataRequest { MemberId = nobody, Format = DocumentFormat.Json });
            await document.ResponseStream.MoveNext(CancellationToken.None);
        });
        await Refusals.Refused(StatusCode.NotFound, "PARTNER_NOT_FOUND", () => audit.ListEventsAsync(new ListEventsRequest { PartnerId = "no-such" }));
        await Refusals.Refused(StatusCode.NotFound, "PARTNER_NOT_FOUND", () => audit.ListDisclosuresAsync(new ListDisclosuresRequest { PartnerId = "no-such" }));
        await Refusals.Refused(StatusCode.NotFound, "NOTICE_NOT_FOUND", () => audit.ListConsentsOnNoticeAsync(new ListConsentsOnNoticeRequest { NoticeVersion = "1999-01" }));
        Assert.Equal(0, coalition.Gateway.Scalar($"SELECT count(*) FROM event WHERE member_id = {(TestDatabase.IsPostgres ? $"'{nobody}'" : $"X'{nobody.Replace("-", "", StringComparison.Ordinal)}'")}"));
    }

    [Fact]
    public async Task OpenRequest_UnknownMemberId_IsRefused()
    {
        await Refusals.Refused(StatusCode.NotFound, "MEMBER_NOT_FOUND", () => coalition.Gateway.Officer.Compliance.OpenRequestAsync(new OpenRequestRequest
        {
            RequestId = RequestIds.New(), MemberId = Guid.NewGuid().ToString(), Right = DataRight.Access, ReceiveTime = Timestamp.FromDateTime(DateTime.UtcNow),
        }));
        await Refusals.Refused(StatusCode.NotFound, "MEMBER_NOT_FOUND", () => coalition.Gateway.Officer.Audit.ListDisclosuresAsync(new ListDisclosuresRequest { MemberId = Guid.NewGuid().ToString() }));
    }

    private static async Task<InviteMemberResponse> Invite(TestMember member, string pool, string number) => await member.Client.Pools.InviteMemberAsync(
        new InviteMemberRequest { RequestId = RequestIds.New(), PoolId = pool, MembershipNumber = number });

    private async Task<PurchaseReturn> Return(TestMember member, long euros) => (await coalition.Alpha.Client.Earning.RecordReturnAsync(new RecordReturnRequest
    {
        RequestId = RequestIds.New(), ReturnReference = RequestIds.New(), MembershipNumber = member.Numbers[coalition.Alpha.ProgrammeId], Amount = TestCoalition.Euro(euros),
        ReturnTime = Timestamp.FromDateTime(DateTime.UtcNow),
    })).PurchaseReturn;

    private static async Task<GiveConsentResponse> Give(TestMember member, ConsentContext? context, string partner = "alpha") => await member.Client.Consents.GiveConsentAsync(new GiveConsentRequest
    {
        RequestId = RequestIds.New(), PartnerId = partner, Purpose = Purpose.Marketing, Categories = { DataCategory.Contact }, NoticeVersion = "2026-01", NoticeLanguage = "en", Context = context,
    });
}
