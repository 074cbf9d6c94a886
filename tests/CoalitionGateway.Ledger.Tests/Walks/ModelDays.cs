using System.Collections.Concurrent;
using CoalitionGateway.Ledger.Lots;
using NodaTime;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>The days of a time zone, found by walking. Only the offset from UTC is looked up.</summary>
internal sealed class ModelDays(string zone)
{
    private static readonly TimeSpan _step = TimeSpan.FromMinutes(15);

    private readonly DateTimeZone _zone = DateTimeZoneProviders.Tzdb[zone];
    private readonly ConcurrentDictionary<DateOnly, DateTime> _starts = [];

    public DateOnly DayOf(DateTime time) => DateOnly.FromDateTime(OnTheWall(time));

    public int MinuteOf(DateTime time) => (OnTheWall(time).Hour * 60) + OnTheWall(time).Minute;

    /// <summary>The first moment of a day: the first quarter of an hour that the clocks on the wall show that day.</summary>
    public DateTime StartOf(DateOnly day)
    {
        if (!_starts.TryGetValue(day, out var time))
        {
            time = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc).AddHours(-15);
            while (DayOf(time) < day)
            {
                time += _step;
            }

            _starts[day] = time;
        }

        return time;
    }

    /// <summary>The last day on which points of a day can be used.</summary>
    public static DateOnly LastDay(DateOnly from, Expiry expiry, ModelFault fault)
    {
        var month = from.Month - 1 + (int)expiry.Months;
        var (year, inYear) = (from.Year + (month / 12), (month % 12) + 1);
        var day = new DateOnly(year, inYear, Math.Min(from.Day, DateTime.DaysInMonth(year, inYear)));
        for (var i = 0; i < expiry.Days; i++)
        {
            day = day.AddDays(1);
        }

        while (fault != ModelFault.ForgetsSnap && !IsEnd(day, expiry))
        {
            day = day.AddDays(1);
        }

        return fault == ModelFault.ExpiresADayLate ? day.AddDays(1) : day;
    }

    private static bool IsEnd(DateOnly day, Expiry expiry)
    {
        var isLastOfMonth = day.AddDays(1).Day == 1;
        return expiry.Snap switch
        {
            ExpirySnap.MonthEnd => isLastOfMonth,
            ExpirySnap.QuarterEnd => isLastOfMonth && day.Month % 3 == 0,
            ExpirySnap.YearEnd => isLastOfMonth && day.Month == 12,
            ExpirySnap.NextFirst => day.Day == 1,
            ExpirySnap.FixedDate => day.Month == expiry.FixedMonth && (day.Day == expiry.FixedDay || (isLastOfMonth && day.Day < expiry.FixedDay)),
            _ => true,
        };
    }

    private DateTime OnTheWall(DateTime time) => time + _zone.GetUtcOffset(Instant.FromDateTimeUtc(time)).ToTimeSpan();
}
