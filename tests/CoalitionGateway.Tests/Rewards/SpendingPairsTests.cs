using System.Text.RegularExpressions;
using CoalitionGateway.Tests.Architecture;
using CoalitionGateway.Tests.Rules;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Tests.Rewards;

/// <summary>
/// What happens to reserved points, vouchers and payment codes when something else happens to their member: the table in
/// docs/rules.md. The member has 2,000 points, of which a till has reserved 1,500, a voucher, and a payment code.
/// </summary>
public sealed partial class SpendingPairsTests : IAsyncLifetime
{
    private readonly RuledCoalition _ruled = new();
    private TestMember _member = null!;
    private Voucher _voucher = null!;
    private string _code = "";

    private TestPartner Alpha => _ruled.Alpha;

    public async ValueTask InitializeAsync()
    {
        await _ruled.InitializeAsync();
        await _ruled.Terms(Alpha, new ProgrammeTerms { Spending = new SpendingRule { StepPoints = 1, MaxBillPercent = 100, ReservationMinutes = 30 } });
        await _ruled.Coalition.Gateway.Operator.Rewards.PublishRewardAsync(new PublishRewardRequest
        {
            RequestId = RequestIds.New(),
            Reward = new Reward
            {
                ProgrammeId = Alpha.ProgrammeId, RewardId = "coffee", PricePoints = 100, StockCount = 5, VoucherDays = 30, FromTime = TestCoalition.Past,
                UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1)), Texts = { new RewardText { Language = "en", Name = "A coffee" } },
            },
        });
        _member = await _ruled.Coalition.Member(Alpha);
        await RuledCoalition.Buy(Alpha, _member, 2100);
        _voucher = (await _member.Client.Rewards.ClaimRewardAsync(new ClaimRewardRequest { RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId, RewardId = "coffee" })).Voucher;
        _code = (await _member.Client.Rewards.CreatePaymentCodeAsync(new CreatePaymentCodeRequest { RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId })).PaymentCode;
        await Alpha.Client.Rewards.ReservePointsAsync(new ReservePointsRequest
        {
            RequestId = RequestIds.New(), RedemptionReference = "r1", MembershipNumber = _member.Numbers[Alpha.ProgrammeId], AmountPoints = 1500, Bill = TestCoalition.Euro(100),
        });
    }

    public ValueTask DisposeAsync()
    {
        _ruled.Verify();
        return _ruled.DisposeAsync();
    }

    [Fact]
    public async Task Transfer_NeverMovesReservedPoints()
    {
        var both = await Linked(_member);
        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "INSUFFICIENT_POINTS", () => both.Client.Transfers.CreateTransferAsync(new CreateTransferRequest
        {
            RequestId = RequestIds.New(), SourceProgrammeId = Alpha.ProgrammeId, DestinationProgrammeId = _ruled.Beta.ProgrammeId, AmountPoints = 1000,
        }));
        Assert.Equal("500", refusal.Metadata["available_points"]);
        await StillWorks();
    }

    [Fact]
    public async Task Pool_NeverGetsReservedPoints()
    {
        var pool = await _member.Client.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId });
        await Refusals.Refused(StatusCode.FailedPrecondition, "INSUFFICIENT_POINTS", () => _member.Client.Pools.ContributePointsAsync(
            new ContributePointsRequest { RequestId = RequestIds.New(), PoolId = pool.PoolId, AmountPoints = 501 }));
        await StillWorks();
    }

    [Fact]
    public async Task Officer_ReadsAPaymentById_AndTheMemberSeesThatRead()
    {
        var paid = (await Alpha.Client.Rewards.GetRedemptionAsync(new GetRedemptionRequest { RedemptionReference = "r1" })).Redemption;
        var officer = _ruled.Coalition.Gateway.Officer.Rewards;
        Assert.Equal(paid, (await officer.GetRedemptionAsync(new GetRedemptionRequest { RedemptionId = paid.RedemptionId })).Redemption);

        _ruled.Coalition.Gateway.TakeIn();
        var log = await _member.Client.Audit.ListEventsAsync(new ListEventsRequest { PageSize = 200 });
        Assert.Contains(log.Events, made => made.Type == "AuditRead" && made.Actor == "officer:tool.test-officer");
        await Refusals.Refused(StatusCode.NotFound, "REDEMPTION_NOT_FOUND", () => officer.GetRedemptionAsync(new GetRedemptionRequest { RedemptionId = RequestIds.New() }));
        await Refusals.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => officer.GetRedemptionAsync(new GetRedemptionRequest { RedemptionReference = "r1" }));
    }

    [Fact]
    public async Task Restriction_LeavesPaymentsToTheMember()
    {
        await _member.Client.Privacy.RestrictProcessingAsync(new RestrictProcessingRequest { RequestId = RequestIds.New(), Ground = RestrictionGround.LegalClaims });
        await StillWorks();
    }

    [Fact]
    public async Task Hold_LeavesPaymentsToTheMember()
    {
        await _ruled.Coalition.Gateway.Officer.Compliance.PlaceHoldAsync(new PlaceHoldRequest
        {
            RequestId = RequestIds.New(), MemberId = await _ruled.Coalition.Gateway.MemberId(_member.Numbers[Alpha.ProgrammeId]), Ground = HoldGround.LegalClaims, UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddDays(9)),
        });
        await StillWorks();
    }

    /// <summary>The membership goes to another member with all that belongs to it.</summary>
    [Fact]
    public async Task Linking_TakesReservationVoucherAndCodeAlong()
    {
        var other = await _ruled.Coalition.Member(_ruled.Beta);
        var number = _member.Numbers[Alpha.ProgrammeId];
        var code = await Alpha.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = number });
        await other.Client.Members.LinkMembershipAsync(new LinkMembershipRequest { RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId, MembershipNumber = number, LinkCode = code.LinkCode });
        Assert.Equal(_voucher, (await other.Client.Rewards.ListVouchersAsync(new ListVouchersRequest())).Vouchers.Single());
        Assert.Equal("r1", (await other.Client.Rewards.ListRedemptionsAsync(new ListRedemptionsRequest())).Redemptions.Single().RedemptionReference);
        await StillWorks();
    }

    /// <summary>Another card of the same person takes the membership in: the voucher, the reservation and the code are that card's now.</summary>
    [Fact]
    public async Task Merge_TakesReservationVoucherAndCodeAlong()
    {
        var other = await _ruled.Coalition.Member(Alpha);
        await MergeInto(other);
        Assert.Equal(_voucher, (await other.Client.Rewards.ListVouchersAsync(new ListVouchersRequest())).Vouchers.Single());
        Assert.Equal((500, 1500), (await RuledCoalition.Balance(other, Alpha)) is var merged ? (merged.AvailablePoints, merged.ReservedPoints) : default);
        await StillWorks();
        Assert.Equal(490, (await RuledCoalition.Balance(other, Alpha)).AvailablePoints);
    }

    [Fact]
    public async Task Merge_ANewCodeReplacesTheOneOfTheMembershipThatEnded()
    {
        var other = await _ruled.Coalition.Member(Alpha);
        await MergeInto(other);
        var code = (await other.Client.Rewards.CreatePaymentCodeAsync(new CreatePaymentCodeRequest { RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId })).PaymentCode;
        await Refusals.Refused(StatusCode.NotFound, "PAYMENT_CODE_NOT_FOUND", () => PayByCode());
        _code = code;
        await StillWorks();
    }

    [Fact]
    public async Task Erasure_EndsReservationAndCode_AndTheVoucherStaysValid()
    {
        await _member.Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New(), SettlePoints = true });
        await Refusals.Refused(StatusCode.FailedPrecondition, "REDEMPTION_NOT_OPEN", () => Capture());
        await Refusals.Refused(StatusCode.NotFound, "PAYMENT_CODE_NOT_FOUND", () => PayByCode());
        Assert.Equal("coffee", (await UseVoucher()).RewardId);
        Assert.Equal(4, (await Alpha.Client.Rewards.ListRewardsAsync(new ListRewardsRequest { ProgrammeId = Alpha.ProgrammeId })).Rewards.Single().LeftCount);
    }

    [Fact]
    public async Task Export_TellsReservationVoucherAndCode()
    {
        using var call = _member.Client.Privacy.StreamPersonalData(new StreamPersonalDataRequest { Format = DocumentFormat.Json });
        var all = string.Concat(await call.ResponseStream.ReadAllAsync().Select(part => part.Chunk.ToStringUtf8()).ToListAsync());
        Assert.All(new[] { "PointsReserved", "RewardClaimed", "PaymentCodeCreated" }, kind => Assert.Contains(kind, all, StringComparison.Ordinal));
    }

    /// <summary>Each row of the page names the tests that hold it.</summary>
    [Fact]
    public void Table_EachRow_NamesTestsThatExist()
    {
        var page = File.ReadAllText(Path.Combine(ArchitectureTests.Root(), "docs", "rules.md"));
        var sources = Directory.GetFiles(Path.Combine(ArchitectureTests.Root(), "tests"), "*Tests.cs", SearchOption.AllDirectories).ToLookup(Path.GetFileNameWithoutExtension, File.ReadAllText);
        var named = TestName().Matches(page[page.IndexOf("### What else happens to the member", StringComparison.Ordinal)..page.IndexOf("## Examples", StringComparison.Ordinal)]);
        Assert.True(named.Count >= 9, "The table is not where it was.");
        Assert.All(named, test => Assert.Contains(sources[test.Groups["class"].Value], source => source.Contains($" {test.Groups["method"].Value}(", StringComparison.Ordinal)));
    }

    [GeneratedRegex("`(?<class>[A-Za-z]+Tests)\\.(?<method>[A-Za-z_]+)`")]
    private static partial Regex TestName();

    /// <summary>The reservation is captured, the voucher used, and the code pays.</summary>
    private async Task StillWorks()
    {
        Assert.Equal(1500, (await Capture()).CapturedPoints);
        Assert.Equal("coffee", (await UseVoucher()).RewardId);
        Assert.Equal(RedemptionState.Captured, (await PayByCode()).Redemption.State);
    }

    private AsyncUnaryCall<CaptureRedemptionResponse> Capture() =>
        Alpha.Client.Rewards.CaptureRedemptionAsync(new CaptureRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = "r1" });

    private AsyncUnaryCall<UseVoucherResponse> UseVoucher() =>
        Alpha.Client.Rewards.UseVoucherAsync(new UseVoucherRequest { RequestId = RequestIds.New(), VoucherCode = _voucher.VoucherCode });

    private AsyncUnaryCall<ReservePointsResponse> PayByCode() => Alpha.Client.Rewards.ReservePointsAsync(new ReservePointsRequest
    {
        RequestId = RequestIds.New(), RedemptionReference = "by code", PaymentCode = _code, AmountPoints = 10, Bill = TestCoalition.Euro(100), SpendNow = true,
    });

    private async Task MergeInto(TestMember other)
    {
        var number = _member.Numbers[Alpha.ProgrammeId];
        var code = await Alpha.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = number });
        await other.Client.Members.MergeMembershipsAsync(new MergeMembershipsRequest { RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId, MembershipNumber = number, LinkCode = code.LinkCode });
    }

    /// <summary>The member with a membership at beta too.</summary>
    private async Task<TestMember> Linked(TestMember member)
    {
        var beta = _ruled.Beta;
        await beta.Client.Members.EnrollMemberAsync(new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = "of-beta" });
        var code = await beta.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = "of-beta" });
        await member.Client.Members.LinkMembershipAsync(new LinkMembershipRequest { RequestId = RequestIds.New(), ProgrammeId = beta.ProgrammeId, MembershipNumber = "of-beta", LinkCode = code.LinkCode });
        return member;
    }
}
