using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Purchases;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>
/// Faults that the walks found in the Ledger, in the fewest steps. Ada buys at the Beanery, where each pound gives a point.
/// </summary>
public sealed class WalkFindingTests
{
    private static readonly LotRule _aYear = new(0, new Expiry(12, 0, ExpirySnap.Day));
    private readonly MemoryJournal _journal = new(new MemoryStore(), new RowMemory());
    private DateTime _now = Given.Now;
    private int _id;

    public WalkFindingTests() => _journal.Commit(
        Given.Programme(Given.Stars, Given.Beanery),
        Given.Agreement(Given.Beanery, Given.Stars) with { AllowDebtByReturn = true },
        new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada));

    [Fact]
    public void UndoReturn_PointsOfALotComeBackWhileDebtIsOwed_PayTheDebtFirst()
    {
        Publish(_aYear);
        Buy(100);
        var first = Return(100);
        Return(50);
        Assert.Equal("0 available, 50 owed, 0 pending", Held());

        Run(new UndoReturn(Next(), Given.Beanery, first));

        Assert.Equal("50 available, 0 owed, 0 pending", Held());
    }

    [Fact]
    public void UndoReturn_PendingPointsCameOfAgeMeanwhile_PayTheDebtFirst()
    {
        Publish(new LotRule(1, null));
        Buy(100);
        var first = Return(100);
        Return(50);
        _now = _now.AddDays(2);

        Run(new UndoReturn(Next(), Given.Beanery, first));

        Assert.Equal("50 available, 0 owed, 0 pending", Held());
    }

    [Fact]
    public void ReversePurchase_PlainPurchaseBesideALot_TakesThePlainPointsThatItGave()
    {
        var plain = Buy(100);
        Publish(_aYear);
        Buy(40);

        Run(new ReversePurchase(Next(), Given.Beanery, plain, null));

        Assert.Equal([40], Find().Lots.Select(lot => lot.Points));
        Assert.Equal("40 available, 0 owed, 0 pending", Held());
    }

    /// <summary>The same purchase with a cap that withholds nothing: the Ledger then takes the plain points first.</summary>
    [Fact]
    public void ReversePurchase_PlainPurchaseUnderACapBesideALot_TakesThePlainPointsThatItGave()
    {
        Publish(LotRule.None, new Cap(CapPeriod.Ever, 1000, 0));
        var plain = Buy(100);
        Publish(_aYear);
        Buy(40);

        Run(new ReversePurchase(Next(), Given.Beanery, plain, null));

        Assert.Equal([40], Find().Lots.Select(lot => lot.Points));
    }

    /// <summary>Terms under which points expire on the 11th day, and could be used from the 31st day on.</summary>
    [Fact]
    public void Holdings_PointsExpireBeforeTheyCanBeUsed_AreGoneAtTheirTime()
    {
        Publish(new LotRule(30, new Expiry(0, 10, ExpirySnap.Day)));
        Buy(100);
        Return(100 + 50);
        Buy(100);
        _now = _now.AddDays(15);
        Assert.Equal("0 available, 50 owed, 0 pending", Held());

        _now = _now.AddDays(30);

        Assert.Equal("0 available, 50 owed, 0 pending", Held());
    }

    private void Publish(LotRule lots, params Cap[] caps) => Run(new PublishProgrammeTerms(Next(), Given.Stars, new ProgrammeRules(lots, caps)));

    private string Buy(long points)
    {
        var context = Next();
        Run(new RecordPurchase(context, Given.Beanery, $"R-{_id}", "S-1", Given.Gbp(points * 1_000_000), _now));
        return $"R-{_id}";
    }

    private string Return(long points)
    {
        var context = Next();
        Run(new RecordReturn(context, Given.Beanery, $"T-{_id}", "S-1", Given.Gbp(points * 1_000_000), _now));
        return $"T-{_id}";
    }

    private void Run(Command command) => Assert.Null(_journal.Run([command], _now)[0].Refusal);

    private string Held() => $"{Find().AvailablePoints} available, {Find().OwedPoints} owed, {Find().PendingPoints} pending";

    private Holdings Find() => _journal.HoldingsAt(Given.Stars, Given.AdaInStars, _now);

    private CommandContext Next() => new(Given.Context.Caller, Given.Uuid(++_id), new EventId(Given.Uuid(_id)));
}
