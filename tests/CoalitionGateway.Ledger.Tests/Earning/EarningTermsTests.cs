using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Tests.Earning;

/// <summary>
/// The refusals of earning and the choice of the programme, for a purchase and for a return without its purchase.
/// </summary>
public sealed class EarningTermsTests
{
    private static readonly Agreement[] _offered = [Given.Agreement(Given.Beanery, Given.Stars), Given.Agreement(Given.Beanery, new("lumen-nights"))];

    // The first row has every fault, the last one none. Each row mends the fault that the row before was refused for.
    private static readonly Table _purchase = new()
    {
        { "everything is wrong", () => Purchase(new() { Home = false, Taken = true, Known = false, Agreed = false }, 1, "USD"), "PartnerWithoutProgramme partner_id=beanery" },
        { "reference taken, number unknown, no agreement", () => Purchase(new() { Taken = true, Known = false, Agreed = false }, 1, "USD"), "PurchaseReferenceTaken(purchase_reference) reference=R-1" },
        { "number unknown, no agreement", () => Purchase(new() { Known = false, Agreed = false }, 1, "USD"), "MembershipNotFound(membership_number) programme_id=bean-stars" },
        { "no agreement", () => Purchase(new() { Agreed = false }, 1, "USD"), "AgreementNotFound partner_id=beanery programme_id=aurora-miles offered_programme_ids=bean-stars,lumen-nights" },
        { "other currency, and too much", () => Purchase(new() { Rate = 1_000_000 }, Money.MaxMicros, "USD"), "CurrencyMismatch(amount.currency_code) expected=GBP actual=USD" },
        { "too much", () => Purchase(new() { Rate = 1_000_000 }, Money.MaxMicros), "AmountTooLarge(amount.micros) maximum_points=1000000000000" },
        { "a point more than a command moves", () => Purchase(new() { Rate = 1_000_000 }, 1_000_001_000_000), "AmountTooLarge(amount.micros) maximum_points=1000000000000" },
        { "all that a command moves", () => Purchase(new() { Rate = 1_000_000 }, 1_000_000_000_000), "PurchaseRecorded" },
        { "nothing is wrong", () => Purchase(new(), 5_000_000), "PurchaseRecorded" },
    };

    private static readonly Table _return = new()
    {
        { "everything is wrong", () => Return(new() { Home = false, Taken = true, Known = false, Agreed = false }, 1, "USD"), "PartnerWithoutProgramme partner_id=beanery" },
        { "reference taken, number unknown, no agreement", () => Return(new() { Taken = true, Known = false, Agreed = false }, 1, "USD"), "PurchaseReferenceTaken(return_reference) reference=R-1" },
        { "number unknown, no agreement", () => Return(new() { Known = false, Agreed = false }, 1, "USD"), "MembershipNotFound(membership_number) programme_id=bean-stars" },
        { "no agreement", () => Return(new() { Agreed = false }, 1, "USD"), "AgreementNotFound partner_id=beanery programme_id=aurora-miles offered_programme_ids=bean-stars,lumen-nights" },
        { "other currency, and too much", () => Return(new() { Rate = 1_000_000 }, Money.MaxMicros, "USD"), "CurrencyMismatch(amount.currency_code) expected=GBP actual=USD" },
        { "too much", () => Return(new() { Rate = 1_000_000 }, Money.MaxMicros), "AmountTooLarge(amount.micros) maximum_points=1000000000000" },
        { "nothing is wrong", () => Return(new(), 5_000_000), "ReturnRecorded" },
    };

    public static TheoryData<string> Purchases => _purchase.Names;

    public static TheoryData<string> Returns => _return.Names;

    [Theory]
    [MemberData(nameof(Purchases))]
    public void RecordPurchase_SeveralFaults_NamesTheFirst(string row) => _purchase.Check(row);

    [Theory]
    [MemberData(nameof(Returns))]
    public void RecordReturn_SeveralFaults_NamesTheFirst(string row) => _return.Check(row);

