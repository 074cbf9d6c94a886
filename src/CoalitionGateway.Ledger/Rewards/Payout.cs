using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>When the gateway turns points into vouchers of a reward by itself, and how many.</summary>
/// <param name="Months">The months of the year, 1 to 12, in order. Empty: each month.</param>
/// <param name="Day">The day of the month, 1 to 31; in a shorter month its last day. 0: every day.</param>
/// <param name="LeastPoints">The fewest points that are turned. Fewer are kept for the next time.</param>
/// <param name="MaxPoints">The most points that are turned at one time. 0: no limit.</param>
/// <param name="Group">Of the rewards with one group, a member gets one at a time: the most expensive one within reach. Empty:
/// the reward is its own group.</param>
public sealed record Payout(IReadOnlyList<long> Months, long Day, long LeastPoints, long MaxPoints, string Group)
{
    /// <summary>Whether it happens on a day.</summary>
    public bool IsOn(DateOnly day) => (Months.Count == 0 || Months.Contains(day.Month))
        && (Day == 0 || day.Day == Math.Min(Day, DateTime.DaysInMonth(day.Year, day.Month)));

    /// <summary>The first day after a day on which it happens.</summary>
    public DateOnly NextAfter(DateOnly day)
    {
        do
        {
            day = day.AddDays(1);
        }
        while (!IsOn(day));

        return day;
    }

    /// <summary>The part of points that is turned: a multiple of the price. The rest is kept.</summary>
    /// <param name="most">The most rewards that are left for the member.</param>
    public long Of(long points, long price, long most = long.MaxValue)
    {
        var count = Math.Min(most, (MaxPoints > 0 ? Math.Min(points, MaxPoints) : points) / price);
        return count * price >= LeastPoints ? count * price : 0;
    }

    /// <summary>The fewest points that give a voucher at a price.</summary>
    public long LeastAt(long price) => (Math.Max(LeastPoints, price) + price - 1) / price * price;

    internal static void Encode(CanonicalWriter writer, Payout? payout)
    {
        writer.Flag(payout is not null);
        if (payout is not null)
        {
            writer.List(payout.Months, static (w, month) => w.Number(month)).Number(payout.Day).Number(payout.LeastPoints)
                .Number(payout.MaxPoints).Text(payout.Group);
        }
    }

    internal static Payout? Decode(CanonicalReader reader) => reader.Flag()
        ? new Payout(reader.List(static r => r.Number()), reader.Number(), reader.Number(), reader.Number(), reader.Text())
        : null;
}
