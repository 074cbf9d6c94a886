using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>The day on which a period ends. The numbers match the contract's.</summary>
public enum ExpirySnap
{
    /// <summary>The same day of the month; the month's last day if there is no such day.</summary>
    Day = 1,

    /// <summary>The last day of that month.</summary>
    MonthEnd = 2,

    /// <summary>The last day of that quarter of the calendar.</summary>
    QuarterEnd = 3,

    /// <summary>The last day of that year.</summary>
    YearEnd = 4,

    /// <summary>The next first day of a month, on that day or later.</summary>
    NextFirst = 5,

    /// <summary>The next day with a certain month and day, on that day or later.</summary>
    FixedDate = 6,
}

/// <summary>How long points can be used: months and days after the purchase, moved to the day that <paramref name="Snap"/> names.</summary>
/// <param name="Months">From 0 to 1200.</param>
/// <param name="Days">From 0 to 36500.</param>
/// <param name="FixedMonth">1 to 12 with <see cref="ExpirySnap.FixedDate"/>, otherwise 0.</param>
/// <param name="FixedDay">1 to 31 with <see cref="ExpirySnap.FixedDate"/>; in a shorter month its last day. Otherwise 0.</param>
public sealed record Expiry(long Months, long Days, ExpirySnap Snap, long FixedMonth = 0, long FixedDay = 0)
{
    /// <summary>The last day on which points of a day can be used.</summary>
    public DateOnly LastDay(DateOnly from)
    {
        var day = from.AddMonths((int)Months).AddDays((int)Days);
        return Snap switch
        {
            ExpirySnap.MonthEnd => EndOfMonth(day.Year, day.Month),
            ExpirySnap.QuarterEnd => EndOfMonth(day.Year, (day.Month + 2) / 3 * 3),
            ExpirySnap.YearEnd => EndOfMonth(day.Year, 12),
            ExpirySnap.NextFirst => day.Day == 1 ? day : EndOfMonth(day.Year, day.Month).AddDays(1),
            ExpirySnap.FixedDate => Fixed(day.Year) >= day ? Fixed(day.Year) : Fixed(day.Year + 1),
            _ => day,
        };
    }

    internal static void Encode(CanonicalWriter writer, Expiry? expiry)
    {
        writer.Flag(expiry is not null);
        if (expiry is not null)
        {
            writer.Number(expiry.Months).Number(expiry.Days).Number((int)expiry.Snap).Number(expiry.FixedMonth).Number(expiry.FixedDay);
        }
    }

    internal static Expiry? Decode(CanonicalReader reader) => reader.Flag()
        ? new Expiry(reader.Number(), reader.Number(), reader.Value<ExpirySnap>(), reader.Number(), reader.Number())
        : null;

    /// <summary>The last day of a month.</summary>
    internal static DateOnly EndOfMonth(int year, int month) => new(year, month, DateTime.DaysInMonth(year, month));

    private DateOnly Fixed(int year) => new(year, (int)FixedMonth, Math.Min((int)FixedDay, DateTime.DaysInMonth(year, (int)FixedMonth)));
}