    [Fact]
    public void AgreementNotFound_OffersInAnyOrder_ListsThemById()
    {
        var terms = new Terms { Agreed = false }.State;
        var backwards = terms with { Offered = [.. terms.Offered.Reverse()] };

        var refusals = new[] { terms, backwards }.Select(state => Outcome.Of(state.Refuses(Given.Beanery, "R-1", "purchase_reference", Given.Gbp(1), Given.Now, Given.Now)!));

        Assert.Single(refusals.Distinct());
    }

    // Ada is in both programmes. The brand gives points of its own programme and of Aurora's.
    [Theory]
    [InlineData(null, true, "bean-stars")]
    [InlineData("bean-stars", true, "bean-stars")]
    [InlineData("aurora-miles", true, "aurora-miles")]
    [InlineData("aurora-miles", false, "bean-stars")]
    public void Find_ProgrammeChosen_EarnsThereIfTheMemberIsInIt(string? chosen, bool inMiles, string earns)
    {
        var rows = new WorkingState();
        rows.Put(Given.Programme(Given.Stars, Given.Beanery));
        rows.Put(Given.Programme(Given.Miles, Given.Aurora));
        rows.LoadSet(new Agreement.ByPartner(Given.Beanery), [Given.Agreement(Given.Beanery, Given.Stars), Given.Agreement(Given.Beanery, Given.Miles)]);
        rows.LoadSet(new Choice.ByBrand(Given.Ada, Given.Beanery), []);
        rows.Put(new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []));
        rows.Put(Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada));
        if (inMiles)
        {
            rows.Put(Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada));
        }

        if (chosen is not null)
        {
            rows.Put(new Choice(Given.Ada, Given.Beanery, Given.Now.AddDays(-1), new ProgrammeId(chosen)));
        }

        var terms = EarningTerms.Find(rows, Given.Beanery, "S-1", "R-1", Given.Now, Given.Now);

        Assert.Equal((earns, earns, earns), (terms.Earning!.ProgrammeId.Value, terms.Agreement!.ProgrammeId.Value, terms.Holdings!.ProgrammeId.Value));
        Assert.Equal(Given.AdaInStars, terms.Known!.Id);
    }

    private static Decision Purchase(Terms terms, long micros, string currency = "GBP") =>
        new RecordPurchase(Given.Context, Given.Beanery, "R-1", "S-1", new Money(currency, micros), Given.Now)
            .Decide(Given.Buying(terms.State, new Money(currency, micros), Given.Now), Given.Now);

    private static Decision Return(Terms terms, long micros, string currency = "GBP") =>
        new RecordReturn(Given.Context, Given.Beanery, "R-1", "S-1", new Money(currency, micros), Given.Now).Decide(terms.State, Given.Now);

    /// <summary>By default Ada's purchases at the Beanery earn miles. Each property changes one circumstance.</summary>
    private sealed record Terms
    {
        public bool Home { get; init; } = true;

        public bool Taken { get; init; }

        public bool Known { get; init; } = true;

        public bool Agreed { get; init; } = true;

        public long Rate { get; init; } = 1;

        public EarningTerms State => new(
            Home ? Given.Programme(Given.Stars, Given.Beanery) : null,
            Known ? Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada) : null,
            Known ? Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada) : null,
            Known && Agreed ? Given.Agreement(Given.Beanery, Given.Miles, Rate) : null,
            _offered,
            Known ? Given.Holds(Given.Miles, Given.AdaInMiles) : null,
            Taken ? new Purchase(Given.Beanery, "R-1", false, Given.Context.EventId, Given.Ada, Given.AdaInMiles, Given.Miles, "GBP", 1, 0, 0, 0, Given.Now, false) : null)
        {
            Programme = Given.Programme(Given.Miles, Given.Aurora),
            Earned = Known ? new Earned(Given.Beanery, Given.AdaInMiles, Points.MaxPerCommand, 0, null, 0) : null,
        };
    }
}
