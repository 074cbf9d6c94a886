namespace CoalitionGateway.Log;

internal static class LogSetup
{
    public static void AddLog(this IServiceCollection services)
    {
        services.AddSingleton<LogKey>();
        services.AddSingleton<Sequencer>();
        services.AddHostedService(provider => provider.GetRequiredService<Sequencer>());
    }
}
