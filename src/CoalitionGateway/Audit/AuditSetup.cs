using CoalitionGateway.Store;

namespace CoalitionGateway.Audit;

internal static class AuditSetup
{
    /// <summary>Before the journal: what stops later sees the last events.</summary>
    public static void AddAudit(this IServiceCollection services)
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
