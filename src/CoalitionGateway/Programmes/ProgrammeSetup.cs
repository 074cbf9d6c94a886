using CoalitionGateway.Platform.Governance;

namespace CoalitionGateway.Programmes;

internal static class ProgrammeSetup
{
    public static void AddProgrammes(this IServiceCollection services) => services.AddSingleton<ProgrammeReader>()
        .AddGoverned<PublishAgreementMethod>().AddGoverned<PublishRouteMethod>().AddGoverned<PublishClosingRuleMethod>();
}
