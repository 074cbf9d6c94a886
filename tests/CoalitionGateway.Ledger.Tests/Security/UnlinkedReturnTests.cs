using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Tests.Security;

/// <summary>
/// A brand cannot take more points from a member than it gave. A return without its purchase takes points of what is left, each
/// point once, and can be undone.
/// </summary>
public sealed class UnlinkedReturnTests
{
    private int _requests;

    [Fact]
    public void RecordReturn_ThenReversalOfTheSameSale_TakesThePointsOnce()
    {
        var journal = Journal();
        Made<PurchaseRecorded>(journal, Buy("R-1", 50));
        Made<ReturnRecorded>(journal, Return("T-1", 50));

        Assert.Equal("ReturnExceedsGiven(amount.micros) left_points=0", Refused(journal, new ReversePurchase(Next(), Given.Beanery, "R-1", null)));
        Assert.Equal(0, Balance(journal, AccountKind.Points));
        Assert.Equal(0, Balance(journal, AccountKind.Receivable));
    }

    [Fact]
    public void ReversePurchase_ThenReturnOfTheSameSale_TakesThePointsOnce()
    {
        var journal = Journal();
        Made<PurchaseRecorded>(journal, Buy("R-1", 50));
        Made<PurchaseReversed>(journal, new ReversePurchase(Next(), Given.Beanery, "R-1", null));

        Assert.Equal("ReturnExceedsGiven(amount.micros) left_points=0", Refused(journal, Return("T-1", 50)));
    }

    [Fact]
    public void RecordReturn_AfterTheRateDoubled_TakesAtMostWhatWasGiven()
    {
        var journal = Journal();
        Made<PurchaseRecorded>(journal, Buy("R-1", 50));
        journal.Run([Agree(points: 2)], Given.Now);

        Assert.Equal("ReturnExceedsGiven(amount.micros) left_points=50", Refused(journal, Return("T-1", 50)));
        Assert.Equal(50, Made<ReturnRecorded>(journal, Return("T-2", 25)).TakenPoints);
    }

    [Fact]
    public void RecordReturn_MoreThanTheBrandGave_NamesThePointsLeft()
    {
        var journal = Journal();
        Made<PurchaseRecorded>(journal, Buy("R-1", 8));

        Assert.Equal("ReturnExceedsGiven(amount.micros) left_points=8", Refused(journal, Return("T-1", 100_000)));
        Assert.Equal(8, Balance(journal, AccountKind.Points));
    }

    [Fact]
    public void RecordReturn_PointsOfAnotherBrand_IsRefused()
    {
        var journal = Journal();
        journal.Commit(
            Given.Agreement(Given.Aurora, Given.Miles), new Choice(Given.Ada, Given.Aurora, Given.Now, Given.Miles));
        Made<PurchaseRecorded>(journal, new RecordPurchase(Next(Given.Aurora), Given.Aurora, "A-1", "M-1", Given.Gbp(70_000_000), Given.Now));

        Assert.Equal("ReturnExceedsGiven(amount.micros) left_points=0", Refused(journal, Return("T-1", 1)));
    }

    [Theory]
    [InlineData(30, 30, null)]
    [InlineData(30, 31, "ReturnExceedsGiven(amount.micros) left_points=30")]
    public void RecordReturn_AboveTheDailyLimit_IsRefused(long limit, int first, string? refusal)
    {
        var journal = Journal();
        journal.Run([Agree(points: 1, limit)], Given.Now);
        Made<PurchaseRecorded>(journal, Buy("R-1", 100));

        var answer = journal.Run([Return("T-1", first)], Given.Now)[0];

        Assert.Equal(refusal, answer.Refusal is { } refused ? Outcome.Of(refused) : null);
    }

    [Fact]
    public void RecordReturn_NextDay_HasTheFullDailyLimitAgain()
    {
        var journal = Journal();
        journal.Run([Agree(points: 1, limit: 30)], Given.Now);
        Made<PurchaseRecorded>(journal, Buy("R-1", 100));
        Made<ReturnRecorded>(journal, Return("T-1", 30));

        Assert.Equal("ReturnExceedsGiven(amount.micros) left_points=0", Refused(journal, Return("T-2", 1)));
        Assert.NotNull(journal.Run([Return("T-3", 30)], Given.Now.AddDays(1))[0].Event);
    }

    [Fact]
    public void UndoReturn_GivesThePointsBack_OnlyOnce()
    {
        var journal = Journal();
        Made<PurchaseRecorded>(journal, Buy("R-1", 50));
        Made<ReturnRecorded>(journal, Return("T-1", 20));

        Assert.Equal(20, Made<ReturnUndone>(journal, new UndoReturn(Next(), Given.Beanery, "T-1")).RestoredPoints);

        Assert.Equal(50, Balance(journal, AccountKind.Points));
        Assert.Equal("ReturnNotFound(return_reference) reference=T-1", Refused(journal, new UndoReturn(Next(), Given.Beanery, "T-1")));
        Assert.Equal(50, Made<PurchaseReversed>(journal, new ReversePurchase(Next(), Given.Beanery, "R-1", null)).TakenPoints);
    }

