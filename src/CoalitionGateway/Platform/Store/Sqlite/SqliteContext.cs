using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store.Sqlite;

/// <summary>The model on SQLite: UUIDs are 16 bytes, big-endian.</summary>
internal sealed class SqliteContext(DbContextOptions<SqliteContext> options) : LedgerContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        IdConverters.Register(configurationBuilder, uuidsAsBytes: true);
}
