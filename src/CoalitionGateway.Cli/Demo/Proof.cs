using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Cli.Demo;

/// <summary>Makes the proof bundle of an event, like coalition prove.</summary>
internal static class Proof
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>Waits until a checkpoint covers the event. Returns the bundle as parsed from its own JSON.</summary>
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
