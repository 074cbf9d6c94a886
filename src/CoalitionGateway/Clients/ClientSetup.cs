using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Schedules;

namespace CoalitionGateway.Clients;

internal static class ClientSetup
{
    public static void AddClients(this IServiceCollection services) => services.AddSingleton<ClientReader>().AddSingleton<IFirstWork, ConfiguredClients>()
        .AddGoverned<PublishClientMethod>().AddGoverned<PublishClientKeysMethod>().AddGoverned<IssueClientSecretMethod>()
        .AddGoverned<SuspendClientMethod>().AddGoverned<ResumeClientMethod>().AddGoverned<SetSenderConstraintMethod>();
}
