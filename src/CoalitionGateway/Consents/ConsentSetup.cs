using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Platform.Schedules;

namespace CoalitionGateway.Consents;

internal static class ConsentSetup
{
    /// <summary>Call this after the journal is added: publishing the notices at the start needs the journal.</summary>
    public static void AddConsents(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(new Notices(options.Privacy.ConsentMonths));
        services.AddSingleton(services => services.GetRequiredService<Notices>().InForce);
        services.AddSingleton<ConsentReceipts>();
        services.AddSchedule(EndGuardianCode.DueKind, EndGuardianCode.For);
        services.AddSchedule(ExpireConsent.DueKind, ExpireConsent.For);
        services.AddHostedService<NoticePublishing>();
    }
}
