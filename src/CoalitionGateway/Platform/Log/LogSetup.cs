using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.Log;

internal static class LogSetup
{
    /// <summary>
    /// Call this before AddJournal: the sequencer then stops after the journal, and signs the last events.
    /// </summary>
    public static void AddLog(this IServiceCollection services)
    {
        services.AddSingleton(provider => new LogSigner(
            provider.GetRequiredService<GatewayOptions>().LogName, provider.GetRequiredService<GatewayKeys>().Log, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<GatewayKeys>().Macs));
        services.AddSingleton<AuditLog>();
        services.AddSingleton<OfficersReading>();
        services.AddSingleton<Sequencer>();
        services.AddHostedService(provider => provider.GetRequiredService<Sequencer>());
    }
}
