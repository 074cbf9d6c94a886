namespace CoalitionGateway.Platform.MemberKeys;

internal static class MemberKeysSetup
{
    public static void AddMemberKeys(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(new MasterKeys(options.DataDirectory));
        services.AddSingleton(provider => new MemberKeyStore(KeyDatabase.Open(options), provider.GetRequiredService<MasterKeys>()));
        services.AddSingleton<SealedProfiles>();
    }
}
