using System.Data.Common;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.Platform.Store.Postgres;
using CoalitionGateway.Platform.Store.Sqlite;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CoalitionGateway.Testing;

/// <summary>
/// The storage of tests: SQLite in their own folder, or their own database on the PostgreSQL server that COALITION_TEST_POSTGRES
/// names (a superuser's connection string). The same tests run on both.
/// </summary>
internal static class TestDatabase
{
    public const string ApplicationRole = "coalition_app";
    private const string _ownerRole = "coalition_owner";
    private static readonly string? _server = Environment.GetEnvironmentVariable("COALITION_TEST_POSTGRES");
    private static readonly Lazy<string> _template = new(MakeTemplate);

    private static readonly string _master = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
    private static int _ownKeys;

    // One key database for all tests. Random ids keep their keys apart.
    private static readonly Lazy<string> _keys = new(() => MakeKeys($"keys_{Environment.ProcessId}"));

    public static bool IsPostgres => !string.IsNullOrEmpty(_server);

    /// <summary>Gives the options a database that belongs to their data directory: a new one, or the existing one.</summary>
    public static void Use(GatewayOptions options)
    {
        if (IsPostgres && options.Postgres.Length == 0)
        {
            var name = NameFor(options.DataDirectory);
            Admin($"SELECT count(*) FROM pg_database WHERE datname = '{name}'", out var count);
            if (count == 0)
            {
                Admin($"CREATE DATABASE {name} TEMPLATE {_template.Value} OWNER {_ownerRole}");
                LetOnlyOursConnect(name);
            }

            options.Postgres = As(ApplicationRole, name);
            options.KeyPostgres = options.KeyPostgres.Length > 0 ? options.KeyPostgres : _keys.Value;
        }

        if (IsPostgres)
        {
            // Gateways that share the key database share the master key.
            GatewayKeys.ReadOrMake(Path.Combine(options.DataDirectory, GatewayKeys.Folder, "master"), "0001.key", () => _master);
        }
    }

    /// <summary>Deletes the database of a data directory, and the directory.</summary>
    public static void Delete(GatewayOptions options)
    {
        if (IsPostgres)
        {
            Admin($"DROP DATABASE IF EXISTS {NameFor(options.DataDirectory)} WITH (FORCE)");
        }

        if (Directory.Exists(options.DataDirectory))
        {
            Directory.Delete(options.DataDirectory, recursive: true);
        }
    }

    /// <summary>Direct access to the database, with all rights.</summary>
    public static DbConnection Open(GatewayOptions options)
    {
        DbConnection connection = IsPostgres
            ? new NpgsqlConnection(As(null, NameFor(options.DataDirectory)))
            : new SqliteConnection($"Data Source={SqliteStore.PathIn(options.DataDirectory)};Foreign Keys=True");
        connection.Open();
        return connection;
    }

    public static int Execute(this DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    public static List<object[]> Query(this DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)]);
        }

        return rows;
    }

    /// <summary>The connection string of a role on a database; null: the superuser's.</summary>
    public static string As(string? role, string database)
    {
        var builder = new NpgsqlConnectionStringBuilder(_server) { Database = database, MaxPoolSize = 4 };
        builder.Username = role ?? builder.Username;
        return builder.ConnectionString;
    }

    /// <summary>An empty database owned by the owner's role, without a schema.</summary>
    public static string MakeEmpty(string name)
    {
        Admin($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        foreach (var role in new[] { _ownerRole, ApplicationRole })
        {
            Admin($"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$");
        }

        Admin($"CREATE DATABASE {name} OWNER {_ownerRole}");
        LetOnlyOursConnect(name);
        return As(_ownerRole, name);
    }

    /// <summary>Revokes CONNECT in the same way as all files that we deliver.</summary>
    private static void LetOnlyOursConnect(string database) =>
        Admin($"REVOKE CONNECT ON DATABASE {database} FROM PUBLIC; GRANT CONNECT ON DATABASE {database} TO {ApplicationRole}");

    private static string NameFor(string directory) =>
        "t_" + string.Concat(Path.GetFileName(directory).ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));

    private static string MakeTemplate()
    {
        var name = $"template_{Environment.ProcessId}";
        Gateway.Migrate(MakeEmpty(name), ApplicationRole);
        NpgsqlConnection.ClearAllPools();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Admin($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        return name;
    }

    /// <summary>Gives the options a separate key database.</summary>
    public static void UseOwnKeys(GatewayOptions options)
    {
        if (IsPostgres)
        {
            options.KeyPostgres = MakeKeys($"keys_{Environment.ProcessId}_{Interlocked.Increment(ref _ownKeys)}");
        }
    }

    private static string MakeKeys(string name)
    {
        KeyDatabase.Prepare(MakeEmpty(name), ApplicationRole);
        NpgsqlConnection.ClearAllPools();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Admin($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        return As(ApplicationRole, name);
    }

    private static void Admin(string sql) => Admin(sql, out _);

    private static void Admin(string sql, out long result)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server) { Pooling = false }.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        result = command.ExecuteScalar() as long? ?? 0;
    }
}
