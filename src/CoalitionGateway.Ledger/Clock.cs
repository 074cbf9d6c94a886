namespace CoalitionGateway.Ledger;

/// <summary>The ledger's times: UTC, to the microsecond.</summary>
public static class Clock
{
    /// <summary>Cuts the time to whole microseconds, so that the stored time equals the decided one.</summary>
    public static DateTime Truncate(DateTimeOffset time) => FromUnixMicroseconds(ToUnixMicroseconds(time.UtcDateTime));

    public static long ToUnixMicroseconds(DateTime time) => Math.DivRem(time.Ticks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerMicrosecond) switch
    {
        var (whole, rest) => rest < 0 ? whole - 1 : whole,
    };

    public static DateTime FromUnixMicroseconds(long microseconds) =>
        DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
