using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Store;
using CoalitionGateway.Store.Postgres;
using CoalitionGateway.Store.Sqlite;
using CoalitionGateway.Tests.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CoalitionGateway.Tests.Store;

/// <summary>A database of each earlier version comes to the model, with what was in it.</summary>
public sealed class MigrationTests : IDisposable
{
    // In the order of their ids, which is not the one in which they are written here.
    private const string _first = "01900000-0000-7000-8000-000000000001", _second = "01900000-0000-7000-8000-000000000002";
    private const string _member = "0190a1b2-0000-7000-8000-0000000000aa";
    private readonly string _folder = Directory.CreateTempSubdirectory("coalition-migration-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("Initial")]
    [InlineData("Log")]
    [InlineData("Consents")]
    [InlineData("TransferKey")]
    [InlineData("Privacy")]
    public void From_EachEarlierVersion_ToTheModel(string version)
    {
        var options = new GatewayOptions { DataDirectory = _folder };
        var owner = TestDatabase.IsPostgres ? TestDatabase.MakeEmpty($"t_from_{version.ToLowerInvariant()}") : "";
        using (var earlier = Context(owner))
        {
            earlier.Database.OpenConnection();
            earlier.GetService<IMigrator>().Migrate(earlier.Database.GetMigrations().Single(name => name.EndsWith($"_{version}", StringComparison.Ordinal)));
            Fill(earlier, version);
        }

        if (TestDatabase.IsPostgres)
        {
            PostgresMigration.Run(owner, TestDatabase.ApplicationRole);
        }
        else
        {
            new SqliteStore(options, new GatewayKeys(options)).Dispose();
        }

        using var now = Context(owner);
        Assert.False(now.Database.HasPendingModelChanges());
        Assert.Empty(now.Database.GetPendingMigrations());
        Assert.Equal([(Guid.Parse(_first), 0L), (Guid.Parse(_second), 1L)], now.Events.OrderBy(row => row.LogIndex).Select(row => new { row.Id, row.LogIndex }).AsEnumerable().Select(row => (row.Id.Value, row.LogIndex)));
        Assert.Equal(
            [ConsentState.Given, ConsentState.Withdrawn],
            now.Consents.OrderBy(row => row.Purpose).Select(row => row.State));
    }

    private static void Fill(LedgerContext context, string version)
    {
        var (column, second, first) = version == "Initial" ? ("", "", "") : ("log_index, ", "1, ", "0, ");
        var hasState = version is not ("Initial" or "Log");
        var tail = "NULL, NULL, " + (TestDatabase.IsPostgres ? "'\\x00'" : "x'00'");
        foreach (var sql in new[]
        {
            "INSERT INTO partner (id, display_name, create_time) VALUES ('alpha', 'Alpha', 0)",
            $"INSERT INTO event (id, {column}kind, time, member_id, partner_id, body) VALUES ({Uuid(_second)}, {second}1, 0, {tail})",
            $"INSERT INTO event (id, {column}kind, time, member_id, partner_id, body) VALUES ({Uuid(_first)}, {first}1, 0, {tail})",
            Consent(2, "NULL", hasState ? ConsentState.Given : null), Consent(3, "1", hasState ? ConsentState.Withdrawn : null),
        })
        {
            context.Database.ExecuteSqlRaw(sql.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
        }
    }

    private static string Consent(int purpose, string withdrawn, ConsentState? state) =>
        $"INSERT INTO consent ({(state is null ? "" : "state, ")}member_id, partner_id, purpose, categories, notice_version, notice_language, notice_sha256, event_id, give_time, withdraw_time) VALUES ({(state is { } known ? $"{(int)known}, " : "")}{Uuid(_member)}, 'alpha', {purpose}, '4', '2026-01', 'en', {(TestDatabase.IsPostgres ? "'\\x00'" : "x'00'")}, {Uuid(_first)}, 0, {withdrawn})";

    private static string Uuid(string id) => TestDatabase.IsPostgres ? $"'{id}'" : $"x'{id.Replace("-", "", StringComparison.Ordinal)}'";

    private LedgerContext Context(string owner) => TestDatabase.IsPostgres
        ? new PostgresContext(new DbContextOptionsBuilder<PostgresContext>().UseNpgsql(owner).Options)
        : new SqliteContext(new DbContextOptionsBuilder<SqliteContext>().UseSqlite($"Data Source={SqliteStore.PathIn(_folder)}").Options);
}
