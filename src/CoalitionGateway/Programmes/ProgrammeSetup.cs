namespace CoalitionGateway.Programmes;

internal static class ProgrammeSetup
{
    public static void AddProgrammes(this IServiceCollection services) => services.AddSingleton<ProgrammeReader>();
}
