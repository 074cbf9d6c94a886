namespace CoalitionGateway.Transfers;

internal static class TransferSetup
{
    public static void AddTransfers(this IServiceCollection services) => services.AddSingleton<TransferReader>();
}
