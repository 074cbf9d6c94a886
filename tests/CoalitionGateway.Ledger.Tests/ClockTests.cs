using CoalitionGateway.Ledger.Tests.Properties;

namespace CoalitionGateway.Ledger.Tests;

public sealed class ClockTests
{
    // A tick is 100 ns. Fractions of a microsecond are dropped, towards the past even before 1970.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    [InlineData(19, 1)]
    [InlineData(-1, -1)]
    [InlineData(-9, -1)]
    [InlineData(-10, -1)]
    [InlineData(-11, -2)]
    [InlineData(-20, -2)]
    [InlineData(17_723_664_001_234_567, 1_772_366_400_123_456)]
    public void ToUnixMicroseconds_BetweenMicroseconds_RoundsDown(long ticks, long microseconds) =>
        Assert.Equal(microseconds, Clock.ToUnixMicroseconds(DateTime.UnixEpoch.AddTicks(ticks)));

    [Fact]
    public void FromUnixMicroseconds_AnyTime_InvertsToUnixMicrosecondsInUtc() => Sizes.Check(
        Sizes.Between(Clock.ToUnixMicroseconds(DateTime.MinValue), Clock.ToUnixMicroseconds(DateTime.MaxValue)),
        microseconds =>
        {
            var time = Clock.FromUnixMicroseconds(microseconds);
            Assert.Equal(microseconds, Clock.ToUnixMicroseconds(time));
            Assert.Equal(DateTimeKind.Utc, time.Kind);
        });

    [Theory]
    [InlineData("2026-03-01T12:00:00.1234567+01:00", "2026-03-01T11:00:00.1234560Z")]
    [InlineData("1969-12-31T23:59:59.9999999+00:00", "1969-12-31T23:59:59.9999990Z")]
    [InlineData("0001-01-01T00:00:00.0000001+00:00", "0001-01-01T00:00:00.0000000Z")]
    [InlineData("9999-12-31T23:59:59.9999999+00:00", "9999-12-31T23:59:59.9999990Z")]
    public void Truncate_AnyTime_GivesUtcMicrosecondsAndIsIdempotent(string given, string expected)
    {
        var truncated = Clock.Truncate(DateTimeOffset.Parse(given));

        Assert.Equal(expected, truncated.ToString("O"));
        Assert.Equal(truncated, Clock.Truncate(new DateTimeOffset(truncated)));
    }
}
