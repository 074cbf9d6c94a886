using CoalitionGateway.Fuzz.Tests.Generating;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Fuzz.Tests.Directed;

/// <summary>Reaches the reasons about spending that need several calls in order.</summary>
internal sealed class RewardSequences(TestCoalition coalition, Reaching reaching)
{
    public async Task Run()
    {
        var alpha = coalition.Alpha;
        var (first, second) = (await coalition.Member(alpha), await coalition.Member(alpha));
        await TestCoalition.Buy(alpha, first, 1000);
        await TestCoalition.Buy(alpha, second, 1000);
        await reaching.Reach("SPENDING_NOT_OFFERED", () => coalition.Gamma.Client.Rewards.ReservePointsAsync(new ReservePointsRequest
        {
            RequestId = RequestIds.New(), RedemptionReference = RequestIds.New(), MembershipNumber = "of-nobody", AmountPoints = 1, Bill = TestCoalition.Euro(1),
        }));
        await coalition.Gateway.Operator.Rules.PublishProgrammeTermsAsync(new PublishProgrammeTermsRequest
        {
            RequestId = RequestIds.New(),
            Terms = new ProgrammeTerms { ProgrammeId = alpha.ProgrammeId, Spending = new SpendingRule { StepPoints = 1, MaxBillPercent = 100, ApprovalAbovePoints = 1, ReservationMinutes = 60 } },
        });
        await reaching.Reach("REDEMPTION_NOT_APPROVED", () => alpha.Client.Rewards.ReservePointsAsync(new ReservePointsRequest
        {
            RequestId = RequestIds.New(), RedemptionReference = RequestIds.New(), MembershipNumber = first.Numbers[alpha.ProgrammeId], AmountPoints = 2, Bill = TestCoalition.Euro(9), SpendNow = true,
        }));
        var reward = new Reward
        {
            ProgrammeId = alpha.ProgrammeId, RewardId = "reached", PricePoints = 1, StockCount = 3, MaxPerMember = 1, VoucherDays = 1, FromTime = TestCoalition.Past,
            UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1)), Texts = { new RewardText { Language = "en", Name = "Reached" } },
        };
        await Publish(reward);
        await Claim(first);
        await reaching.Reach("REWARD_LIMIT_REACHED", () => Claim(first));
        await Claim(second);
        await reaching.Reach("STOCK_GIVEN", () => Publish(new Reward(reward) { StockCount = 1 }));
        await Publish(new Reward(reward) { StockCount = 2 });
        await reaching.Reach("REWARD_SOLD_OUT", () => Claim(first));
        await reaching.Reach("PAYMENT_CODE_NOT_FOUND", () => alpha.Client.Rewards.ReservePointsAsync(new ReservePointsRequest
        {
            RequestId = RequestIds.New(), RedemptionReference = RequestIds.New(), PaymentCode = "222222222222", AmountPoints = 2, Bill = TestCoalition.Euro(9),
        }));
        await Publish(new Reward(reward) { RewardId = "on-the-web", Channels = { SalesChannel.Web } });
        var code = (await Claim(first, "on-the-web")).Voucher.VoucherCode;
        await reaching.Reach("VOUCHER_OTHER_CHANNEL", () => Use(code, SalesChannel.Store));
        await reaching.Reach("VOUCHER_NOT_USED", () => Return(code));
        await Use(code, SalesChannel.Web);
        await reaching.Reach("VOUCHER_NOT_RETURNABLE", () => Return(code));
    }

    private AsyncUnaryCall<UseVoucherResponse> Use(string code, SalesChannel channel) =>
        coalition.Alpha.Client.Rewards.UseVoucherAsync(new UseVoucherRequest { RequestId = RequestIds.New(), VoucherCode = code, Channel = channel });

    private AsyncUnaryCall<ReturnVoucherResponse> Return(string code) =>
        coalition.Alpha.Client.Rewards.ReturnVoucherAsync(new ReturnVoucherRequest { RequestId = RequestIds.New(), VoucherCode = code });

    private AsyncUnaryCall<PublishRewardResponse> Publish(Reward reward) =>
        coalition.Gateway.Operator.Rewards.PublishRewardAsync(new PublishRewardRequest { RequestId = RequestIds.New(), Reward = reward });

    private AsyncUnaryCall<ClaimRewardResponse> Claim(TestMember member, string reward = "reached") =>
        member.Client.Rewards.ClaimRewardAsync(new ClaimRewardRequest { RequestId = RequestIds.New(), ProgrammeId = coalition.Alpha.ProgrammeId, RewardId = reward });
}
