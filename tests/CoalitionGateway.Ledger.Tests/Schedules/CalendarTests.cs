using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.Tests.Walks;

namespace CoalitionGateway.Ledger.Tests.Schedules;

/// <summary>
/// Each day of twenty years, with five leap days and forty changes of the clocks, against days found by walking. In Cairo a
/// change of the clocks skips midnight.
/// </summary>
public sealed class CalendarTests
{
    private static readonly DateOnly _first = new(2020, 1, 1);
    private static readonly DateOnly _end = new(2040, 1, 1);

    [Theory]
    [InlineData("Europe/Stockholm")]
    [InlineData("Europe/Oslo")]
    [InlineData("Europe/Warsaw")]
    [InlineData("Europe/Riga")]
    [InlineData("Europe/London")]
    [InlineData("Africa/Cairo")]
    public void EachDay_BeginsAndEndsAsOnTheWall_AndGivesItsPurchasesOneTerm(string zone)
    {
        var (calendar, days) = (Calendar.Of(zone), new ModelDays(zone));
        var rule = new LotRule(14, new Expiry(24, 0, ExpirySnap.MonthEnd));
        for (var day = _first; day < _end; day = day.AddDays(1))
        {
            var (start, end) = (days.StartOf(day), days.StartOf(day.AddDays(1)));
            Assert.Equal((start, end), (calendar.StartOf(day), calendar.EndOf(day)));
            var term = rule.TermOf(start, calendar);
            foreach (var time in new[] { start, start.AddHours(3), end.AddHours(-20), end.AddMicroseconds(-1) })
            {
                Assert.Equal((day, days.MinuteOf(time)), (calendar.DayOf(time), calendar.MinuteOf(time)));
                Assert.Equal(term, rule.TermOf(time, calendar));
            }

            var monthEnd = new DateOnly(day.Year + 2, day.Month, DateTime.DaysInMonth(day.Year + 2, day.Month));
            Assert.Equal((days.StartOf(day.AddDays(14)), days.StartOf(monthEnd.AddDays(1))), (term.UsableTime, term.ExpireTime));
            Assert.NotEqual(term, rule.TermOf(start.AddMicroseconds(-1), calendar));
        }
    }
}
