using CoalitionGateway.Tests.Rules;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Tests.Rewards;

/// <summary>The words of a till's slip. A point of alpha's is worth a cent.</summary>
public sealed class ReceiptTests : IAsyncLifetime
{
    private readonly RuledCoalition _ruled = new();

    private TestPartner Alpha => _ruled.Alpha;

    public async ValueTask InitializeAsync() => await _ruled.InitializeAsync();

    public ValueTask DisposeAsync() => _ruled.DisposeAsync();

    [Fact]
    public async Task Receipt_TellsWhatWasEarnedAndWhy_WhatWasPaid_AndWhatIsMissing()
    {
        await Rules();
        var member = await Member(1000);
        await _ruled.Campaign(Alpha, new Campaign { CampaignId = "double", Effect = CampaignEffect.Percent, Amount = 100, Caps = { new Cap { Period = CapPeriod.Day, MaxPoints = 30 } } });
        var bought = await RuledCoalition.Buy(Alpha, member, 50);
        await Pay(member, "r1", 300);

        Assert.Equal(
            [
                "Earned: Points earned: 80, worth 0.80 EUR",
                "Award: for this purchase: 50",
                "Award: from the campaign double: 30",
                "Award: not given, because a limit was reached: 20",
                "Spent: Paid with points: 300, worth 3.00 EUR",
                "Balance: Your points: 780, worth 7.80 EUR",
                "Reward: You can claim: A coffee",
                "Reward: Points missing for A trip (+ 80.00 EUR): 4220",
                "Tier: Missing for the tier gold: 4950.00 EUR",
            ],
            await Lines(new GetReceiptRequest { PurchaseReference = bought.PurchaseReference, RedemptionReferences = { "r1" } }));
    }

    [Fact]
    public async Task Receipt_InEachLanguage_HasItsOwnWordsAndDecimalSign()
    {
        await Rules();
        var member = await Member(1000);
        await Pay(member, "r1", 300);
        var firsts = new List<string>();
        foreach (var language in new[] { "", "sv", "nb", "pl", "lv" })
        {
            var lines = await Lines(new GetReceiptRequest { RedemptionReferences = { "r1" }, Language = language });
            Assert.Equal(5, lines.Distinct().Count());
            firsts.Add(lines[0]);
        }

        Assert.Equal(
            [
                "Spent: Paid with points: 300, worth 3.00 EUR", "Spent: Betalt med poäng: 300, värda 3,00 EUR", "Spent: Betalt med poeng: 300, verdt 3,00 EUR",
                "Spent: Zapłacono punktami: 300, wartość 3,00 EUR", "Spent: Samaksāts ar punktiem: 300, vērtība 3,00 EUR",
            ],
            firsts);
        Assert.Contains("Reward: Jūs varat saņemt: Kafija", await Lines(new GetReceiptRequest { RedemptionReferences = { "r1" }, Language = "lv" }));
    }

    [Fact]
    public async Task Receipt_OfAPurchaseInAnotherProgramme_TellsNothingOfTheMembersPointsThere()
    {
        await _ruled.Agree(new Agreement { PartnerId = Alpha.PartnerId, ProgrammeId = _ruled.Beta.ProgrammeId, Rates = { new Rate { Points = 2, Spend = TestCoalition.Euro(1) } }, Rounding = Rounding.Down });
        var member = await _ruled.Coalition.Member(Alpha, _ruled.Beta);
        await RuledCoalition.Buy(_ruled.Beta, member, 777);
        await member.Client.Members.ChooseProgrammeAsync(new ChooseProgrammeRequest { RequestId = RequestIds.New(), PartnerId = Alpha.PartnerId, ProgrammeId = _ruled.Beta.ProgrammeId });
        var bought = await RuledCoalition.Buy(Alpha, member, 50);
        var lines = await Lines(new GetReceiptRequest { PurchaseReference = bought.PurchaseReference });
        Assert.StartsWith("Earned: Points earned in beta", lines[0], StringComparison.Ordinal);
        Assert.Equal("Balance: Your points: 0, worth 0.00 EUR", lines[1]);
        Assert.Equal(2, lines.Count);
    }

