using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.Platform.Store.Postgres;
using Npgsql;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// Roles of the server that are not the coalition's may not connect. Once connected they could take locks and connections.
/// </summary>
public sealed class ConnectRightTests
{
    private const string _stranger = "t_stranger";

    [Fact]
    public async Task Migrate_OnPostgres_LetsOnlyOurRolesConnect()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, "COALITION_TEST_POSTGRES names no server.");
        var owner = OpenToAll("t_connect");
        var keys = OpenToAll("t_connect_keys");
        await Connect(_stranger, "t_connect");
        Gateway.Migrate(owner, TestDatabase.ApplicationRole);
        KeyDatabase.Prepare(keys, TestDatabase.ApplicationRole);
        foreach (var database in new[] { "t_connect", "t_connect_keys" })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => Connect(_stranger, database));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
            await Connect(TestDatabase.ApplicationRole, database);
        }

        // Migrating again, also by a superuser who owns nothing, has nothing left to do.
        Gateway.Migrate(owner, TestDatabase.ApplicationRole);
        Gateway.Migrate(TestDatabase.As(null, "t_connect"), TestDatabase.ApplicationRole);
    }

    [Fact]
    public void Migrate_OnPostgres_OpenDatabaseOfAnotherOwner_IsRefusedWithTheStatementForThatOwner()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, "COALITION_TEST_POSTGRES names no server.");
        var owner = OpenToAll("t_connect_other");
        using (var server = Server())
        {
            server.Execute("ALTER DATABASE t_connect_other OWNER TO postgres; GRANT ALL ON DATABASE t_connect_other TO coalition_owner");
            server.ChangeDatabase("t_connect_other");
            server.Execute("ALTER SCHEMA public OWNER TO coalition_owner");
        }

        var refused = Assert.Throws<InvalidOperationException>(() => Gateway.Migrate(owner, TestDatabase.ApplicationRole));
        Assert.Contains("REVOKE CONNECT ON DATABASE \"t_connect_other\" FROM PUBLIC; GRANT CONNECT ON DATABASE \"t_connect_other\" TO \"coalition_app\"", refused.Message, StringComparison.Ordinal);
        using (var server = Server())
        {
            server.Execute("REVOKE CONNECT ON DATABASE t_connect_other FROM PUBLIC; GRANT CONNECT ON DATABASE t_connect_other TO coalition_app");
        }

        Gateway.Migrate(owner, TestDatabase.ApplicationRole);
    }

    [Fact]
    public async Task TestDatabases_OnPostgres_LetOnlyOurRolesConnect()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, "COALITION_TEST_POSTGRES names no server.");
        await using var gateway = await TestGateway.Start();
        Assert.Equal(0, gateway.Scalar("SELECT count(*) FROM pg_database WHERE datname = current_database() AND has_database_privilege('public', oid, 'CONNECT')"));
    }

    private static string OpenToAll(string name)
    {
        var owner = TestDatabase.MakeEmpty(name);
        using var server = Server();
        server.Execute($"DO $$ BEGIN CREATE ROLE {_stranger} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$; GRANT CONNECT ON DATABASE {name} TO PUBLIC");
        return owner;
    }

    private static NpgsqlConnection Server()
    {
        var server = new NpgsqlConnection(TestDatabase.As(null, "postgres"));
        server.Open();
        return server;
    }

    private static async Task Connect(string role, string database)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(TestDatabase.As(role, database)) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
    }
}
