using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Store;

internal static class StoreSetup
{
    public static void AddStore(this IServiceCollection services)
    {
        services.AddSingleton<GatewayKeys>();
        services.AddSingleton<SqliteStore>();
        services.AddSingleton<IDbContextFactory<LedgerContext>, ContextFactory>();
        services.AddSingleton<ProgrammeReader>();
        services.AddSingleton<MemberReader>();
        services.AddSingleton<TransferReader>();
        services.AddSingleton<PoolReader>();
        services.AddSingleton<ConsentReader>();
        services.AddSingleton<AuditReader>();
    }

    private sealed class ContextFactory(SqliteStore store) : IDbContextFactory<LedgerContext>
    {
        public LedgerContext CreateDbContext() => new(store.ContextOptions);
    }
}
