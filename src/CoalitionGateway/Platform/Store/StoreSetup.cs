using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store.Postgres;
using CoalitionGateway.Platform.Store.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store;

internal static class StoreSetup
{
    public static void AddStore(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton<GatewayKeys>();
        if (options.Postgres.Length > 0)
        {
            services.AddSingleton<LedgerStore, PostgresStore>();
        }
        else
        {
            // EF needs half a second to build a model and keeps one for each process. Meanwhile the services are set up.
            _ = Task.Run(() => new SqliteContext(SqliteContext.Options("Data Source=:memory:")).Model);
            services.AddSingleton<LedgerStore, SqliteStore>();
        }

        if (options.PostgresStandbys.Length > 0)
        {
            services.AddHttpContextAccessor();
            services.AddSingleton<Standbys>();
            services.AddHostedService(provider => provider.GetRequiredService<Standbys>());
            services.AddSingleton<IDbContextFactory<LedgerContext>, StandbyContexts>();
        }
        else
        {
            services.AddSingleton<IDbContextFactory<LedgerContext>, ContextFactory>();
        }

        services.AddSingleton<MemberReader>();
        services.AddSingleton<PoolReader>();
        services.AddSingleton<ConsentReader>();
        services.AddSingleton<AuditReader>();
        services.AddSingleton<LogReader>();
        services.AddSingleton<PrivacyReader>();
    }

    /// <summary>Opens the store after all else is set up: the model is built meanwhile.</summary>
    /// <exception cref="InvalidOperationException">The data directory is in use, or belongs to a newer gateway.</exception>
    public static void OpenStore(this WebApplication app) => app.Services.GetRequiredService<LedgerStore>();
}
