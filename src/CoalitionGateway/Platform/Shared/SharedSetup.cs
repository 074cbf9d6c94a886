namespace CoalitionGateway.Platform.Shared;

internal static class SharedSetup
{
    public static void AddSharedRedis(this IServiceCollection services)
    {
        services.AddSingleton<SharedRedis>();
        services.AddHostedService(provider => provider.GetRequiredService<SharedRedis>());
    }
}
