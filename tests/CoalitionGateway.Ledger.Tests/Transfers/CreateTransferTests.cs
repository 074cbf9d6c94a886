using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Transfers;

namespace CoalitionGateway.Ledger.Tests.Transfers;

public sealed class CreateTransferTests
{
    // The first row has every fault, the last one none. Each row mends the fault that the row before was refused for. The order
    // is the one in the contract.
    private static readonly Table _precedence = new()
    {
        { "1,700 on no route, in neither programme", () => Decide(1700, route: null, source: false, destination: false), "AmountNotInSteps(amount_points) step_points=1000 amount_points=1700 nearest_lower_points=1000 nearest_upper_points=2000" },
        { "no route, in neither programme", () => Decide(2000, route: null, source: false, destination: false), "RouteNotFound source_programme_id=aurora-miles destination_programme_id=bean-stars" },
        { "suspended, below the minimum, in neither", () => Decide(2000, "5:4 suspended", minimum: 3000, source: false, destination: false), "RouteSuspended source_programme_id=aurora-miles destination_programme_id=bean-stars" },
        { "suspended, above the maximum, in neither", () => Decide(2000, "5:4 suspended", maximum: 1000, source: false, destination: false), "RouteSuspended source_programme_id=aurora-miles destination_programme_id=bean-stars" },
        { "below the minimum, in neither", () => Decide(2000, minimum: 3000, source: false, destination: false), "AmountBelowMinimum(amount_points) minimum_points=3000" },
        { "above the maximum, in neither", () => Decide(2000, maximum: 1000, source: false, destination: false), "AmountAboveMaximum(amount_points) maximum_points=1000" },
        { "in neither programme", () => Decide(2000, source: false, destination: false), "MembershipNotFound(source_programme_id) needed programme_id=aurora-miles" },
        { "not in the source, and nothing would arrive", () => Decide(2000, "5000:1", source: false), "MembershipNotFound(source_programme_id) needed programme_id=aurora-miles" },
        { "not in the destination, and nothing would arrive", () => Decide(2000, "5000:1", destination: false), "MembershipNotFound(destination_programme_id) needed programme_id=bean-stars" },
        { "nothing would arrive, and nothing is there", () => Decide(2000, "5000:1", available: 0), "TransferYieldsNothing(amount_points) smallest_amount_points=5000" },
        { "too much would arrive, and not so much is there", () => Decide(2_000_000_000, "1:1000", available: 0), "AmountTooLarge(amount_points) maximum_points=1000000000000" },
        { "not so much is there", () => Decide(2000, available: 1999), "InsufficientPoints(amount_points) available_points=1999 transferable_points=1000" },
        { "just so much is there", () => Decide(2000, available: 2000), "TransferCreated" },
    };

