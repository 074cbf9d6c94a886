using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Platform.Schedules;

namespace CoalitionGateway.Consents;

internal static class ConsentSetup
{
    public static void AddConsents(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(new Notices(options.Privacy.ConsentMonths));
        services.AddSingleton(services => services.GetRequiredService<Notices>().InForce);
        services.AddSingleton<ConsentReceipts>();
        services.AddSchedule(EndGuardianCode.DueKind, EndGuardianCode.For);
        services.AddSchedule(ExpireConsent.DueKind, ExpireConsent.For);
        services.AddSingleton<IFirstWork, NoticePublishing>();
    }
}
