using CoalitionGateway.Platform.MemberKeys;

using CoalitionGateway.Platform.Schedules;

namespace CoalitionGateway.Privacy;

internal static class PrivacySetup
{
    /// <summary>After the journal and Redis, which it needs at the start.</summary>
    public static void AddPrivacy(this IServiceCollection services)
    {
        services.AddSingleton<PersonalRecords>();
        services.AddSingleton<ExportPlaces>();
        services.AddSingleton<Erasing>();
        services.AddSingleton<Guardianship>();
        services.AddSingleton<ErasureSchedule>();
        services.AddSingleton<ISchedule>(provider => provider.GetRequiredService<ErasureSchedule>());
        services.AddHostedService<PrivacyWork>();
    }
}
