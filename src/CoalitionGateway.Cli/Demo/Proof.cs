using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Cli.Demo;

/// <summary>A bundle that proves an event, as coalition prove writes it.</summary>
internal static class Proof
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>The bundle, once a checkpoint covers the event, read back from its file's text.</summary>
    public static async Task<ProofBundle> Of(Guid eventId, string dataDirectory)
    {
        for (var end = DateTime.UtcNow + _patience; ;)
        {
            try
            {
                return ProofBundle.Parse(Proving.Run(eventId, dataDirectory, null, Gateway.NoticeText).ToJson());
            }
            catch (InvalidOperationException) when (DateTime.UtcNow < end)
            {
                await Task.Delay(100);
            }
        }
    }
}
