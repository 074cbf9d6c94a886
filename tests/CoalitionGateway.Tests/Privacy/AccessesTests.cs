using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Tests.Privacy;

/// <summary>A member reads who asked for data about them, and what an erasure would do.</summary>
public sealed class AccessesTests(TestCoalition coalition) : IClassFixture<TestCoalition>
{
    [Fact]
    public async Task Accesses_TellBrandsAndOfficers_TheNewestFirst_AndNobodyElses()
    {
        var (member, other) = (await coalition.Member(new MemberProfile { Email = "ann@example.com" }, coalition.Alpha), await coalition.Member(coalition.Alpha));
        var number = member.Numbers[coalition.Alpha.ProgrammeId];
        await coalition.Alpha.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = number, Purpose = Purpose.Marketing });
        var find = new FindMemberRequest { MembershipNumber = number, ProgrammeId = coalition.Alpha.ProgrammeId, Reason = FindReason.Complaint };
        await coalition.Gateway.Officer.Audit.FindMemberAsync(find);
        coalition.Gateway.TakeIn();

        var found = (await member.Client.Privacy.ListDataAccessesAsync(new ListDataAccessesRequest())).Accesses;
        Assert.Equal([(CallerKind.Officer, "FindMember", FindReason.Complaint), (CallerKind.Unspecified, "", FindReason.Unspecified)], found.Select(one => (one.Caller, one.Method, one.Reason)));
        Assert.Equal((coalition.Alpha.ClientId, Purpose.Marketing, DisclosureBasis.NoConsent), (found[1].Disclosure.PartnerId, found[1].Disclosure.Purpose, found[1].Disclosure.Basis));
        Assert.Contains("profile.email", found[1].Disclosure.WithheldFields);
        Assert.NotEmpty((await member.Client.Audit.GetInclusionProofAsync(new GetInclusionProofRequest { EventId = found[0].EventId })).Event.Event);

        var first = await member.Client.Privacy.ListDataAccessesAsync(new ListDataAccessesRequest { PageSize = 1 });
        var second = await member.Client.Privacy.ListDataAccessesAsync(new ListDataAccessesRequest { PageSize = 1, PageToken = first.NextPageToken });
        Assert.Equal((found[0], found[1], ""), (Assert.Single(first.Accesses), Assert.Single(second.Accesses), second.NextPageToken));
        Assert.Empty((await other.Client.Privacy.ListDataAccessesAsync(new ListDataAccessesRequest())).Accesses);
    }

    [Fact]
    public async Task Preview_TellsWhatTheErasureDoes_AndChangesNothing()
    {
        var member = await coalition.Member(coalition.Alpha);
        await TestCoalition.Buy(coalition.Alpha, member, 1234);
        var preview = await member.Client.Privacy.PreviewErasureAsync(new PreviewErasureRequest());
        Assert.Equal(preview, await member.Client.Privacy.PreviewErasureAsync(new PreviewErasureRequest()), new KeptUntil());
        var erased = await member.Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New(), SettlePoints = true });
        Assert.Equal(preview.Settled, erased.Settled);
        Assert.Equal(preview.Kept.Select(kept => kept.Description), erased.Kept.Select(kept => kept.Description));
        await Refusals.Refused(StatusCode.Unauthenticated, "TOKEN_INVALID", () => member.Client.Privacy.PreviewErasureAsync(new PreviewErasureRequest()));
    }

    [Fact]
    public async Task Preview_TellsAHold()
    {
        var member = await coalition.Member(coalition.Alpha);
        var until = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(DateTime.UtcNow.Date.AddDays(30));
        await coalition.Gateway.Officer.Compliance.PlaceHoldAsync(new PlaceHoldRequest
        {
            RequestId = RequestIds.New(), MemberId = await coalition.Gateway.MemberId(member.Numbers[coalition.Alpha.ProgrammeId]), Ground = HoldGround.LegalClaims, UntilTime = until,
        });
        var preview = await member.Client.Privacy.PreviewErasureAsync(new PreviewErasureRequest());
        Assert.Equal((until, 0, 0), (preview.HeldUntilTime, preview.Settled.Count, preview.Kept.Count));
    }

    [Fact]
    public async Task Partners_AreListedWithTheirNamesAndPurposes()
    {
        var first = await coalition.Alpha.Client.Programmes.ListPartnersAsync(new ListPartnersRequest { PageSize = 1 });
        var second = await coalition.Alpha.Client.Programmes.ListPartnersAsync(new ListPartnersRequest { PageSize = 200, PageToken = first.NextPageToken });
        var all = first.Partners.Concat(second.Partners).ToArray();
        Assert.Equal(all.Select(one => one.Partner.PartnerId).Order(StringComparer.Ordinal), all.Select(one => one.Partner.PartnerId));
        var alpha = Assert.Single(all, one => one.Partner.PartnerId == coalition.Alpha.ClientId);
        Assert.NotEmpty(alpha.Partner.DisplayName);
        Assert.Contains(Purpose.Marketing, alpha.Purposes);
    }

    /// <summary>Compares previews without the times until which data would be kept: they count from now.</summary>
    private sealed class KeptUntil : IEqualityComparer<PreviewErasureResponse>
    {
        public bool Equals(PreviewErasureResponse? one, PreviewErasureResponse? other) =>
            one!.Settled.Equals(other!.Settled) && one.Kept.Select(kept => kept.Description).SequenceEqual(other.Kept.Select(kept => kept.Description));

        public int GetHashCode(PreviewErasureResponse one) => one.Settled.GetHashCode();
    }
}
