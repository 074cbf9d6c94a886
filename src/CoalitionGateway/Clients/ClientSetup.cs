using CoalitionGateway.Platform.Governance;

namespace CoalitionGateway.Clients;

internal static class ClientSetup
{
    public static void AddClients(this IServiceCollection services) => services.AddSingleton<ClientReader>()
        .AddGoverned<PublishClientMethod>().AddGoverned<PublishClientKeysMethod>().AddGoverned<IssueClientSecretMethod>()
        .AddGoverned<ResumeClientMethod>().AddGoverned<SetSenderConstraintMethod>();
}
