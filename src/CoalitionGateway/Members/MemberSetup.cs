using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Reminders;
using CoalitionGateway.Platform.Schedules;

namespace CoalitionGateway.Members;

internal static class MemberSetup
{
    public static void AddMembers(this IServiceCollection services) =>
        services.AddSingleton<EnrolmentService>().AddSchedule(EndLinkCode.DueKind, EndLinkCode.For).AddSchedule(ReminderDue.DueKind, RemindMember.For);
}
