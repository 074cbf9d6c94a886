using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Schedules;

namespace CoalitionGateway.Rules;

internal static class RuleSetup
{
    public static void AddRules(this IServiceCollection services)
    {
        services.AddSingleton<RuleReader>().AddSingleton<ExpiryReader>().AddSingleton<RuleSimulations>();
        services.AddGoverned<PublishProgrammeTermsMethod>().AddGoverned<PublishCampaignMethod>();
        services.AddSchedule(CloseBudget.DueKind, CloseBudget.For);
    }
}
