using CoalitionGateway.Ledger.Proposals;
using CoalitionGateway.Platform.Schedules;

namespace CoalitionGateway.Proposals;

internal static class ProposalSetup
{
    public static void AddProposals(this IServiceCollection services) =>
        services.AddSingleton<ProposalReader>().AddSchedule(EndProposal.DueKind, EndProposal.For);
}
