using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Tests.Earning;

/// <summary>An operator changes Ada's points of the Beanery. Ada has 100; one person may adjust 1,000 at most.</summary>
public sealed class AdjustPointsTests
{
    private readonly MemoryJournal _journal = new(new MemoryStore());
    private int _id;

    public AdjustPointsTests() => _journal.Commit(
        Given.Partner(Given.Beanery), Given.Programme(Given.Stars, Given.Beanery), new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []),
        Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada), Account.Open(AccountRef.Points(Given.Stars, Given.AdaInStars)).Add(100));

    [Theory]
    [InlineData(50, 0, 0, 150, 0)]
    [InlineData(-40, 0, 0, 60, 0)]
    [InlineData(-100, 0, 0, 0, 0)]
    [InlineData(-130, 0, 30, 0, 30)]
    [InlineData(1000, 0, 0, 1100, 0)]
    public void Adjustment_ChangesThePoints_AndWhatIsMissingBecomesDebt(long points, long settled, long owed, long held, long debt)
    {
        var made = (PointsAdjusted)Adjust(points).Event!;
        var holdings = _journal.HoldingsAt(Given.Stars, Given.AdaInStars, Given.Now);
        Assert.Equal((settled, owed, held, debt), (made.SettledPoints, made.OwedPoints, holdings.AvailablePoints, holdings.OwedPoints));
    }

    [Fact]
    public void Adjustment_OfAMemberWhoOwes_PaysTheDebtFirst()
    {
        Adjust(-130);
        Assert.Equal(30, ((PointsAdjusted)Adjust(50).Event!).SettledPoints);
        Assert.Equal(20, _journal.HoldingsAt(Given.Stars, Given.AdaInStars, Given.Now).AvailablePoints);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(-1000, true)]
    [InlineData(1001, false)]
    [InlineData(-1001, false)]
    [InlineData(long.MinValue, false)]
    public void Adjustment_AboveTheLimit_NeedsAnother(long points, bool isAlone)
    {
        var adjust = new AdjustPoints(Next(), Given.Stars, "S-1", points, AdjustmentReason.Complaint, "C-1") { MaxPointsAlone = 1000 };
        Assert.Equal(isAlone, adjust.GovernanceOf(new AdjustPoints.State(null, null, null, Term.Plain, null), Given.Now).MayBeAlone);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Adjustments_OfOneDay_AddUp_AndTheNextDayBeginsAnew(long more, bool isAlone)
    {
        Adjust(600);
        Adjust(-300);
        var adjust = new AdjustPoints(Next(), Given.Stars, "S-1", 100 + more, AdjustmentReason.Complaint, "C-1") { MaxPointsAlone = 1000 };
        Assert.Equal(isAlone, IsAlone(adjust, Given.Now));
        Assert.True(IsAlone(adjust, Given.Now.AddDays(1)));
        Assert.True(IsAlone(adjust with { Context = adjust.Context with { Caller = new Caller(CallerKind.Operator, "other") } }, Given.Now));
    }

    private bool IsAlone(AdjustPoints adjust, DateTime now)
    {
        var rows = new WorkingState(new RowMemory().Begin());
        foreach (var row in _journal.Store.Rows)
        {
            rows.Put(row);
        }

        return adjust.GovernanceOf(adjust.Needs(rows, now), now).MayBeAlone;
    }

    [Fact]
    public void Adjustment_OfNobody_IsRefused() => Assert.Equal("MembershipNotFound", Adjust(1, "S-9").Refusal!.Reason.Name);

    [Fact]
    public void Adjustment_InAProgrammeThatDoesNotExist_IsRefused() =>
        Assert.Equal("ProgrammeNotFound", Run(new AdjustPoints(Next(), Given.Miles, "S-1", 1, AdjustmentReason.Correction, "C-1")).Refusal!.Reason.Name);

    private Answer Adjust(long points, string number = "S-1") =>
        Run(new AdjustPoints(Next(), Given.Stars, number, points, AdjustmentReason.Complaint, "C-1"));

    private Answer Run(AdjustPoints command) => _journal.Run([command], Given.Now)[0];

    private CommandContext Next() => new(new Caller(CallerKind.Operator, "boss"), Given.Uuid(++_id), new EventId(Given.Uuid(0x10000 + _id)));
}
