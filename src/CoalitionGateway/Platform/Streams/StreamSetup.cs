namespace CoalitionGateway.Platform.Streams;

internal static class StreamSetup
{
    public static void AddStreams(this IServiceCollection services) => services.AddSingleton<EntryStreams>();
}