    [Theory]
    [InlineData("R-1")]
    [InlineData("nothing")]
    public void UndoReturn_NotAReturn_IsRefused(string reference)
    {
        var journal = Journal();
        Made<PurchaseRecorded>(journal, Buy("R-1", 50));

        Assert.Equal($"ReturnNotFound(return_reference) reference={reference}", Refused(journal, new UndoReturn(Next(), Given.Beanery, reference)));
    }

    [Fact]
    public void UndoReturn_ReturnLeftADebt_PaysTheDebt()
    {
        var journal = Journal(Given.Stars);
        journal.Run([Agree(points: 1, allowDebt: true, programme: Given.Stars)], Given.Now);
        Made<ReturnRecorded>(journal, Return("T-1", 20));
        Assert.Equal(-20, Balance(journal, AccountKind.Receivable));

        Made<ReturnUndone>(journal, new UndoReturn(Next(), Given.Beanery, "T-1"));

        Assert.Equal((0, 0), (Balance(journal, AccountKind.Receivable), Balance(journal, AccountKind.Points)));
    }

    [Fact]
    public void UndoReturn_ReturnLeftADebt_KeepsWhatAReversalTook()
    {
        var journal = Journal(Given.Stars);
        journal.Run([Agree(points: 1, allowDebt: true, programme: Given.Stars)], Given.Now);
        Made<PurchaseRecorded>(journal, Buy("R-1", 100));
        Made<PurchaseReversed>(journal, new ReversePurchase(Next(), Given.Beanery, "R-1", Given.Gbp(60_000_000)));
        Made<ReturnRecorded>(journal, Return("T-1", 100));

        Made<ReturnUndone>(journal, new UndoReturn(Next(), Given.Beanery, "T-1"));

        Assert.Equal((100, 60), journal.Store.Rows.OfType<Earned>().Select(earned => (earned.GivenPoints, earned.TakenPoints)).Single());
    }

    [Fact]
    public void ReversalAndUndo_AfterALink_AreInThePresentMembersLog()
    {
        var journal = Journal(Given.Stars);
        Made<PurchaseRecorded>(journal, Buy("R-1", 100));
        Made<ReturnRecorded>(journal, Return("T-1", 10));
        journal.Commit(Given.Membership(Given.AdaInStars, Given.Stars, Given.Bo));

        Assert.Equal(Given.Bo, Made<PurchaseReversed>(journal, new ReversePurchase(Next(), Given.Beanery, "R-1", Given.Gbp(10_000_000))).Subject);
        Assert.Equal(Given.Bo, Made<ReturnUndone>(journal, new UndoReturn(Next(), Given.Beanery, "T-1")).Subject);
    }

    [Fact]
    public void PublishAgreement_DebtInAnotherBrandsProgramme_IsRefused() => Assert.Equal(
        "DebtNotOwn(agreement.allow_debt_by_return) partner_id=aurora-air programme_id=aurora-miles",
        Refused(Journal(), Agree(points: 1, allowDebt: true)));

    /// <summary>
    /// Ada is in Stars, which the Beanery owns, and in Miles. Her purchases at the Beanery earn Miles, unless another programme
    /// is chosen.
    /// </summary>
    private static MemoryJournal Journal(ProgrammeId? chosen = null)
    {
        var journal = new MemoryJournal(new MemoryStore());
        journal.Commit(
            Given.Partner(Given.Beanery), Given.Partner(Given.Aurora), Given.Programme(Given.Stars, Given.Beanery), Given.Programme(Given.Miles, Given.Aurora),
            Given.Agreement(Given.Beanery, Given.Miles), Given.Agreement(Given.Beanery, Given.Stars),
            new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada),
            new MembershipNumber(Given.Miles, "M-1", Given.AdaInMiles, []), Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada),
            new Choice(Given.Ada, Given.Beanery, Given.Now, chosen ?? Given.Miles));
        return journal;
    }

    private static TEvent Made<TEvent>(MemoryJournal journal, Command command)
        where TEvent : Event => Assert.IsType<TEvent>(journal.Run([command], Given.Now)[0].Event);

    private static string Refused(MemoryJournal journal, Command command) => Outcome.Of(journal.Run([command], Given.Now)[0].Refusal!);

    private static long Balance(MemoryJournal journal, AccountKind kind) =>
        journal.Store.Rows.OfType<Account>().Where(account => account.Kind == kind).Sum(account => account.BalancePoints);

    private RecordPurchase Buy(string reference, long pounds) => new(Next(), Given.Beanery, reference, "S-1", Given.Gbp(pounds * 1_000_000), Given.Now);

    private RecordReturn Return(string reference, long pounds) => new(Next(), Given.Beanery, reference, "S-1", Given.Gbp(pounds * 1_000_000), Given.Now);

    private PublishAgreement Agree(long points, long limit = 0, bool allowDebt = false, ProgrammeId? programme = null) =>
        new(Next(), Given.Beanery, programme ?? Given.Miles, Given.Terms(points, Given.Gbp(1_000_000)))
        {
            UnlinkedReturns = new UnlinkedReturns(limit, allowDebt),
        };

    private CommandContext Next(PartnerId? partner = null)
    {
        var id = Given.Uuid(0x5000 + ++_requests);
        return new CommandContext(Caller.Of(partner ?? Given.Beanery), id, new EventId(id));
    }
}
