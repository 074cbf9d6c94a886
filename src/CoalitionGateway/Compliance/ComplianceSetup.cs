using CoalitionGateway.Platform.Governance;
namespace CoalitionGateway.Compliance;

internal static class ComplianceSetup
{
    public static void AddCompliance(this IServiceCollection services) => services.AddSingleton<ComplianceReader>().AddGoverned<ReleaseHoldMethod>();
}
