namespace CoalitionGateway.Platform.Journal;

internal static class JournalSetup
{
    public static void AddJournal(this IServiceCollection services)
    {
        services.AddSingleton<Fingerprint>();
        services.AddSingleton<StoredPerDay>();
        services.AddSingleton<JournalRoute>();
        services.AddSingleton<CommandJournal>();
        services.AddHostedService(provider => provider.GetRequiredService<CommandJournal>());
    }
}
