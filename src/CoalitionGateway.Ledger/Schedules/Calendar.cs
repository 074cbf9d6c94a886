using CoalitionGateway.Ledger.Accounts;
using NodaTime;

namespace CoalitionGateway.Ledger.Schedules;

/// <summary>The days of a time zone of the IANA database. All times are UTC.</summary>
public sealed class Calendar
{
    private static readonly Remembered<string, Calendar> _known = new(4096, zone => new Calendar(DateTimeZoneProviders.Tzdb[zone]));
    private readonly DateTimeZone _zone;
    private readonly Remembered<DateOnly, DateTime> _starts;

    private Calendar(DateTimeZone zone)
    {
        _zone = zone;
        _starts = new Remembered<DateOnly, DateTime>(4096, day => zone.AtStartOfDay(LocalDate.FromDateOnly(day)).ToDateTimeUtc());
    }

    /// <summary>Whether there is a time zone of this name.</summary>
    public static bool Knows(string zone) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is not null;

    /// <exception cref="NodaTime.TimeZones.DateTimeZoneNotFoundException">There is no time zone of this name.</exception>
    public static Calendar Of(string zone) => _known[zone];

    /// <summary>The day to which a time belongs.</summary>
    public DateOnly DayOf(DateTime time) => Local(time).Date.ToDateOnly();

    /// <summary>The first moment of a day. It is later than midnight if a change of the clocks skips midnight.</summary>
    public DateTime StartOf(DateOnly day) => _starts[day];

    /// <summary>The first moment after a day.</summary>
    public DateTime EndOf(DateOnly day) => StartOf(day.AddDays(1));

    /// <summary>The minute of the day, from 0 to 1439, as the clocks on the wall show it.</summary>
    public int MinuteOf(DateTime time)
    {
        var local = Local(time);
        return (local.Hour * 60) + local.Minute;
    }

    private ZonedDateTime Local(DateTime time) => Instant.FromDateTimeUtc(time).InZone(_zone);
}
