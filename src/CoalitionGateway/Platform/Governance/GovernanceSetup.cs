namespace CoalitionGateway.Platform.Governance;

internal static class GovernanceSetup
{
    public static void AddGovernance(this IServiceCollection services) => services.AddSingleton<GovernedCalls>();

    /// <summary>Registers a governed method.</summary>
    public static IServiceCollection AddGoverned<TMethod>(this IServiceCollection services)
        where TMethod : GovernedMethod => services.AddSingleton<GovernedMethod, TMethod>();
}
