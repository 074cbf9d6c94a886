using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Platform.Contract;

/// <summary>The form of a time: what is wrong with one, in words that name what would go.</summary>
internal static class TimeForm
{
    /// <summary>How far ahead of the gateway's clock a time may be at which something has happened: clocks of tills are bad.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(5);

    private const string _invalid = "must be a valid time from 2000-01-01 on.";
    private static readonly long _earliest = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
    private static readonly long _latest = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <param name="time">The time.</param>
    /// <param name="now">The gateway's clock, where the time must not be ahead of it; null: it may be.</param>
    /// <returns>What is wrong with it; null where nothing is.</returns>
    public static string? Problem(Timestamp time, DateTimeOffset? now) =>
        time.Nanos is < 0 or > 999_999_999 || time.Seconds < _earliest || time.Seconds > _latest ? _invalid
        : now is { } clock && time.Seconds > (clock + MostAhead).ToUnixTimeSeconds()
            ? $"is in the future; the gateway's clock says {clock:yyyy-MM-ddTHH:mm:ssZ}, and {clock + MostAhead:yyyy-MM-ddTHH:mm:ssZ} would go."
        : null;
}
