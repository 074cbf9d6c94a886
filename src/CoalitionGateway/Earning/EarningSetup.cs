using CoalitionGateway.Platform.Governance;
namespace CoalitionGateway.Earning;

internal static class EarningSetup
{
    public static void AddEarning(this IServiceCollection services) =>
        services.AddSingleton<OwnProgrammes>().AddSingleton<PurchaseAnswerService>().AddSingleton<EarningReader>().AddSingleton<PurchaseReadingService>()
            .AddGoverned<AdjustPointsMethod>();
}
