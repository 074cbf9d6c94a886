using System.Globalization;
using NodaTime;

namespace CoalitionGateway.Cli.Replay;

/// <summary>
/// Reads the time of a row: the date alone, a date and a time of day, or a full time of RFC 3339. A time of day is one of
/// the programme's time zone.
/// </summary>
internal static class RowTime
{
    private const string _dateForm = "yyyy-MM-dd";
    private static readonly string[] _dayForms = ["HH:mm", "HH:mm:ss"];
    private static readonly string[] _fullForms =
        ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFzzz"];

    private static readonly DateTimeZone _zone = DateTimeZoneProviders.Tzdb[BrandPartner.TimeZone];

    /// <summary>The time in UTC, or the problem with it.</summary>
    /// <param name="date">The column trans_date. It may be empty beside a full time.</param>
    /// <param name="time">The column time; empty if there is none: the row counts as of midnight UTC.</param>
    public static (DateTime Time, string? Problem) Read(string date, string time)
    {
        var isFull = DateTimeOffset.TryParseExact(time, _fullForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var full);
        var isDay = DateOnly.TryParseExact(date, _dateForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        if (!isDay && !(isFull && date.Length == 0))
        {
            return (default, $"trans_date '{PurchaseFile.Shown(date)}' is not YYYY-MM-DD");
        }

        if (time.Length == 0)
        {
            return (day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), null);
        }

        if (isFull)
        {
            return isDay && DateOnly.FromDateTime(full.DateTime) != day
                ? (default, $"time '{time}' is not on the day of trans_date '{date}'")
                : (full.UtcDateTime, null);
        }

        return TimeOnly.TryParseExact(time, _dayForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock)
            ? OnClock(day, clock)
            : (default, $"time '{PurchaseFile.Shown(time)}' is neither HH:MM, HH:MM:SS nor a time such as 2015-01-02T18:30:00Z");
    }

    /// <summary>The moment at which the zone's clocks show a time. If they show it twice, the first one.</summary>
    private static (DateTime Time, string? Problem) OnClock(DateOnly day, TimeOnly clock)
    {
        var moments = _zone.MapLocal(LocalDateTime.FromDateTime(day.ToDateTime(clock)));
        return moments.Count == 0
            ? (default, $"time '{clock:HH:mm:ss}' did not exist on {day:yyyy-MM-dd}: the clocks of {BrandPartner.TimeZone} went forward")
            : (moments.First().ToDateTimeUtc(), null);
    }
}
