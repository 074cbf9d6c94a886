using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Platform.Schedules;

namespace CoalitionGateway.Lots;

internal static class LotSetup
{
    public static void AddLots(this IServiceCollection services) =>
        services.AddSchedule(Lot.DueKind, (due, context) => new SettleLots(context, Guid.Parse(due.Subject)))
            .AddSchedule(Inactivity.DueKind, SettleInactivity.For);
}
