using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Transfers;

namespace CoalitionGateway.Ledger.Tests.Earning;

/// <summary>
/// Ada returned goods for 300 points more than she has in Stars. The next credit in Stars pays this debt first. A credit in
/// another programme does not. Each test runs twice: command by command, and all in one batch.
/// </summary>
public sealed class OwedPointsTests
{
    private readonly MemoryJournal _journal = new(new MemoryStore(), new RowMemory());
    private int _id;

    public OwedPointsTests()
    {
        _journal.Commit(
            Given.Programme(Given.Stars, Given.Beanery), Given.Programme(Given.Miles, Given.Aurora),
            Given.Agreement(Given.Beanery, Given.Stars) with { AllowDebtByReturn = true }, Given.Agreement(Given.Aurora, Given.Miles),
            new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada),
            new MembershipNumber(Given.Miles, "M-1", Given.AdaInMiles, []), Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada),
            Given.Route("aurora-miles>bean-stars 5:4"),
            new Pool(Given.Family, Given.Stars, Given.Now), Given.Participant(Given.AdaInStars));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Purchase_PaysTheDebtFirst(bool inOneBatch) => AssertThen(
        inOneBatch, [Earn(100), Return(400), Earn(200), Earn(250)], "0/0 100/0 0/300 0/100 150/0");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ArrivingTransfer_PaysTheDebtFirst(bool inOneBatch) => AssertThen(
        inOneBatch, [Fly(2000), Earn(100), Return(400), Transfer(1000)], "0/0 0/0 100/0 0/300 500/0");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PoolWithdrawal_PaysTheDebtFirst(bool inOneBatch) => AssertThen(
        inOneBatch, [Earn(500), Contribute(450), Return(350), Withdraw(200), Withdraw(150)], "0/0 500/0 50/0 0/300 0/100 50/0");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LeavingAPool_PaysTheDebtFirst(bool inOneBatch) => AssertThen(
        inOneBatch, [Earn(500), Contribute(450), Return(350), Leave()], "0/0 500/0 50/0 0/300 150/0");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CreditInAnotherProgramme_LeavesTheDebt(bool inOneBatch) => AssertThen(
        inOneBatch, [Return(300), Fly(2000)], "0/0 0/300 0/300");

    [Fact]
    public void ReversalOfThePurchaseThatPaidTheDebt_RestoresTheDebt() => AssertThen(
        false, [Return(300), Earn(200), new ReversePurchase(Next(), Given.Beanery, "E-2", null)], "0/0 0/300 0/100 0/300");

    /// <summary>Available and owed points in Stars, at the start and after each command.</summary>
    private void AssertThen(bool inOneBatch, Command[] commands, string expected)
    {
        if (inOneBatch)
        {
            Assert.All(_journal.Run(commands, Given.Now), answer => Assert.Null(answer.Refusal));
            Assert.Equal(expected[(expected.LastIndexOf(' ') + 1)..], Held());
            return;
        }

        var seen = new List<string> { Held() };
        foreach (var command in commands)
        {
            Assert.Null(_journal.Run([command], Given.Now)[0].Refusal);
            seen.Add(Held());
        }

        Assert.Equal(expected, string.Join(' ', seen));
    }

    private string Held() => $"{Balance(AccountRef.Points(Given.Stars, Given.AdaInStars))}/{-Balance(AccountRef.Receivable(Given.Stars, Given.AdaInStars))}";

    private long Balance(AccountRef account) => ((Account?)_journal.Store[new Account.Of(account.Id)])?.BalancePoints ?? 0;

    private RecordPurchase Earn(long points) => new(Next(), Given.Beanery, $"E-{_id}", "S-1", Given.Gbp(points * 1_000_000), Given.Now);

    private RecordReturn Return(long points) => new(Next(), Given.Beanery, $"T-{_id}", "S-1", Given.Gbp(points * 1_000_000), Given.Now);

    private RecordPurchase Fly(long points) => new(Next(), Given.Aurora, $"F-{_id}", "M-1", Given.Gbp(points * 1_000_000), Given.Now);

    private CreateTransfer Transfer(long points) => new(Next(), Given.Ada, Given.Miles, Given.Stars, points);

    private ContributePoints Contribute(long points) => new(Next(), Given.Ada, Given.Family, points);

    private WithdrawPoints Withdraw(long points) => new(Next(), Given.Ada, Given.Family, points);

    private LeavePool Leave() => new(Next(), Given.Ada, Given.Family);

    private CommandContext Next() => new(Given.Context.Caller, Given.Uuid(++_id), new EventId(Given.Uuid(_id)));
}
