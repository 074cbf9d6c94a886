using CoalitionGateway.Tests.Rules;
using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Tests.Earning;

/// <summary>What operators change, what members refer, and how partners name what they return.</summary>
[Trait("Store", "any")]
public sealed class AdjustmentTests(RuledCoalition ruled) : IClassFixture<RuledCoalition>
{
    private TestPartner Alpha => ruled.Alpha;

    private CoalitionClient Operator => ruled.Coalition.Gateway.Operator;

    [Fact]
    public async Task AdjustPoints_IsAMovementOfItsOwn_WithTheCase_AndARetryHasOneEffect()
    {
        var member = await ruled.Coalition.Member(Alpha);
        await RuledCoalition.Buy(Alpha, member, 100);
        var request = Adjustment(member, -130);

        var made = await Operator.Earning.AdjustPointsAsync(request);

        Assert.Equal(made, await Operator.Earning.AdjustPointsAsync(request));
        Assert.Equal((0, 30), (made.SettledPoints, made.OwedPoints));
        Assert.Equal((0, 30), await RuledCoalition.Balance(member, Alpha) is { } balance ? (balance.AvailablePoints, balance.OwedPoints) : default);
        var movement = (await Movements(member))[0];
        Assert.Equal(request.Reason, movement.AdjustmentReason);
        Assert.Equal((MovementKind.Adjustment, -100, 30, "C-77", "The operator changed your points by -130."), (movement.Kind, movement.Points, movement.OwedPoints, movement.CaseReference, movement.Sentence));
    }

    [Fact]
    public async Task AdjustPoints_AboveWhatOnePersonMay_WaitsForAnother()
    {
        var member = await ruled.Coalition.Member(Alpha);
        var alone = ruled.Coalition.Gateway.AsPerson("operator-one");
        Assert.Null((await alone.Earning.AdjustPointsAsync(Adjustment(member, 10_000))).Proposal);
        Assert.NotNull((await alone.Earning.AdjustPointsAsync(Adjustment(member, 10_001))).Proposal);
        Assert.Equal(10_000, (await RuledCoalition.Balance(member, Alpha)).AvailablePoints);
    }

    [Fact]
    public async Task Reversals_HaveTheirReferences_AndThePurchaseListsThem()
    {
        var purchase = RuledCoalition.Purchase(Alpha, await ruled.Coalition.Member(Alpha), 100);
        await Alpha.Client.Earning.RecordPurchaseAsync(purchase);
        var reference = $"V-{Guid.NewGuid():N}";
        Assert.Equal(reference, (await Reverse(purchase, 30, reference)).ReversalReference);
        var named = (await Reverse(purchase, 20, "")).ReversalReference;
        await Refusals.Refused(StatusCode.AlreadyExists, "PURCHASE_REFERENCE_TAKEN", () => Alpha.Client.Earning.ReversePurchaseAsync(Reversal(purchase, 10, reference)));

        var found = (await Alpha.Client.Earning.GetPurchaseAsync(new GetPurchaseRequest { PurchaseReference = purchase.PurchaseReference })).Purchase;

        Assert.Equal([(reference, 30_000_000L, 30L), (named, 20_000_000L, 20L)], found.Reversals.Select(made => (made.ReversalReference, made.Amount.Micros, made.TakenPoints)));
        Assert.Equal(50, found.TakenPoints);
    }

    [Fact]
    public async Task Referral_PaysBothAtTheFirstPurchase_AndNeitherLearnsOfTheOthersPurchase()
    {
        await ruled.Terms(ruled.Beta, new ProgrammeTerms { Referral = new ReferralRule { ReferrerPoints = 500, ReferredPoints = 250 } });
        var (ann, number) = (await ruled.Coalition.Member(ruled.Beta), $"r-{Guid.NewGuid():N}"[..20]);
        await ruled.Beta.Client.Members.EnrollMemberAsync(new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = number, ReferrerNumber = ann.Numbers[ruled.Beta.ProgrammeId] });
        var bought = TestCoalition.Purchase(ruled.Beta, ann, 10);
        bought.MembershipNumber = number;

        var made = (await ruled.Beta.Client.Earning.RecordPurchaseAsync(bought)).Purchase;

        Assert.DoesNotContain(made.Awards, award => award.Points == 250);
        Assert.Equal(500, (await RuledCoalition.Balance(ann, ruled.Beta)).AvailablePoints);
        Assert.Equal(made.GivenPoints + 250, (await ruled.Beta.Client.Members.GetBalancesAsync(new GetBalancesRequest { MembershipNumber = number })).Balances.Single().AvailablePoints);
        var movement = Assert.Single((await ann.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = ruled.Beta.ProgrammeId })).Movements);
        Assert.Empty((await ruled.Beta.Client.Movements.ListMovementsAsync(new ListMovementsRequest { MembershipNumber = ann.Numbers[ruled.Beta.ProgrammeId] })).Movements);
        Assert.Equal((MovementKind.Referral, 500, "", "A referral brought you 500 points."), (movement.Kind, movement.Points, movement.PurchaseReference, movement.Sentence));
    }

    [Fact]
    public async Task ListAgreements_HasEveryVersion_TheNewestOfABrandFirst()
    {
        var agreement = new Agreement { PartnerId = "gamma", ProgrammeId = Alpha.ProgrammeId, Rounding = Rounding.Down, Rates = { new Rate { Points = 2, Spend = TestCoalition.Euro(1) } } };
        var (first, second) = (await ruled.Agree(agreement), await ruled.Agree(agreement));
        var listed = new List<Agreement>();
        for (var token = ""; token is not null;)
        {
            var page = await Alpha.Client.Programmes.ListAgreementsAsync(new ListAgreementsRequest { ProgrammeId = Alpha.ProgrammeId, PartnerId = "gamma", PageSize = 1, PageToken = token });
            listed.AddRange(page.Agreements);
            token = page.NextPageToken.Length > 0 ? page.NextPageToken : null;
        }

        Assert.Equal([second, first], listed);
        var all = (await Alpha.Client.Programmes.ListAgreementsAsync(new ListAgreementsRequest { ProgrammeId = Alpha.ProgrammeId })).Agreements;
        Assert.Equal(all.OrderBy(found => found.PartnerId, StringComparer.Ordinal).ThenByDescending(found => found.Version), all);
    }

    private AdjustPointsRequest Adjustment(TestMember member, long points) => new()
    {
        RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId, MembershipNumber = member.Numbers[Alpha.ProgrammeId], AmountPoints = points,
        Reason = AdjustmentReason.Complaint, CaseReference = "C-77",
    };

    private static ReversePurchaseRequest Reversal(RecordPurchaseRequest purchase, long euros, string reference) => new()
    {
        RequestId = RequestIds.New(), PurchaseReference = purchase.PurchaseReference, Amount = TestCoalition.Euro(euros), ReversalReference = reference,
    };

    private async Task<Reversal> Reverse(RecordPurchaseRequest purchase, long euros, string reference) =>
        (await Alpha.Client.Earning.ReversePurchaseAsync(Reversal(purchase, euros, reference))).Reversal;

    private async Task<IReadOnlyList<PointsMovement>> Movements(TestMember member) =>
        (await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Alpha.ProgrammeId })).Movements;
}
