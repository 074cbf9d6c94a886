namespace CoalitionGateway.Platform.Peers;

internal static class PeersSetup
{
    /// <summary>
    /// Call this after AddJournal. Hosted services stop in reverse order, so the lead is given up before the journal stops.
    /// A connection to a leader stays open until the journal has drained.
    /// </summary>
    public static void AddPeers(this IServiceCollection services)
    {
        services.AddSingleton<PeerIdentity>();
        services.AddSingleton<PeerListener>();
        services.AddHostedService<Leadership>();
    }
}
