namespace CoalitionGateway.Earning;

internal static class EarningSetup
{
    public static void AddEarning(this IServiceCollection services) =>
        services.AddSingleton<OwnProgrammes>().AddSingleton<PurchaseAnswers>().AddSingleton<EarningReader>().AddSingleton<PurchaseReadingService>();
}
