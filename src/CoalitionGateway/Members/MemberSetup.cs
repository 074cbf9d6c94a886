using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Platform.Schedules;

namespace CoalitionGateway.Members;

internal static class MemberSetup
{
    public static void AddMembers(this IServiceCollection services) =>
        services.AddSingleton<EnrolmentService>().AddSchedule(EndLinkCode.DueKind, EndLinkCode.For);
}
