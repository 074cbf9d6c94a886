using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Platform.Schedules;

namespace CoalitionGateway.Pools;

internal static class PoolSetup
{
    public static void AddPools(this IServiceCollection services) => services.AddSchedule(EndInvitation.DueKind, EndInvitation.For);
}
