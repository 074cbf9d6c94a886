using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store.Postgres;
using CoalitionGateway.Platform.Store.Sqlite;
using CoalitionGateway.Platform.Store;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Tests.Platform.Store;

/// <summary>Until the first release there is one initial migration for each provider. It matches the model.</summary>
public sealed class MigrationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("coalition-migration-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void InitialMigration_MatchesTheModel()
    {
        var owner = TestDatabase.IsPostgres ? TestDatabase.MakeEmpty("t_initial") : "";
        if (TestDatabase.IsPostgres)
        {
            Gateway.Migrate(owner, TestDatabase.ApplicationRole);
        }
        else
        {
            var sqlite = new GatewayOptions { DataDirectory = _folder };
            new SqliteStore(sqlite, new GatewayKeys(sqlite)).Dispose();
        }

        using var now = Context(owner);
        Assert.Single(now.Database.GetMigrations());
        Assert.Empty(now.Database.GetPendingMigrations());
        Assert.False(now.Database.HasPendingModelChanges(), "Run src/CoalitionGateway/Platform/Store/make-migration.");
        Assert.All(now.Model.GetEntityTypes(), entity => Assert.Equal(0L, Count(now, entity.GetTableName()!)));
    }

    private static long Count(LedgerContext context, string table)
    {
        context.Database.OpenConnection();
        using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }

    private LedgerContext Context(string owner) => TestDatabase.IsPostgres
        ? new PostgresContext(new DbContextOptionsBuilder<PostgresContext>().UseNpgsql(owner).Options)
        : new SqliteContext(new DbContextOptionsBuilder<SqliteContext>().UseSqlite($"Data Source={SqliteStore.PathIn(_folder)}").Options);
}
