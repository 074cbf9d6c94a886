using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Transfers;

namespace CoalitionGateway.Ledger.Tests.Transfers;

/// <summary>
/// The arriving points under transfer rules that real programmes publish: the ratio, and the minimum rounded up to a multiple of
/// 1000. Their caps, bonuses, fees, eligibility, lead times and expiry are not covered, because Route has no such fields yet.
/// </summary>
public sealed class PublishedRulesTests
{
    private const string _tooLittle = "27000";

    [Theory]
    [InlineData("Chase Ultimate Rewards to a partner", "1:1", 1000, "1000 2000 3000 4000 5000")]
    [InlineData("Chase combine", "1:1", 1, "1000 2000 3000 4000 5000")]
    [InlineData("Amex Membership Rewards to Aeromexico", "1000:1600", 1000, "1600 3200 4800 6400 8000")]
    [InlineData("Amex Membership Rewards to Emirates", "5:4", 1000, "800 1600 2400 3200 4000")]
    [InlineData("Amex Membership Rewards to Cathay, March 2026", "5:4", 1000, "800 1600 2400 3200 4000")]
    [InlineData("Citi sharing", "1:1", 1, "1000 2000 3000 4000 5000")]
    [InlineData("Capital One to a partner", "1:1", 1000, "1000 2000 3000 4000 5000")]
    [InlineData("Capital One to Accor", "2:1", 1000, "500 1000 1500 2000 2500")]
    [InlineData("Capital One to EVA, 2:1.5", "4:3", 1000, "750 1500 2250 3000 3750")]
    [InlineData("Capital One to JetBlue", "5:3", 1000, "600 1200 1800 2400 3000")]
    [InlineData("Bilt to Marriott", "1:1", 1000, "1000 2000 3000 4000 5000")]
    [InlineData("Bilt to Accor", "3:2", 1000, "666 1333 2000 2666 3333")]
    [InlineData("Nectar to Avios", "400:250", 400, "625 1250 1875 2500 3125")]
    [InlineData("Avios to Nectar", "250:400", 250, "1600 3200 4800 6400 8000")]
    [InlineData("Avios to Nectar, November 2022", "300:400", 300, "1333 2666 4000 5333 6666")]
    [InlineData("Marriott member to member", "1:1", 1000, "1000 2000 3000 4000 5000")]
    [InlineData("Hilton", "1:1", 1000, "1000 2000 3000 4000 5000")]
    [InlineData("British Airways Gold gift", "1:1", 27_000, $"{_tooLittle} {_tooLittle} {_tooLittle} {_tooLittle} {_tooLittle}")]
    [InlineData("American and Delta gift", "1:1", 1000, "1000 2000 3000 4000 5000")]
    public void CreateTransfer_UnderPublishedRules_AppliesTheRatioRoundedDown(string rules, string ratio, long minimum, string arriving)
    {
        var route = Given.Route($"aurora-miles>bean-stars {ratio}", (minimum + 999) / 1000 * 1000);
        var expected = arriving.Split(' ').Select(text => text == _tooLittle ? "AmountBelowMinimum(amount_points) minimum_points=27000" : text);

        var actual = Enumerable.Range(1, 5).Select(thousands => new CreateTransfer(Given.Context, Given.Ada, Given.Miles, Given.Stars, thousands * 1000).Decide(
            new CreateTransfer.State(route, Given.Holds(Given.Miles, Given.AdaInMiles, 5000), Given.Holds(Given.Stars, Given.AdaInStars)), Given.Now));

        Assert.Equal($"{rules}: {string.Join(' ', expected)}", $"{rules}: {string.Join(' ', actual.Select(Arrived))}");
    }

    private static string Arrived(Decision decision) =>
        decision.Refusal is null ? $"{Outcome.Made<TransferCreated>(decision).ArrivedPoints}" : Outcome.Of(decision);
}
