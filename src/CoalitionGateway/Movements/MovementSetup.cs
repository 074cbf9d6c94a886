namespace CoalitionGateway.Movements;

internal static class MovementSetup
{
    public static void AddMovements(this IServiceCollection services) => services.AddSingleton<MovementReader>();
}
