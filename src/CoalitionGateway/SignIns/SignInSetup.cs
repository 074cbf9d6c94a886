using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Platform.Schedules;

namespace CoalitionGateway.SignIns;

internal static class SignInSetup
{
    public static void AddSignIns(this IServiceCollection services) => services.AddSchedule(EndSignInCode.DueKind, EndSignInCode.For);
}
