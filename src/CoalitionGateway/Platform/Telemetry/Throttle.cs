namespace CoalitionGateway.Platform.Telemetry;

/// <summary>Lets one event in each period pass. A failure that lasts is logged with this, instead of at every try.</summary>
internal sealed class Throttle(TimeSpan period, TimeProvider clock)
{
    private readonly long _period = (long)(period.TotalSeconds * clock.TimestampFrequency);
    private long _next = long.MinValue;

    /// <summary>Whether this event passes. Of events at the same time, one does.</summary>
    public bool Admits()
    {
        var (now, next) = (clock.GetTimestamp(), Interlocked.Read(ref _next));
        return now >= next && Interlocked.CompareExchange(ref _next, now + _period, next) == next;
    }
}
