using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Platform.Contract;

/// <summary>Checks the form of a time. The messages name valid times.</summary>
internal static class TimeForm
{
    /// <summary>How far the time of an event may be ahead of the gateway's clock, because clocks of tills are inexact.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(5);

    private const string _invalid = "must be a valid time from 2000-01-01 on.";
    private static readonly long _earliest = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
    private static readonly long _latest = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <param name="time">The time.</param>
    /// <param name="now">The gateway's clock if the time must not be in the future; null if it may be.</param>
    /// <returns>The problem of the time; null if there is none.</returns>
    public static string? Problem(Timestamp time, DateTimeOffset? now) =>
        time.Nanos is < 0 or > 999_999_999 || time.Seconds < _earliest || time.Seconds > _latest ? _invalid
        : now is { } clock && time.Seconds > (clock + MostAhead).ToUnixTimeSeconds()
            ? $"is in the future; the gateway's clock says {clock:yyyy-MM-ddTHH:mm:ssZ}, and {clock + MostAhead:yyyy-MM-ddTHH:mm:ssZ} would go."
        : null;
}