    private static readonly Table _amounts = new()
    {
        { "300", () => Decide(300), "AmountNotInSteps(amount_points) step_points=1000 amount_points=300 nearest_upper_points=1000" },
        { "1", () => Decide(1), "AmountNotInSteps(amount_points) step_points=1000 amount_points=1 nearest_upper_points=1000" },
        { "999", () => Decide(999), "AmountNotInSteps(amount_points) step_points=1000 amount_points=999 nearest_upper_points=1000" },
        { "1,001", () => Decide(1001), "AmountNotInSteps(amount_points) step_points=1000 amount_points=1001 nearest_lower_points=1000 nearest_upper_points=2000" },
        { "1,700", () => Decide(1700), "AmountNotInSteps(amount_points) step_points=1000 amount_points=1700 nearest_lower_points=1000 nearest_upper_points=2000" },
        { "1,999", () => Decide(1999), "AmountNotInSteps(amount_points) step_points=1000 amount_points=1999 nearest_lower_points=1000 nearest_upper_points=2000" },
        { "0", () => Decide(0), "AmountNotInSteps(amount_points) step_points=1000 amount_points=0 nearest_upper_points=1000" },
        { "-1,000", () => Decide(-1000), "AmountNotInSteps(amount_points) step_points=1000 amount_points=-1000 nearest_upper_points=1000" },
        { "-1,700", () => Decide(-1700), "AmountNotInSteps(amount_points) step_points=1000 amount_points=-1700 nearest_upper_points=1000" },
        { "the least number there is", () => Decide(long.MinValue), "AmountNotInSteps(amount_points) step_points=1000 amount_points=-9223372036854775808 nearest_upper_points=1000" },
        { "the largest number there is", () => Decide(long.MaxValue), "AmountNotInSteps(amount_points) step_points=1000 amount_points=9223372036854775807 nearest_lower_points=1000000000000" },
        { "half a step more than a command moves", () => Decide(1_000_000_000_500), "AmountNotInSteps(amount_points) step_points=1000 amount_points=1000000000500 nearest_lower_points=1000000000000" },
        { "the largest multiple there is", () => Decide(9_223_372_036_854_775_000), "AmountTooLarge(amount_points) maximum_points=1000000000000" },
        { "more than a command moves, though little arrives", () => Decide(1_000_000_001_000, "1000000:1"), "AmountTooLarge(amount_points) maximum_points=1000000000000" },
        { "the most that a command moves", () => Decide(1_000_000_000_000, available: long.MaxValue), "TransferCreated" },
        { "the most that can arrive", () => Decide(1_000_000, "1:1000000", available: 1_000_000), "TransferCreated" },
        { "a step more than can arrive", () => Decide(1_001_000, "1:1000000", available: 1_001_000), "AmountTooLarge(amount_points) maximum_points=1000000000000" },
        { "the minimum itself", () => Decide(3000, minimum: 3000), "TransferCreated" },
        { "a step below the minimum", () => Decide(2000, minimum: 3000), "AmountBelowMinimum(amount_points) minimum_points=3000" },
        { "the maximum itself", () => Decide(5000, maximum: 5000), "TransferCreated" },
        { "a step above the maximum", () => Decide(6000, maximum: 5000), "AmountAboveMaximum(amount_points) maximum_points=5000" },
        { "no maximum", () => Decide(900_000_000_000, maximum: 0, available: 900_000_000_000), "TransferCreated" },
        { "1,000 with 900 there", () => Decide(1000, available: 900), "InsufficientPoints(amount_points) available_points=900 transferable_points=0" },
    };

    public static TheoryData<string> Precedence => _precedence.Names;

    public static TheoryData<string> Amounts => _amounts.Names;

    [Theory]
    [MemberData(nameof(Precedence))]
    public void CreateTransfer_SeveralFaults_NamesTheFirst(string row) => _precedence.Check(row);

    [Theory]
    [MemberData(nameof(Amounts))]
    public void CreateTransfer_EachAmount_IsMadeOrRefusedWithTheNearestValidAmount(string row) => _amounts.Check(row);

    [Theory]
    [InlineData(1700)]
    [InlineData(300)]
    [InlineData(123_456)]
    public void CreateTransfer_AmountNotInSteps_IsRefusedWithTheNearestValidAmounts(long amount)
    {
        foreach (var (name, nearest) in Decide(amount).Refusal!.Metadata.Where(pair => pair.Name.StartsWith("nearest", StringComparison.Ordinal)))
        {
            Assert.Equal($"{name}: TransferCreated", $"{name}: {Outcome.Of(Decide(long.Parse(nearest)))}");
        }
    }

    [Theory]
    [InlineData("1001:1", 2000)]
    [InlineData("5000:1", 5000)]
    [InlineData("5001:2", 3000)]
    [InlineData("1000000:1", 1_000_000)]
    [InlineData("1000000:3", 334_000)]
    [InlineData("1000000:999", 2000)]
    public void CreateTransfer_YieldsNothing_NamesTheLeastAmountThatBringsAPoint(string ratio, long smallest)
    {
        Assert.Equal($"TransferYieldsNothing(amount_points) smallest_amount_points={smallest}", Outcome.Of(Decide(1000, ratio)));
        Assert.Equal(RefusalReason.TransferYieldsNothing, Decide(smallest - 1000, ratio).Refusal!.Reason);
        Assert.InRange(Outcome.Made<TransferCreated>(Decide(smallest, ratio)).ArrivedPoints, 1, 2);
    }

    /// <summary>
    /// The contract says: "transferable_points is the largest amount that would go". No such amount is below the minimum.
    /// </summary>
    [Theory]
    [InlineData(2500, 3000, 0)]
    [InlineData(3999, 3000, 3000)]
    public void CreateTransfer_InsufficientPoints_OffersNothingBelowTheRoutesMinimum(long available, long minimum, long transferable) => Assert.Equal(
        $"InsufficientPoints(amount_points) available_points={available} transferable_points={transferable}",
        Outcome.Of(Decide(5000, minimum: minimum, available: available)));

