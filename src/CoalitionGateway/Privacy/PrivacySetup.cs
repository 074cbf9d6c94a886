using CoalitionGateway.Platform.MemberKeys;

using CoalitionGateway.Platform.Schedules;

namespace CoalitionGateway.Privacy;

internal static class PrivacySetup
{
    public static void AddPrivacy(this IServiceCollection services)
    {
        services.AddSingleton<PersonalRecords>();
        services.AddSingleton<ExportPlaces>();
        services.AddSingleton<Erasing>();
        services.AddSingleton<Guardianship>();
        services.AddSingleton<ErasureSchedule>();
        services.AddSingleton<ISchedule>(provider => provider.GetRequiredService<ErasureSchedule>());
        services.AddSingleton<IFirstWork, PrivacyWork>();
    }
}
