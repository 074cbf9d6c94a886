using Grpc.Core;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>What a caller is told that has no place for a document, or does not read the one that it has.</summary>
internal static class ExportRefusals
{
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);

    /// <param name="of">Of what there are as many as may be: the caller's, or the gateway's.</param>
    /// <param name="maximum">How many may be.</param>
    public static StatusException TooMany(string of, int maximum) => new(RefusalStatus.Of(
        V1.ErrorReason.TooManyExports, $"{maximum} documents of the {of} are being made already; read one to its end first.",
        [("of", of), ("maximum", $"{maximum}")], _retryAfter));

    /// <param name="seconds">How long the next part was there to be taken.</param>
    public static StatusException NotTaken(int seconds) => new(RefusalStatus.Of(
        V1.ErrorReason.ExportNotTaken, $"The next part was not taken for {seconds} seconds; ask again, and read what comes.",
        [("seconds", $"{seconds}")]));
}