    [Fact]
    public async Task Receipt_TellsWhatCameBackAndWhatIsPending()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms { PendingDays = 10, Expiry = new Expiry { Months = 12, Snap = ExpirySnap.Day }, Spending = new SpendingRule { StepPoints = 1, MaxBillPercent = 100, ReservationMinutes = 5, ApprovalAbovePoints = 5 } });
        var member = await _ruled.Coalition.Member(Alpha);
        await RuledCoalition.Buy(Alpha, member, 20, daysAgo: 30);
        var bought = await RuledCoalition.Buy(Alpha, member, 50);
        await Alpha.Client.Earning.ReversePurchaseAsync(new ReversePurchaseRequest { RequestId = RequestIds.New(), PurchaseReference = bought.PurchaseReference, Amount = TestCoalition.Euro(10) });
        await Alpha.Client.Rewards.ReservePointsAsync(Payment(member, "r1", 6, now: false));
        await Pay(member, "r2", 4);
        await Alpha.Client.Rewards.RefundRedemptionAsync(new RefundRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = "r2", AmountPoints = 1 });
        var lines = await Lines(new GetReceiptRequest { PurchaseReference = bought.PurchaseReference, RedemptionReferences = { "r1", "r2" } });
        Assert.Equal("Earned: Points earned: 50, worth 0.50 EUR", lines[0]);
        Assert.Matches("^Award: usable from [0-9]{4}-[0-9]{2}-[0-9]{2} on: 50$", lines[1]);
        Assert.Equal(
            [
                "Earned: Points taken back by returns: 10", "Spent: Points reserved for this payment: 6, worth 0.06 EUR", "Spent: Please approve the payment in the app.",
                "Spent: Paid with points: 4, worth 0.04 EUR", "Spent: Points given back: 1", "Balance: Your points: 11, worth 0.11 EUR",
            ],
            lines.Skip(2).Take(6));
        Assert.Matches("^Balance: Points that you can use until [0-9]{4}-[0-9]{2}-[0-9]{2}: 11$", lines[8]);
    }

    [Fact]
    public async Task Receipt_OfAnotherBrand_OrOfTwoMembers_IsRefused()
    {
        await Rules();
        var (member, other) = (await Member(100), await Member(100));
        var bought = await RuledCoalition.Buy(Alpha, member, 50);
        await Pay(other, "r1", 10);
        await Refusals.Refused(StatusCode.NotFound, "PURCHASE_NOT_FOUND", () => _ruled.Beta.Client.Rewards.GetReceiptAsync(new GetReceiptRequest { PurchaseReference = bought.PurchaseReference }));
        await Refusals.Refused(StatusCode.NotFound, "REDEMPTION_NOT_FOUND", () => _ruled.Beta.Client.Rewards.GetReceiptAsync(new GetReceiptRequest { RedemptionReferences = { "r1" } }));
        var refusal = await Refusals.Refused(StatusCode.NotFound, "REDEMPTION_NOT_FOUND", () => Alpha.Client.Rewards.GetReceiptAsync(
            new GetReceiptRequest { PurchaseReference = bought.PurchaseReference, RedemptionReferences = { "r1" } }));
        Assert.Equal("r1", refusal.Metadata["redemption_reference"]);
    }

    private async Task Rules()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms
        {
            Spending = new SpendingRule { StepPoints = 10, MaxBillPercent = 100, ReservationMinutes = 5 },
            Tiers = new TierRule { Measure = TierMeasure.Spend, CurrencyCode = "EUR", StartMonth = 1, PeriodMonths = 12, Levels = { new TierLevel { TierId = "gold", Threshold = 5_000_000_000, FactorPercent = 100 } } },
        });
        await Publish("coffee", 150, "A coffee", "Kafija");
        await Publish("trip", 5000, "A trip", "Ceļojums", TestCoalition.Euro(80));
    }

    /// <summary>A member with points that count for no tier.</summary>
    private async Task<TestMember> Member(long points)
    {
        var member = await _ruled.Coalition.Member(Alpha);
        await Alpha.Client.Earning.AwardPointsAsync(new AwardPointsRequest
        {
            RequestId = RequestIds.New(), AwardReference = RequestIds.New(), MembershipNumber = member.Numbers[Alpha.ProgrammeId], AmountPoints = points, Reason = AwardReason.OpeningBalance,
        });
        return member;
    }

    private Task<PublishRewardResponse> Publish(string id, long price, string english, string latvian, Money? money = null) => _ruled.Coalition.Gateway.Operator.Rewards.PublishRewardAsync(new PublishRewardRequest
    {
        RequestId = RequestIds.New(),
        Reward = new Reward
        {
            ProgrammeId = Alpha.ProgrammeId, RewardId = id, PricePoints = price, PriceMoney = money, VoucherDays = 30, FromTime = TestCoalition.Past,
            UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1)),
            Texts = { new RewardText { Language = "en", Name = english }, new RewardText { Language = "lv", Name = latvian } },
        },
    }).ResponseAsync;

    private Task<ReservePointsResponse> Pay(TestMember member, string reference, long points) => Alpha.Client.Rewards.ReservePointsAsync(Payment(member, reference, points, now: true)).ResponseAsync;

    private ReservePointsRequest Payment(TestMember member, string reference, long points, bool now) => new()
    {
        RequestId = RequestIds.New(), RedemptionReference = reference, MembershipNumber = member.Numbers[Alpha.ProgrammeId], AmountPoints = points,
        Bill = TestCoalition.Euro(100), SpendNow = now,
    };

    private async Task<IReadOnlyList<string>> Lines(GetReceiptRequest request) =>
        [.. (await Alpha.Client.Rewards.GetReceiptAsync(request)).Lines.Select(line => $"{line.Subject}: {line.Text}")];
}
