using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store.Sqlite;

/// <summary>The model on SQLite: UUIDs are 16 bytes, big-endian.</summary>
internal sealed class SqliteContext(DbContextOptions<SqliteContext> options) : LedgerContext(options)
{
    public static DbContextOptions<SqliteContext> Options(string connection) =>
        new DbContextOptionsBuilder<SqliteContext>().UseSqlite(connection).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options;

    private protected override async Task Begin(CancellationToken cancellation)
    {
        await Database.OpenConnectionAsync(cancellation);
        await Database.UseTransactionAsync(((SqliteConnection)Database.GetDbConnection()).BeginTransaction(deferred: true), cancellation);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        IdConverters.Register(configurationBuilder, uuidsAsBytes: true);
    }
}
