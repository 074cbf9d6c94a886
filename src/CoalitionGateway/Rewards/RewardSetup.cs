using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Schedules;

namespace CoalitionGateway.Rewards;

internal static class RewardSetup
{
    public static void AddRewards(this IServiceCollection services) => services
        .AddSingleton<RewardReader>().AddSingleton<Catalogue>().AddSingleton<ElsewhereService>().AddSingleton<ReceiptService>()
        .AddGoverned<PublishRewardMethod>().AddSingleton<ISchedule, PayoutSchedule>()
        .AddSchedule(EndPaymentCode.DueKind, EndPaymentCode.For);
}
