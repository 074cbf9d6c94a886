using System.Text.Json;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Rewards;

namespace CoalitionGateway.Ledger.Tests.Rewards;

/// <summary>
/// How real programmes publish the spending of their points, as data: points as money, prices of rewards, payouts, and the
/// validity of vouchers. Each example says what so many points are worth, and how many are left.
/// </summary>
public sealed class PublishedRedeemingTests
{
    private static readonly IReadOnlyList<JsonElement> _all = [.. JsonDocument.Parse(typeof(PublishedRedeemingTests).Assembly.GetManifestResourceStream("published-redeeming.json")!).RootElement.EnumerateArray()];

    public static TheoryData<int> Programmes => [.. Enumerable.Range(0, _all.Count)];

    [Theory]
    [MemberData(nameof(Programmes))]
    public void Programme_GivesWhatItPublishes(int index)
    {
        var programme = _all[index];
        foreach (var example in programme.GetProperty("examples").EnumerateArray())
        {
            var told = $"{programme.GetProperty("name")}: {example}";
            if (example.TryGetProperty("next", out var next))
            {
                Assert.Equal($"{told} {next}", $"{told} {Payouts(programme)[0].Payout!.NextAfter(Day(example, "after")):yyyy-MM-dd}");
            }
            else if (example.TryGetProperty("last_day", out var last))
            {
                // A voucher is valid until the end of the day that is so many days after its issue.
                Assert.Equal($"{told} {last}", $"{told} {Day(example, "issued").AddDays(programme.GetProperty("voucher_days").GetInt32()):yyyy-MM-dd}");
            }
            else
            {
                var (worth, left) = Worth(programme, Number(example, "points"), Number(example, "bill_micros", long.MaxValue));
                Assert.Equal($"{told} {example.GetProperty("worth_micros")} {example.GetProperty("left_points")}", $"{told} {worth} {left}");
            }
        }
    }

    [Fact]
    public void File_HasMostProgrammes_AndEachWayToSpend()
    {
        Assert.InRange(_all.Select(programme => programme.GetProperty("name").GetString()).Distinct().Count(), 30, 53);
        Assert.All(new[] { "spending", "rewards", "payouts" }, way => Assert.Contains(_all, programme => programme.TryGetProperty(way, out _)));
    }

    private static (long WorthMicros, long LeftPoints) Worth(JsonElement programme, long points, long bill)
    {
        var currency = programme.GetProperty("currency").GetString()!;
        if (programme.TryGetProperty("spending", out var spending))
        {
            var rule = new SpendingRule(Number(spending, "step_points"), Number(spending, "min_points"), Number(spending, "max_bill_percent"), 0, 10, 0);
            var value = new Money(currency, Number(programme, "value_micros"));
            var most = (long)Int128.Min(points, (Int128)bill * rule.MaxBillPercent / 100 / value.Micros);
            var spent = rule.Within(most, value);
            return (Redemption.WorthOf(spent, value).Micros, points - spent);
        }

        if (programme.TryGetProperty("rewards", out var rewards))
        {
            // The most expensive one within reach.
            var best = rewards.EnumerateArray().Where(reward => Number(reward, "price_points") <= points).OrderByDescending(reward => Number(reward, "price_points")).FirstOrDefault();
            return best.ValueKind == JsonValueKind.Undefined ? (0, points) : (Number(best, "value_micros"), points - Number(best, "price_points"));
        }

        foreach (var reward in Payouts(programme))
        {
            if (reward.Payout!.Of(points, reward.PricePoints) is > 0 and var turned)
            {
                return (turned / reward.PricePoints * reward.Value!.Value.Micros, points - turned);
            }
        }

        return (0, points);
    }

    /// <summary>The payouts, the most expensive first.</summary>
    private static IReadOnlyList<RewardRule> Payouts(JsonElement programme) =>
    [
        .. programme.GetProperty("payouts").EnumerateArray().OrderByDescending(reward => Number(reward, "price_points")).Select(reward => new RewardRule(
            Number(reward, "price_points"), [], new Money(programme.GetProperty("currency").GetString()!, Number(reward, "value_micros")), Given.Now, Given.Now.AddDays(1), 0, 0, 1, [], [])
        {
            Payout = new Payout(
                [.. reward.GetProperty("months").EnumerateArray().Select(month => month.GetInt64())], Number(reward, "day"), Number(reward, "least_points"), Number(reward, "max_points"), "g"),
        }),
    ];

    private static DateOnly Day(JsonElement example, string name) => DateOnly.Parse(example.GetProperty(name).GetString()!);

    private static long Number(JsonElement from, string name, long otherwise = 0) => from.TryGetProperty(name, out var found) ? found.GetInt64() : otherwise;
}
