using System.Globalization;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Purchases;

/// <summary>The period of a cap, by the day of the purchase in the programme's time zone. The numbers match the contract's.</summary>
public enum CapPeriod
{
    Purchase = 1,
    Day = 2,
    Month = 3,
    Year = 4,

    /// <summary>All time.</summary>
    Ever = 5,

    /// <summary>A week from Monday to Sunday (ISO 8601).</summary>
    Week = 6,

    /// <summary>A quarter of the calendar.</summary>
    Quarter = 7,
}

/// <summary>The most that a rule gives one member in a period.</summary>
/// <param name="MaxPoints">0: no limit. What is over is withheld; the rest is given.</param>
/// <param name="MaxCount">The most purchases to which the rule applies. 0: no limit.</param>
public sealed record Cap(CapPeriod Period, long MaxPoints, long MaxCount)
{
    private static readonly Remembered<(CapPeriod Period, DateOnly Day), string?> _names = new(4096, key => Name(key.Period, key.Day));

    /// <summary>The period's name in counters: see <see cref="Counter.Period"/>. Null: the cap needs no counter.</summary>
    public string? PeriodOf(DateOnly day) => NameOf(Period, day);

    public static string? NameOf(CapPeriod period, DateOnly day) => _names[(period, day)];

    private static string? Name(CapPeriod period, DateOnly day) => period switch
    {
        CapPeriod.Day => $"{day:yyyy-MM-dd}",
        CapPeriod.Week => $"{ISOWeek.GetYear(day.ToDateTime(default)):0000}-W{ISOWeek.GetWeekOfYear(day.ToDateTime(default)):00}",
        CapPeriod.Month => $"{day:yyyy-MM}",
        CapPeriod.Quarter => $"{day:yyyy}-Q{(day.Month + 2) / 3}",
        CapPeriod.Year => $"{day:yyyy}",
        CapPeriod.Ever => "",
        _ => null,
    };

    /// <summary>The part of points that caps leave on a day.</summary>
    /// <param name="counter">The counter of a period.</param>
    public static long Apply(long points, IReadOnlyList<Cap> caps, DateOnly day, Func<string, Counter> counter)
    {
        foreach (var cap in caps)
        {
            var used = cap.PeriodOf(day) is { } period ? counter(period) : null;
            points = cap.MaxCount > 0 && used?.Count >= cap.MaxCount ? 0 : points;
            points = cap.MaxPoints > 0 ? Math.Min(points, Math.Max(0, cap.MaxPoints - (used?.Points ?? 0))) : points;
        }

        return points;
    }

    internal static void Encode(CanonicalWriter writer, Cap cap) => writer.Number((int)cap.Period).Number(cap.MaxPoints).Number(cap.MaxCount);

    internal static Cap Decode(CanonicalReader reader) => new(reader.Value<CapPeriod>(), reader.Number(), reader.Number());
}
