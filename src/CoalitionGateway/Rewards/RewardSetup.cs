namespace CoalitionGateway.Rewards;

internal static class RewardSetup
{
    public static void AddRewards(this IServiceCollection services) => services.AddSingleton<RewardReader>().AddSingleton<Catalogue>().AddSingleton<ReceiptService>();
}
