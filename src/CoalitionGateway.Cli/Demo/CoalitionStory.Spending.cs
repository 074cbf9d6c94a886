using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Cli.Demo;

/// <summary>The part of the story about spending: points as money at a till, and a reward with a voucher.</summary>
internal sealed partial class CoalitionStory
{
    private async Task Spend()
    {
        await story.Step("10,000 points = ? Lumen's till asks what Jonas could use now", async () =>
        {
            await PublishLateCheckout();
            var found = await _lumen.Rewards.IdentifyMemberAsync(new IdentifyMemberRequest { MembershipNumber = _jonasAtLumen });
            story.Expect("spendable", 500, found.SpendablePoints);
            var ofTenThousand = Euro(found.SpendableValue.Micros / found.SpendablePoints * 10_000);
            return $"10,000 points are worth {Text(ofTenThousand)}; Jonas has {found.SpendablePoints}, worth {Text(found.SpendableValue)}; within reach: {found.Rewards[0].RewardId}";
        });
        await story.Step("Jonas pays 200 points of a bill of 20 EUR; only 150 are needed, and 50 come back", async () =>
        {
            var reserved = (await _lumen.Rewards.ReservePointsAsync(Paying("bill-1", 200))).Redemption;
            var captured = await _lumen.Rewards.CaptureRedemptionAsync(new CaptureRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = "bill-1", AmountPoints = 150 });
            story.Expect("left", (50, 350), (captured.ReleasedPoints, (await Balance()).AvailablePoints));
            return $"{reserved.AmountPoints} points were reserved; {captured.CapturedPoints} are spent and took {Text(captured.Value)} off the bill";
        });
        await story.Step("Two orders at once want 250 of his 350 points: one gets them", async () =>
        {
            var answers = await Task.WhenAll(Order("bill-2"), Order("bill-3"));
            story.Expect("one order", 1, answers.Count(answer => answer is null));
            return answers.OfType<GatewayRefusal>().Single().Message;
        });
        await story.Step("The guest cancels: the 250 points are refunded", async () =>
        {
            var spent = (await _jonas.Rewards.ListRedemptionsAsync(new ListRedemptionsRequest())).Redemptions[0];
            await _lumen.Rewards.RefundRedemptionAsync(new RefundRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = spent.RedemptionReference });
            story.Expect("left", 350, (await Balance()).AvailablePoints);
            return await LastSentence("en");
        });
        await story.Step("Jonas claims a late checkout for 300 points; two tills take its code at once, and one succeeds", async () =>
        {
            var voucher = (await _jonas.Rewards.ClaimRewardAsync(new ClaimRewardRequest { RequestId = RequestIds.New(), ProgrammeId = _hotels, RewardId = "late-checkout" })).Voucher;
            var answers = await Task.WhenAll(Take(voucher), Take(voucher));
            story.Expect("one till", 1, answers.Count(answer => answer is null));
            return $"{answers.OfType<GatewayRefusal>().Single().Message} In Latvian: {await LastSentence("lv")}";
        });
    }

    private async Task PublishLateCheckout() => await _operator.Rewards.PublishRewardAsync(new PublishRewardRequest
    {
        RequestId = RequestIds.New(),
        Reward = new Reward
        {
            ProgrammeId = _hotels, RewardId = "late-checkout", PricePoints = 300, StockCount = 10, MaxPerMember = 2, VoucherDays = 90, FromTime = Days(1), UntilTime = Days(-365),
            Texts = { new RewardText { Language = "en", Name = "Late checkout" }, new RewardText { Language = "lv", Name = "Vēla izrakstīšanās" } },
        },
    });

    private static ReservePointsRequest Paying(string bill, long points, bool now = false) => new()
    {
        RequestId = RequestIds.New(), RedemptionReference = bill, MembershipNumber = _jonasAtLumen, AmountPoints = points, Bill = Euro(20_000_000), SpendNow = now,
    };

    /// <summary>Spends 250 points at once; null if that succeeds.</summary>
    private Task<GatewayRefusal?> Order(string bill) => Refused(() => _lumen.Rewards.ReservePointsAsync(Paying(bill, 250, now: true)).ResponseAsync);

    /// <summary>Takes a voucher; null if that succeeds.</summary>
    private Task<GatewayRefusal?> Take(Voucher voucher) =>
        Refused(() => _lumen.Rewards.UseVoucherAsync(new UseVoucherRequest { RequestId = RequestIds.New(), VoucherCode = voucher.VoucherCode }).ResponseAsync);

    private static async Task<GatewayRefusal?> Refused(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (RpcException failed) when (GatewayRefusal.From(failed) is { } refusal)
        {
            return refusal;
        }
    }

    private async Task<string> LastSentence(string language) =>
        (await _jonas.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = _hotels, Language = language })).Movements[0].Sentence;
}