    /// <summary>The same, if the ratio gives no point for so few points.</summary>
    [Fact]
    public void CreateTransfer_InsufficientPoints_OffersNoAmountThatYieldsNothing() => Assert.Equal(
        "InsufficientPoints(amount_points) available_points=2500 transferable_points=0",
        Outcome.Of(Decide(5000, "3000:1", available: 2500)));

    /// <summary>The other way round: the least amount that gives a point may exceed the route's maximum.</summary>
    [Fact]
    public void CreateTransfer_YieldsNothing_OffersNothingAboveTheRoutesMaximum()
    {
        var refusal = Decide(1000, "5000:1", maximum: 2000).Refusal!;

        Assert.DoesNotContain(refusal.Metadata, pair => pair.Name == "smallest_amount_points" && long.Parse(pair.Value) > 2000);
    }

    [Fact]
    public void CreateTransfer_Made_MovesThePointsThroughBothExchangeAccounts()
    {
        var made = Outcome.Made<TransferCreated>(Decide(3000, "5:4", available: 5000));

        Assert.Equal((3000, 2400, 0), (made.AmountPoints, made.ArrivedPoints, made.SettledPoints));
        Assert.Equal((Given.Ada, Given.AdaInMiles, Given.AdaInStars), (made.MemberId, made.SourceMembershipId, made.DestinationMembershipId));
        Assert.Equal("aurora-miles: Points -3000, Exchange 3000\nbean-stars: Exchange -2400, Points 2400", Outcome.Moves(made));
        Assert.Equal(-3000, Outcome.Change(made, AccountRef.Points(Given.Miles, Given.AdaInMiles)));
        Assert.Equal(3000, Outcome.Change(made, AccountRef.Exchange(Given.Miles, Given.Stars)));
        Assert.Equal(-2400, Outcome.Change(made, AccountRef.Exchange(Given.Stars, Given.Miles)));
        Assert.Equal(2400, Outcome.Change(made, AccountRef.Points(Given.Stars, Given.AdaInStars)));
    }

    [Theory]
    [InlineData(0, 0, "Points 800")]
    [InlineData(300, 300, "Receivable 300, Points 500")]
    [InlineData(800, 800, "Receivable 800")]
    [InlineData(5000, 800, "Receivable 800")]
    public void CreateTransfer_MemberOwesPointsAtTheDestination_PaysTheDebtFirst(long owed, long settled, string lines)
    {
        var made = Outcome.Made<TransferCreated>(Decide(1000, "5:4", owed: owed));

        Assert.Equal(settled, made.SettledPoints);
        Assert.Equal($"aurora-miles: Points -1000, Exchange 1000\nbean-stars: Exchange -800, {lines}", Outcome.Moves(made));
    }

    [Fact]
    public void CreateTransfer_Made_StoresTheTermsThatApplied()
    {
        var rows = new WorkingState();
        var made = Outcome.Made<TransferCreated>(Decide(3000, "5:4", available: 5000, version: 7, owed: 10));

        made.Apply(rows);

        Assert.Equal(
            new Transfer(made.Id, Given.AdaInMiles, Given.Miles, Given.Stars, 3000, 2400, 10, 7, Given.Now),
            rows.Find(new Transfer.Of(made.Id)));
    }

    /// <summary>A quote has the same refusals, but the member need not have the points.</summary>
    [Theory]
    [InlineData(1700, "AmountNotInSteps")]
    [InlineData(9000, "AmountAboveMaximum")]
    [InlineData(2000, null)]
    public void Refuses_ForAQuote_IgnoresTheBalance(long amount, string? reason) =>
        Assert.Equal(reason, Command(amount).Refuses(State("1:1", 1000, 5000, true, true, available: 0))?.Reason.ToString());

    private static Decision Decide(
        long amount, string? route = "1:1", long minimum = 1000, long maximum = 0, bool source = true, bool destination = true,
        long available = 1_000_000, long owed = 0, long version = 1) =>
        Command(amount).Decide(State(route, minimum, maximum, source, destination, available, owed, version), Given.Now);

    private static CreateTransfer Command(long amount) => new(Given.Context, Given.Ada, Given.Miles, Given.Stars, amount);

    private static CreateTransfer.State State(
        string? route, long minimum, long maximum, bool source, bool destination, long available, long owed = 0, long version = 1) =>
        new(
            route is null ? null : Given.Route($"aurora-miles>bean-stars {route}", minimum, maximum, version),
            source ? Given.Holds(Given.Miles, Given.AdaInMiles, available) : null,
            destination ? Given.Holds(Given.Stars, Given.AdaInStars, owed: owed) : null);
}
