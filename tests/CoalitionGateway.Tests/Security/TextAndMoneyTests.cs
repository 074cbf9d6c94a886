using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Tests.Security;

/// <summary>Names in any script, references in the forms that tills write, money in payable amounts.</summary>
[Trait("Store", "any")]
public sealed class TextAndMoneyTests(TestCoalition coalition)
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("åäö", 3)]
    [InlineData("語言", 2)]
    [InlineData("𝕬𝖓𝖓", 3)]
    [InlineData("🎁🎁", 2)]
    public void Length_OfAText_CountsCodePoints(string text, int length) => Assert.Equal(length, TextForm.Length(text));

    [Theory]
    [InlineData(60, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task DisplayName_BeyondTheBasicPlane_CountsEachCharacterOnce(int length, bool isTaken)
    {
        var name = string.Concat(Enumerable.Repeat("𠮷", length));
        await Expect(isTaken, "profile.display_name", () => coalition.Alpha.Client.Members.EnrollMemberAsync(new EnrollMemberRequest
        {
            RequestId = RequestIds.New(), MembershipNumber = $"plane-{Guid.NewGuid():N}"[..30], Profile = new MemberProfile { DisplayName = name },
        }).ResponseAsync);
        await Expect(isTaken, "partner.display_name", () => coalition.Gateway.Operator.Programmes.RegisterPartnerAsync(new RegisterPartnerRequest
        {
            RequestId = RequestIds.New(), Partner = new Partner { PartnerId = $"p{Guid.NewGuid():N}", DisplayName = name },
        }).ResponseAsync);
    }

    [Theory]
    [InlineData("Order 00001-001-0001", true)]
    [InlineData("a b  c", true)]
    [InlineData("~!", true)]
    [InlineData("x", true)]
    [InlineData(" Order 1", false)]
    [InlineData("Order 1 ", false)]
    [InlineData(" ", false)]
    [InlineData("Order\t1", false)]
    [InlineData("Order\u00A01", false)]
    public async Task Reference_WithInnerSpaces_IsAccepted(string reference, bool isTaken)
    {
        // A partner can use each reference once.
        await using var own = new TestCoalition();
        await own.InitializeAsync();
        var member = await own.Member(own.Alpha);
        await Expect(isTaken, "purchase_reference", () => own.Alpha.Client.Earning.RecordPurchaseAsync(TestCoalition.Purchase(own.Alpha, member, 2, reference)).ResponseAsync);
        if (isTaken)
        {
            var reversed = await own.Alpha.Client.Earning.ReversePurchaseAsync(new ReversePurchaseRequest { RequestId = RequestIds.New(), PurchaseReference = reference });
            Assert.Equal((reference, 2), (reversed.Reversal.PurchaseReference, reversed.Reversal.TakenPoints));
        }
    }

    [Theory]
    [InlineData("JPY", 500_000, "amount.micros", "1000000 would go")]
    [InlineData("JPY", 1_500_000, "amount.micros", "1000000 or 2000000 would go")]
    [InlineData("KWD", 1_234_500, "amount.micros", "1234000 or 1235000 would go")]
    [InlineData("EUR", 9_999, "amount.micros", "10000 would go")]
    [InlineData("ZZZ", 1_000_000, "amount.currency_code", "as GBP")]
    [InlineData("XXX", 1_000_000, "amount.currency_code", "ISO 4217")]
    [InlineData("EURO", 1_000_000, "amount.currency_code", "as EUR")]
    public async Task Amount_NotPayable_IsRefusedWithTheNearestPayableAmount(string currency, long micros, string field, string remedy)
    {
        var member = await coalition.Member(coalition.Alpha);
        var request = TestCoalition.Purchase(coalition.Alpha, member, 1);
        request.Amount = new Money { CurrencyCode = currency, Micros = micros };
        var refusal = await Refusals.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => coalition.Alpha.Client.Earning.RecordPurchaseAsync(request));
        var (found, problem) = Assert.Single(refusal.Fields);
        Assert.Equal(field, found);
        Assert.Contains(remedy, problem, StringComparison.Ordinal);
        Assert.Equal((0, 0), await TestCoalition.Balance(member, coalition.Alpha));
    }

    private static async Task Expect<T>(bool isTaken, string field, Func<Task<T>> call)
    {
        if (isTaken)
        {
            await call();
            return;
        }

        var refusal = await Refusals.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", async () => await call());
        Assert.Equal(field, Assert.Single(refusal.Fields).Field);
    }
}
