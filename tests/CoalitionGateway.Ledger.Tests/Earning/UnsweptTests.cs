using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Tests.Earning;

/// <summary>What fell due decides the same, whether or not a sweep has posted it; and terms that change count anew.</summary>
public sealed class UnsweptTests
{
    private readonly MemoryJournal _journal = new(new MemoryStore(), new RowMemory());
    private DateTime _now = Given.Now;
    private int _id;

    public UnsweptTests() => _journal.Commit(
        Given.Partner(Given.Beanery), Given.Programme(Given.Stars, Given.Beanery),
        Given.Agreement(Given.Beanery, Given.Stars) with { AllowDebtByReturn = true },
        new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada));

    [Theory]
    [InlineData(false, 50, 50)]
    [InlineData(true, 50, 50)]
    [InlineData(false, 40, 40)]
    [InlineData(true, 40, 40)]
    public void Return_AfterASecondInactivity_TakesNothingOfWhatLapsedBefore(bool isSwept, long taken, long owed)
    {
        Publish(ProgrammeRules.None with { Inactivity = new InactivityRule(1, false) });
        Buy(100);
        _now = _now.AddDays(60);
        Run(new SettleInactivity(Next(), Given.AdaInStars));
        var second = Buy(50);
        Run(new AdjustPoints(Next(), Given.Stars, "S-1", -taken, AdjustmentReason.Correction, "c"));
        _now = _now.AddDays(60);
        Sweep(isSwept, new SettleInactivity(Next(), Given.AdaInStars));

        Run(new ReversePurchase(Next(), Given.Beanery, second, null));

        Assert.Equal((0, owed), Held());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LatePurchase_AfterTheBudgetWasGivenBack_GetsNothingOfIt(bool isSwept)
    {
        var bought = _now.AddDays(1);
        End(isSwept);

        Run(new RecordPurchase(Next(), Given.Beanery, "R", "S-1", Given.Gbp(1_000_000), bought));

        Assert.Equal((1, 0), Held());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LaterVersion_AfterTheBudgetWasGivenBack_FillsItAnew(bool isSwept)
    {
        var rule = End(isSwept);

        Run(new PublishCampaign(Next(), Given.Stars, "camp-a", rule with { UntilTime = _now.AddDays(5), BudgetPoints = 1001 }));

        Assert.Equal(1, _journal.Store.Rows.OfType<Account>().Single(account => account.Id == AccountRef.Budget(Given.Stars, "camp-a").Id).BalancePoints);
    }

    [Fact]
    public void Reversal_OfAReturn_WhereInactivityEndsPoints_IsRefused()
    {
        Publish(ProgrammeRules.None with { Inactivity = new InactivityRule(1, false) });
        Buy(100);
        Run(new RecordReturn(Next(), Given.Beanery, "T-1", "S-1", Given.Gbp(1_000_000), _now));
        Assert.Equal(RefusalReason.PurchaseNotFound, _journal.Run([new ReversePurchase(Next(), Given.Beanery, "T-1", null)], _now).Single().Refusal?.Reason);
    }

    [Theory]
    [InlineData(TierMeasure.Points, "")]
    [InlineData(TierMeasure.Purchases, "")]
    [InlineData(TierMeasure.Spend, "EUR")]
    public void Tier_OfAnotherMeasure_CountsAnew(TierMeasure measure, string currency)
    {
        Publish(ProgrammeRules.None with { Tiers = Tiers(TierMeasure.Spend, "GBP", 500_000_000) });
        Buy(20);
        _now = _now.AddDays(1);
        Publish(ProgrammeRules.None with { Tiers = Tiers(measure, currency, 500) });
        _now = _now.AddDays(1);

        Buy(1);

        Assert.Empty(_journal.Store.Rows.OfType<TierHeld>());
    }

    private static TierRule Tiers(TierMeasure measure, string currency, long threshold) =>
        new(measure, currency, 1, 0, [new TierLevel("gold", threshold, 200, false)]);

    /// <summary>A campaign whose budget was given back.</summary>
    private CampaignRule End(bool isSwept)
    {
        var rule = new CampaignRule(_now, _now.AddDays(5), CampaignFilter.All, CampaignEffect.Fixed, 10, null, [], "", [], false, Given.Beanery, 1000);
        Run(new PublishCampaign(Next(), Given.Stars, "camp-a", rule));
        _now = _now.AddDays(60);
        Sweep(isSwept, new CloseBudget(Next(), Given.Stars, "camp-a"));
        return rule;
    }

    private void Sweep(bool isSwept, Command command)
    {
        if (isSwept)
        {
            Run(command);
        }
    }

    private void Publish(ProgrammeRules rules) => Run(new PublishProgrammeTerms(Next(), Given.Stars, rules));

    private string Buy(long points)
    {
        var context = Next();
        Run(new RecordPurchase(context, Given.Beanery, $"R-{_id}", "S-1", Given.Gbp(points * 1_000_000), _now));
        return $"R-{_id}";
    }

    private void Run(Command command) => Assert.Null(_journal.Run([command], _now).Single().Refusal);

    private (long Available, long Owed) Held()
    {
        var held = _journal.HoldingsAt(Given.Stars, Given.AdaInStars, _now);
        return (held.AvailablePoints, held.OwedPoints);
    }

    private CommandContext Next() => new(Given.Context.Caller, Given.Uuid(++_id), new EventId(Given.Uuid(_id)));
}
