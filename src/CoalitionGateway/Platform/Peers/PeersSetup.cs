namespace CoalitionGateway.Platform.Peers;

internal static class PeersSetup
{
    /// <summary>After the journal: what stops first hands nothing over any more.</summary>
    public static void AddPeers(this IServiceCollection services)
    {
        services.AddSingleton<PeerIdentity>();
        services.AddSingleton<PeerListener>();
        services.AddHostedService<Leadership>();
    }
}
