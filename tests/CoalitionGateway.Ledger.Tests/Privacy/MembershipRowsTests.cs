using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Tests.Privacy;

/// <summary>
/// An erasure deletes or keeps each kind of row of a membership, and a merge moves, deletes or keeps it. The table says which. A
/// new kind of row fails here until it is in the table.
/// </summary>
public sealed class MembershipRowsTests
{
    private static readonly MembershipId _second = new(Given.Uuid(0xb02));
    private static readonly byte[] _code = [1, 2, 3, 4];
    private static readonly PoolId _pool = new(Given.Uuid(0x900));
    private static readonly Term _spring = new(null, Given.Now.AddDays(90));

    private readonly MemoryJournal _journal = new(new MemoryStore(), new RowMemory());

    /// <summary>What becomes of a kind of row.</summary>
    public enum Fate
    {
        /// <summary>The row stays, under the random id of the membership: the books and what returns need are kept.</summary>
        Stays,

        /// <summary>The row is deleted.</summary>
        Goes,

        /// <summary>The row belongs to the other membership afterwards.</summary>
        Moves,
    }

    private static (Row Sample, Fate Erased, Fate Merged)[] Table =>
    [
        (new Activation(_second, "offer", Given.Now), Fate.Goes, Fate.Moves),
        (new Counter(_second, "", "2026-03", 40, 2), Fate.Goes, Fate.Moves),
        (new Earned(Given.Beanery, _second, 100, 0, null, 0), Fate.Stays, Fate.Stays),
        (new ExpiryPause(_second, Given.Now.AddDays(-9), Given.Now.AddDays(9)), Fate.Goes, Fate.Moves),
        (new Inactivity(_second, Given.Now.AddDays(8)), Fate.Goes, Fate.Moves),
        (new LinkCode(_second, _code, Given.Now.AddMinutes(10)), Fate.Goes, Fate.Goes),
        (Lot.Holding(LotOfSecond), Fate.Goes, Fate.Moves),
        (new MembershipNumber(Given.Stars, "S-2", _second, [2]), Fate.Goes, Fate.Moves),
        (new PaymentCode(_second, Given.Stars, "c0de", 0, Given.Now.AddMinutes(9)), Fate.Stays, Fate.Stays),
        (new Participant(_pool, _second, new ParticipantId(Given.Uuid(0x901)), Given.Now.AddDays(-1)), Fate.Goes, Fate.Goes),
        (Bought, Fate.Stays, Fate.Stays),
        (new Referral(_second, Given.AdaInStars, Given.Now), Fate.Goes, Fate.Goes),
        (Spent, Fate.Stays, Fate.Stays),
        (new Reminded(_second, Given.Now.AddDays(3)), Fate.Goes, Fate.Goes),
        (new TierHeld(_second, "gold", Given.Now.AddDays(-9), Given.Now.AddDays(9)), Fate.Goes, Fate.Moves),
        (new Voucher(new EventId(Given.Uuid(0x905)), Given.Bo, Given.Uuid(0x906), Given.Stars, "coffee", 1, _second, 150, 1, "c0de", Given.Now, Given.Now.AddDays(9), null, null, null), Fate.Stays, Fate.Stays),
        (new WaitingAward(Given.Beanery, "R-1", "offer", 1, _second, 50, null, 0, null, null), Fate.Goes, Fate.Moves),
    ];

    private static AccountRef LotOfSecond => Lot.AccountOf(Given.Stars, $"{_second}", _spring);

    private static Purchase Bought =>
        new(Given.Beanery, "R-1", false, new EventId(Given.Uuid(0x903)), Given.Bo, _second, Given.Stars, "GBP", 100_000_000, 0, 100, 0, Given.Now, false);

    private static Redemption Spent => new(
        Given.Beanery, "P-1", new EventId(Given.Uuid(0x904)), Given.Stars, _second, 100, 100, 0, RedemptionState.Captured, false, null, Given.Now, Given.Now.AddMinutes(9), "GBP", 5_000,
        new RedeemedParts([new LotPart(Term.Plain, 100)]));

    public static TheoryData<string> Kinds => [.. Table.Select(row => row.Sample.GetType().Name)];

    [Fact]
    public void EveryKindOfRowOfAMembership_IsInTheTable()
    {
        var kinds = typeof(Row).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Row)) && type.GetProperty("MembershipId")?.PropertyType == typeof(MembershipId));
        Assert.Equal(kinds.Select(type => type.Name).Order(StringComparer.Ordinal), Table.Select(row => row.Sample.GetType().Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Erasure_DoesWithEachRowWhatTheTableSays(string kind)
    {
        Outcome.Made<MemberErased>(Run(new EraseMember(Context(Given.Bo), Given.Bo, true, Given.Notice("1"))));
        Assert.Equal(Table.Single(row => row.Sample.GetType().Name == kind).Erased, FateOf(kind));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Merge_DoesWithEachRowWhatTheTableSays(string kind)
    {
        Outcome.Made<MembershipsMerged>(Run(new MergeMemberships(Context(Given.Ada), Given.Ada, Given.Stars, "S-2", _code, Given.Notice("1"))));
        Assert.Equal(Table.Single(row => row.Sample.GetType().Name == kind).Merged, FateOf(kind));
    }

    private Answer Run(Command command)
    {
        _journal.Commit(
        [
            Given.Partner(Given.Beanery), Given.Programme(Given.Stars, Given.Beanery), Given.Agreement(Given.Beanery, Given.Stars),
            Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada), new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, [1]),
            Given.Membership(_second, Given.Stars, Given.Bo), new LotKeeping(Given.Stars, 1, true, true, 10), new Pool(_pool, Given.Stars, Given.Now),
            Account.Open(LotOfSecond).Add(30), .. Lot.RowsOf(LotOfSecond).Skip(1), .. Table.Select(row => row.Sample),
        ]);
        return _journal.Run([command], Given.Now).Single();
    }

    private Fate FateOf(string kind)
    {
        var owners = _journal.Store.Rows.Where(row => row.GetType().Name == kind).Select(row => (MembershipId)row.GetType().GetProperty("MembershipId")!.GetValue(row)!).ToArray();
        return owners.Contains(_second) ? Fate.Stays : kind == nameof(MembershipNumber) ? FateOfNumber() : owners.Contains(Given.AdaInStars) ? Fate.Moves : Fate.Goes;
    }

    /// <summary>The other membership has a number of its own, too.</summary>
    private Fate FateOfNumber() => _journal.Store.Rows.OfType<MembershipNumber>().Any(number => number.Number == "S-2") ? Fate.Moves : Fate.Goes;

    private static CommandContext Context(MemberId member) => new(Caller.Of(member), Given.Uuid(0x5000), new EventId(Given.Uuid(0x6000)));
}
