using Grpc.Core;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>Refusals of exports: no place is free, or the caller does not read the next part.</summary>
internal static class ExportRefusals
{
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);

    /// <param name="of">The owner of the limit that was reached: caller or gateway.</param>
    /// <param name="maximum">The limit.</param>
    public static StatusException TooMany(string of, int maximum) => new(RefusalStatus.Of(
        V1.ErrorReason.TooManyExports, $"{maximum} documents of the {of} are being made already; read one to its end first.",
        [("of", of), ("maximum", $"{maximum}")], _retryAfter));

    /// <param name="seconds">How long the next part waited for the caller.</param>
    public static StatusException NotTaken(int seconds) => new(RefusalStatus.Of(
        V1.ErrorReason.ExportNotTaken, $"The next part was not taken for {seconds} seconds; ask again, and read what comes.",
        [("seconds", $"{seconds}")]));
}
