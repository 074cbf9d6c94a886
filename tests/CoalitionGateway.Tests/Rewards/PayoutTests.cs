using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Platform.Schedules;
using CoalitionGateway.Tests.Rules;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Rewards;

/// <summary>Every 500 points of alpha's become a voucher of 5 EUR, by themselves, in the night.</summary>
public sealed class PayoutTests : IAsyncLifetime
{
    private static readonly Calendar _calendar = Calendar.Of("Europe/Stockholm");

    private readonly RuledCoalition _ruled = new();

    /// <summary>The programme's day, which near midnight is not the day in UTC.</summary>
    private readonly DateOnly _today = _calendar.DayOf(DateTime.UtcNow);

    private TestPartner Alpha => _ruled.Alpha;

    public async ValueTask InitializeAsync() => await _ruled.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        _ruled.Verify();
        return _ruled.DisposeAsync();
    }

    [Fact]
    public async Task Points_ThatReachTheThreshold_BecomeAVoucherInTheNight()
    {
        var rich = await Member(1249);
        var poor = await Member(499);
        await Publish(reward => reward.Payout = new Payout { LeastPoints = 500 });

        var till = await Alpha.Client.Rewards.IdentifyMemberAsync(new IdentifyMemberRequest { MembershipNumber = poor.Numbers[Alpha.ProgrammeId] });
        Assert.Equal(("voucher", 1), (till.NextReward.RewardId, till.NextReward.MissingPoints));

        // It happens at once, and only once although it falls due again, as after a stopped sweep.
        await _ruled.Sweep();
        await FallDue(0);

        var voucher = (await rich.Client.Rewards.ListVouchersAsync(new ListVouchersRequest())).Vouchers.Single();
        Assert.Equal((1000, 2, 10_000_000), (voucher.PricePoints, voucher.Count, voucher.Value.Micros));
        Assert.Equal(249, (await RuledCoalition.Balance(rich, Alpha)).AvailablePoints);
        Assert.Empty((await poor.Client.Rewards.ListVouchersAsync(new ListVouchersRequest())).Vouchers);
        var movement = (await rich.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Alpha.ProgrammeId })).Movements[0];
        Assert.Equal((MovementKind.Payout, "1000 points became a voucher of yours.", "voucher", -10_000_000), (movement.Kind, movement.Sentence, movement.RewardId, movement.Value.Micros));

        var used = await Alpha.Client.Rewards.UseVoucherAsync(new UseVoucherRequest { RequestId = RequestIds.New(), VoucherCode = voucher.VoucherCode });
        Assert.Equal((2, 10_000_000), (used.Count, used.Value.Micros));

        // Another day turns what came meanwhile.
        await RuledCoalition.Buy(Alpha, rich, 260);
        await FallDue(0);
        Assert.Equal(509, (await RuledCoalition.Balance(rich, Alpha)).AvailablePoints);
        await FallDue(1);
        var refusal = await Refusals.Refused(StatusCode.NotFound, "REWARD_NOT_FOUND", () => rich.Client.Rewards.ClaimRewardAsync(
            new ClaimRewardRequest { RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId, RewardId = "voucher" }));
        Assert.Equal("The gateway gives this reward by itself, on the days of its payout.", refusal.Message);
        Assert.Equal(9, (await RuledCoalition.Balance(rich, Alpha)).AvailablePoints);
    }

    [Fact]
    public async Task Voucher_IsShownToTheTillBeforeItIsTaken_AndEntitlesForItsDays()
    {
        await Publish(reward => reward.EntitlementDays = 30);
        var member = await Member(500);
        var voucher = (await member.Client.Rewards.ClaimRewardAsync(new ClaimRewardRequest { RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId, RewardId = "voucher" })).Voucher;
        Assert.Equal((VoucherState.Valid, "5 EUR", 5_000_000), await Get(voucher));
        var use = new UseVoucherRequest { RequestId = RequestIds.New(), VoucherCode = voucher.VoucherCode, Channel = SalesChannel.Store };
        var used = await Alpha.Client.Rewards.UseVoucherAsync(use);
        Assert.NotNull(used.EntitledTime);
        Assert.Equal((VoucherState.Entitled, "5 EUR", 5_000_000), await Get(voucher));
        Assert.Equal("5 EUR", (await Alpha.Client.Rewards.UseVoucherAsync(new UseVoucherRequest(use) { RequestId = RequestIds.New() })).Texts.Single().Name);
        await Refusals.Refused(StatusCode.NotFound, "VOUCHER_NOT_FOUND", () => _ruled.Beta.Client.Rewards.GetVoucherAsync(new GetVoucherRequest { VoucherCode = voucher.VoucherCode }));
    }

    [Fact]
    public async Task Voucher_OfReturnedGoods_IsValidAgain()
    {
        await Publish(reward => reward.Returnable = true);
        var member = await Member(500);
        var voucher = (await member.Client.Rewards.ClaimRewardAsync(new ClaimRewardRequest { RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId, RewardId = "voucher" })).Voucher;
        await Alpha.Client.Rewards.UseVoucherAsync(new UseVoucherRequest { RequestId = RequestIds.New(), VoucherCode = voucher.VoucherCode });
        Assert.Equal((VoucherState.Used, "5 EUR", 5_000_000), await Get(voucher));
        var back = new ReturnVoucherRequest { RequestId = RequestIds.New(), VoucherCode = voucher.VoucherCode };
        var answer = await Alpha.Client.Rewards.ReturnVoucherAsync(back);
        Assert.Equal((answer, voucher.ExpireTime), (await Alpha.Client.Rewards.ReturnVoucherAsync(back), answer.ExpireTime));
        Assert.Equal((VoucherState.Valid, "5 EUR", 5_000_000), await Get(voucher));
    }

    [Fact]
    public async Task PaymentCode_PaysAtAnotherBrand_AndTheBooksHaveIt()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms { Spending = new SpendingRule { StepPoints = 1, MaxBillPercent = 100, ReservationMinutes = 30, ApprovalAbovePoints = 10 } });
        await _ruled.Agree(new Agreement
        {
            PartnerId = _ruled.Beta.PartnerId, ProgrammeId = Alpha.ProgrammeId, Rates = { new Rate { Points = 1, Spend = TestCoalition.Euro(1) } }, Rounding = Rounding.Down, AcceptsPoints = true,
        });
        var member = await Member(500);
        var request = new CreatePaymentCodeRequest { RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId, MaxPoints = 300 };
        var code = await member.Client.Rewards.CreatePaymentCodeAsync(request);
        Assert.Equal(code, await member.Client.Rewards.CreatePaymentCodeAsync(request));
        var pay = new ReservePointsRequest
        {
            RequestId = RequestIds.New(), RedemptionReference = "b1", PaymentCode = code.PaymentCode.ToLowerInvariant(), AmountPoints = 300, Bill = TestCoalition.Euro(10), SpendNow = true,
        };
        var paid = (await _ruled.Beta.Client.Rewards.ReservePointsAsync(pay)).Redemption;
        Assert.Equal((RedemptionState.Captured, Alpha.ProgrammeId, 3_000_000), (paid.State, paid.ProgrammeId, paid.Value.Micros));
        Assert.Equal(paid, (await _ruled.Beta.Client.Rewards.ReservePointsAsync(pay)).Redemption);
        await Refusals.Refused(StatusCode.NotFound, "PAYMENT_CODE_NOT_FOUND", () => _ruled.Beta.Client.Rewards.ReservePointsAsync(
            new ReservePointsRequest(pay) { RequestId = RequestIds.New(), RedemptionReference = "b2" }));
        Assert.Equal(200, (await RuledCoalition.Balance(member, Alpha)).AvailablePoints);
        Assert.Equal("You spent 300 points at beta.", (await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Alpha.ProgrammeId })).Movements[0].Sentence);
        // The brand knows only the payment: not whose points they were, also not by a purchase of the same member.
        var receipt = await _ruled.Beta.Client.Rewards.GetReceiptAsync(new GetReceiptRequest { RedemptionReferences = { "b1" } });
        Assert.Equal(["Paid with points: 300, worth 3.00 EUR"], receipt.Lines.Select(line => line.Text));
        var both = await _ruled.Coalition.Member(_ruled.Beta);
        var bought = await RuledCoalition.Buy(_ruled.Beta, both, 10);
        await Refusals.Refused(StatusCode.NotFound, "REDEMPTION_NOT_FOUND", () => _ruled.Beta.Client.Rewards.GetReceiptAsync(
            new GetReceiptRequest { PurchaseReference = bought.PurchaseReference, RedemptionReferences = { "b1" } }));
        var refunded = await _ruled.Beta.Client.Rewards.RefundRedemptionAsync(new RefundRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = "b1", AmountPoints = 100 });
        Assert.Equal(1_000_000, refunded.Value.Micros);
    }

    /// <summary>Settles the payouts of a day, as the sweeper does when they fall due.</summary>
    private async Task FallDue(int daysAgo)
    {
        var start = _calendar.StartOf(_today.AddDays(-daysAgo));
        var payouts = _ruled.Coalition.Gateway.Services.GetServices<ISchedule>().Single(schedule => schedule.Kind == Ledger.Rewards.EndPayouts.DueKind);
        await payouts.Settle([new Due(Ledger.Rewards.EndPayouts.DueKind, $"{Alpha.ProgrammeId}/voucher", start)], CancellationToken.None);
    }

    private async Task<(VoucherState, string, long)> Get(Voucher voucher)
    {
        var found = await Alpha.Client.Rewards.GetVoucherAsync(new GetVoucherRequest { VoucherCode = voucher.VoucherCode });
        return (found.State, found.Reward.Texts.Single().Name, found.Value.Micros);
    }

    private async Task<TestMember> Member(long points)
    {
        var member = await _ruled.Coalition.Member(Alpha);
        await RuledCoalition.Buy(Alpha, member, points);
        return member;
    }

    private async Task Publish(Action<Reward> change)
    {
        var reward = new Reward
        {
            ProgrammeId = Alpha.ProgrammeId, RewardId = "voucher", PricePoints = 500, Texts = { new RewardText { Language = "en", Name = "5 EUR" } }, Value = TestCoalition.Euro(5), VoucherDays = 30,
            FromTime = TestCoalition.Past, UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1)),
        };
        change(reward);
        await _ruled.Coalition.Gateway.Operator.Rewards.PublishRewardAsync(new PublishRewardRequest { RequestId = RequestIds.New(), Reward = reward });
    }
}
