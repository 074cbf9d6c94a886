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
        await story.Step("Lumen turns every 40 points into a breakfast by itself; Jonas has 50", async () =>
        {
            await Publish("breakfast", 40, "Breakfast", "Brokastis", reward => reward.Payout = new Payout { LeastPoints = 40 });
            var voucher = await Appeared("breakfast");
            story.Expect("left", (1, 10), (voucher.Count, (await Balance()).AvailablePoints));
            return await LastSentence("en");
        });
        await story.Step("Jonas makes a code for 10 points in the app, and pays with it at the till", async () =>
        {
            var code = await _jonas.Rewards.CreatePaymentCodeAsync(new CreatePaymentCodeRequest { RequestId = RequestIds.New(), ProgrammeId = _hotels, MaxPoints = 10 });
            var paying = Paying("bill-4", 10, now: true);
            (paying.MembershipNumber, paying.PaymentCode) = ("", code.PaymentCode);
            var paid = (await _lumen.Rewards.ReservePointsAsync(paying)).Redemption;
            var again = await Refused(() => _lumen.Rewards.ReservePointsAsync(new ReservePointsRequest(paying) { RequestId = RequestIds.New(), RedemptionReference = "bill-5" }).ResponseAsync);
            story.Expect("the code again", "PAYMENT_CODE_NOT_FOUND", again?.ReasonText);
            return $"{paid.AmountPoints} points took {Text(paid.Value)} off the bill; the code works once";
        });
        await story.Step("The slip of his first bill, in Latvian", async () =>
        {
            var receipt = await _lumen.Rewards.GetReceiptAsync(new GetReceiptRequest { RedemptionReferences = { "bill-1" }, Language = "lv" });
            return string.Join("; ", receipt.Lines.Select(line => line.Text));
        });
    }

    private Task PublishLateCheckout() => Publish("late-checkout", 300, "Late checkout", "Vēla izrakstīšanās", reward => (reward.StockCount, reward.MaxPerMember) = (10, 2));

    private async Task Publish(string id, long price, string english, string latvian, Action<Reward> change)
    {
        var reward = new Reward
        {
            ProgrammeId = _hotels, RewardId = id, PricePoints = price, VoucherDays = 90, FromTime = Days(1), UntilTime = Days(-365),
            Texts = { new RewardText { Language = "en", Name = english }, new RewardText { Language = "lv", Name = latvian } },
        };
        change(reward);
        await _operator.Rewards.PublishRewardAsync(new PublishRewardRequest { RequestId = RequestIds.New(), Reward = reward });
    }

    /// <summary>Waits for a voucher that the gateway makes.</summary>
    private async Task<Voucher> Appeared(string reward)
    {
        for (var end = DateTime.UtcNow.AddMinutes(1); ; await Task.Delay(100))
        {
            var found = (await _jonas.Rewards.ListVouchersAsync(new ListVouchersRequest())).Vouchers.FirstOrDefault(voucher => voucher.RewardId == reward);
            if (found is not null || DateTime.UtcNow > end)
            {
                return found ?? throw new TimeoutException($"No voucher of {reward} appeared within a minute.");
            }
        }
    }

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
