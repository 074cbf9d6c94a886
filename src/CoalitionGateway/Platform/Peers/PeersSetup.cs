namespace CoalitionGateway.Platform.Peers;

internal static class PeersSetup
{
    /// <summary>After the journal, so that it stops before it: the lead is given up first; a connection to a leader stays until the journal has drained.</summary>
    public static void AddPeers(this IServiceCollection services)
    {
        services.AddSingleton<PeerIdentity>();
        services.AddSingleton<PeerListener>();
        services.AddHostedService<Leadership>();
    }
}
