using System.Data.Common;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store.Postgres;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoalitionGateway.Platform.MemberKeys;

/// <summary>
/// The database of members' keys: a separate file in the data directory's folder "keys", or a separate PostgreSQL database.
/// By default, that database is on the ledger's server and has the ledger's name with "_keys" appended.
/// </summary>
public static class KeyDatabase
{
    private const string _file = "member-keys.db";
    private const string _suffix = "_keys";

    /// <summary>The default connection string of the key database for a ledger's connection string.</summary>
    public static string Beside(string ledger)
    {
        var connection = new NpgsqlConnectionStringBuilder(ledger);
        connection.Database += _suffix;
        return connection.ConnectionString;
    }

    /// <summary>
    /// Creates the database, if the role may, and its tables. Grants the application's role the rights that gateways need.
    /// </summary>
    /// <param name="owner">Connection string of the role that owns the database.</param>
    /// <param name="applicationRole">The role that gateways connect as.</param>
    /// <exception cref="InvalidOperationException">The database does not exist and the role may not create it, or another
    /// role owns the database.</exception>
    public static void Prepare(string owner, string applicationRole)
    {
        owner = PostgresConnection.Of(owner).ConnectionString;
        using var context = new KeyContext(new DbContextOptionsBuilder<KeyContext>().UseNpgsql(owner).Options);
        try
        {
            context.Database.EnsureCreated();
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            var wanted = new NpgsqlConnectionStringBuilder(owner);
            throw new InvalidOperationException(
                $"There is no database {wanted.Database} for members' keys, and {wanted.Username} may not make it: CREATE DATABASE {wanted.Database} OWNER {wanted.Username}; or name another with --postgres-keys.", refused);
        }

        var role = new NpgsqlCommandBuilder().QuoteIdentifier(applicationRole);
        using var connection = new NpgsqlConnection(owner);
        connection.Open();
        ConnectRight.Restrict(connection, applicationRole);
        using var grant = new NpgsqlCommand($"GRANT SELECT, INSERT, UPDATE, DELETE ON member_key TO {role}; GRANT SELECT, INSERT ON erased_member TO {role}", connection);
        grant.ExecuteNonQuery();
    }

    /// <summary>The options of a gateway's key database. The embedded database is created if it does not exist.</summary>
    internal static DbContextOptions<KeyContext> Open(GatewayOptions options)
    {
        var builder = new DbContextOptionsBuilder<KeyContext>();
        if (options.Postgres.Length > 0)
        {
            builder.UseNpgsql(PostgresConnection.Of(options.KeyPostgres.Length > 0 ? options.KeyPostgres : Beside(options.Postgres)).ConnectionString);
            using var there = new KeyContext(builder.Options);
            return there.Database.CanConnect()
                ? builder.Options
                : throw new InvalidOperationException("The database for members' keys does not answer or is not there; coalition migrate makes it. Gateway:KeyPostgres says where it is.");
        }

        var path = Path.Combine(options.DataDirectory, GatewayKeys.Folder, _file);
        PrivateFile.Make(path);
        builder.UseSqlite(new SqliteConnectionStringBuilder { DataSource = path }.ToString()).AddInterceptors(new Forgetting());
        using var context = new KeyContext(builder.Options);
        context.Database.EnsureCreated();
        return builder.Options;
    }

    /// <summary>Makes SQLite overwrite deleted data, and keep no copy in a journal.</summary>
    private sealed class Forgetting : DbConnectionInterceptor
    {
        private const string _settings = "PRAGMA secure_delete = ON; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = _settings;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = _settings;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
