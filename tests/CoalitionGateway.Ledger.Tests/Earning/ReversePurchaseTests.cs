using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Privacy;

namespace CoalitionGateway.Ledger.Tests.Earning;

public sealed class ReversePurchaseTests
{
    private static readonly Purchase _purchase = new(
        Given.Beanery, "R-1", false, Given.Context.EventId, Given.Ada, Given.AdaInMiles, Given.Miles, "GBP",
        AmountMicros: 30_000_000, ReturnedMicros: 0, GivenPoints: 10, TakenPoints: 0, Given.Now, HasAwards: false);

    private static readonly Purchase _returned = _purchase with { ReturnedMicros = 30_000_000, TakenPoints = 10 };

    // The first row has every fault; each row mends the fault of the row before. Then come rows about the remainder after a
    // partial return.
    private static readonly Table _rows = new()
    {
        { "no such purchase, other currency", () => Decide(null, new Money("USD", 1)), "PurchaseNotFound(purchase_reference) reference=R-1" },
        { "a return, other currency", () => Decide(_purchase with { IsReturn = true }, new Money("USD", 1)), "PurchaseNotFound(purchase_reference) reference=R-1" },
        { "a return, the whole", () => Decide(_purchase with { IsReturn = true }, null), "PurchaseNotFound(purchase_reference) reference=R-1" },
        { "other currency, and too much", () => Decide(_purchase, new Money("USD", 30_000_001)), "CurrencyMismatch(amount.currency_code) expected=GBP actual=USD" },
        { "a micro too much", () => Decide(_purchase, Given.Gbp(30_000_001)), "ReturnExceedsPurchase(amount.micros) returnable_micros=30000000" },
        { "as much as was paid", () => Decide(_purchase, Given.Gbp(30_000_000)), "PurchaseReversed" },
        { "the whole", () => Decide(_purchase, null), "PurchaseReversed" },
        { "a micro more than the rest", () => Decide(_purchase with { ReturnedMicros = 25_000_000 }, Given.Gbp(5_000_001)), "ReturnExceedsPurchase(amount.micros) returnable_micros=5000000" },
        { "the rest", () => Decide(_purchase with { ReturnedMicros = 25_000_000, TakenPoints = 8 }, Given.Gbp(5_000_000)), "PurchaseReversed" },
        { "a micro of what is returned", () => Decide(_returned, Given.Gbp(1)), "ReturnExceedsPurchase(amount.micros) returnable_micros=0" },
        { "the whole of what is returned", () => Decide(_returned, null), "ReturnExceedsPurchase(amount.micros) returnable_micros=0" },
        { "other currency, of what is returned", () => Decide(_returned, new Money("USD", 1)), "CurrencyMismatch(amount.currency_code) expected=GBP actual=USD" },
    };

    public static TheoryData<string> Rows => _rows.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public void ReversePurchase_EachRow_DecidesAsTheTableSays(string row) => _rows.Check(row);

    // 10 points for 30: each third is a fraction of a point, so every part has a fraction.
    [Theory]
    [InlineData(0, 0, 1, 0)]
    [InlineData(0, 0, 2_999_999, 0)]
    [InlineData(0, 0, 3_000_000, 1)]
    [InlineData(0, 0, 15_000_000, 5)]
    [InlineData(0, 0, 29_999_999, 9)]
    [InlineData(0, 0, 30_000_000, 10)]
    [InlineData(29_999_999, 9, 1, 1)]
    [InlineData(2_000_000, 0, 1_000_000, 1)]
    [InlineData(2_000_000, 0, 28_000_000, 10)]
    public void ReversePurchase_PartOfTheAmount_TakesTheDifferenceToTheRoundedDownTotal(long returned, long before, long micros, long taken)
    {
        var made = Outcome.Made<PurchaseReversed>(Decide(_purchase with { ReturnedMicros = returned, TakenPoints = before }, Given.Gbp(micros), available: 10));

        Assert.Equal((micros, returned + micros, taken, 0), (made.AmountMicros, made.ReturnedMicros, made.TakenPoints, made.OwedPoints));
    }

    [Theory]
    [InlineData(10, 0, "Points -10, Issue 10")]
    [InlineData(9, 1, "Points -9, Receivable -1, Issue 10")]
    [InlineData(0, 10, "Receivable -10, Issue 10")]
    public void ReversePurchase_MoreThanAvailable_PostsTheShortfallAsOwed(long available, long owed, string lines)
    {
        var made = Outcome.Made<PurchaseReversed>(Decide(_purchase, null, available));

        Assert.Equal((10, owed), (made.TakenPoints, made.OwedPoints));
        Assert.Equal($"aurora-miles: {lines}", Outcome.Moves(made));
        Assert.Equal(10, Outcome.Change(made, AccountRef.Issue(Given.Miles, Given.Beanery)));
    }

    [Fact]
    public void ReversePurchase_LargestAmount_CountsBeyond64Bits()
    {
        var huge = _purchase with { AmountMicros = Money.MaxMicros, GivenPoints = Points.MaxPerCommand };

        var made = Outcome.Made<PurchaseReversed>(Decide(huge, Given.Gbp(Money.MaxMicros - 1)));

        Assert.Equal(Points.MaxPerCommand - 1, made.TakenPoints);
    }

    /// <summary>
    /// Points are taken back from the membership that earned them, even if the member or the brand chose otherwise since.
    /// </summary>
    [Fact]
    public void ReversePurchase_MemberIsErased_TakesFromWhatLapsed()
    {
        var bench = new RuleBench();
        bench.Buy(100, "R");
        Outcome.Made<MemberErased>(bench.Run(new EraseMember(bench.Next(Caller.Of(Given.Ada)), Given.Ada, true, Given.Notice("1"))));

        var made = bench.Return("R", 40);

        Assert.Equal((40, 0), (made.TakenPoints, made.OwedPoints));
        Assert.Equal(60, bench.Rows<Account>().Single(account => account.Kind == AccountKind.Breakage).BalancePoints);
        Assert.DoesNotContain(bench.Rows<Account>(), account => account.Kind == AccountKind.Receivable && account.BalancePoints != 0);
    }

    [Fact]
    public void Needs_ChoiceChangedSince_FindsTheMembershipThatEarned()
    {
        var rows = new WorkingState();
        rows.Put(_purchase);
        rows.Put(Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada));
        rows.Put(Account.Open(AccountRef.Points(Given.Miles, Given.AdaInMiles)) with { BalancePoints = 77 });
        rows.Put(new CoalitionGateway.Ledger.Members.Choice(Given.Ada, Given.Beanery, Given.Now, Given.Stars));

        var state = new ReversePurchase(Given.Context, Given.Beanery, "R-1", null).Needs(rows, Given.Now);

        Assert.Equal((Given.Miles, Given.AdaInMiles, 77), (state.Holdings!.ProgrammeId, state.Holdings.MembershipId, state.Holdings.AvailablePoints));
    }

    private static Decision Decide(Purchase? purchase, Money? amount, long available = 1000) =>
        new ReversePurchase(Given.Context, Given.Beanery, "R-1", amount).Decide(
            new ReversePurchase.State(purchase, purchase is null ? null : Given.Holds(Given.Miles, Given.AdaInMiles, available),
                purchase is null ? null : new Earned(Given.Beanery, Given.AdaInMiles, long.MaxValue, 0, null, 0),
                purchase is null ? null : Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada)), Given.Now);
}
