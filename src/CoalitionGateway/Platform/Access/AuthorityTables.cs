using System.Data.Common;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Store.Postgres;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoalitionGateway.Platform.Access;

/// <summary>An access token or a caller that ended before its time.</summary>
/// <param name="Name">See <see cref="EndedCallers"/>.</param>
/// <param name="EndTime">Until when the name is kept.</param>
internal sealed record EndedName(string Name, DateTimeOffset EndTime);

/// <summary>
/// The authority's tables: ids that count once, tokens and callers that ended before their time, and the grants, codes and
/// refresh tokens of OpenIddict. They survive a restart, and all gateways share them. On PostgreSQL they are in the ledger's
/// database, in their own schema; on SQLite in their own file. They move no points and release no data, so they bypass the
/// journal. Times of ended names are the database's, in milliseconds, so that no two gateways' clocks are compared.
/// </summary>
internal sealed class AuthorityTables : IDisposable
{
    private const string _file = "authority.db";
    private const string _schema = "authority";
    private const int _connections = 8;
    private const int _patienceSeconds = 5;

    // Expired rows are kept this much longer, for a gateway whose clock is behind.
    private const long _keptMilliseconds = 10 * 60 * 1000;

    private readonly DbDataSource _source;
    private readonly SemaphoreSlim _places;
    private readonly string _settings;
    private readonly string _now;
    private readonly string _yesterday;

    public AuthorityTables(GatewayOptions options)
    {
        if (options.Postgres.Length > 0)
        {
            var builder = PostgresConnection.Of(options.Postgres);
            (builder.SearchPath, builder.MaxPoolSize) = (_schema, _connections);
            (builder.Timeout, builder.CommandTimeout) = (_patienceSeconds, _patienceSeconds);
            (builder.ApplicationName, builder.IncludeErrorDetail) = ("coalition-gateway", false);
            _source = NpgsqlDataSource.Create(builder.ConnectionString);
            (_places, _settings, _now, _yesterday) =
                (new SemaphoreSlim(_connections), "", "(extract(epoch FROM clock_timestamp()) * 1000)::bigint", "clock_timestamp() - interval '1 day'");
            return;
        }

        var path = Path.Combine(options.DataDirectory, _file);
        PrivateFile.Make(path);
        _source = SqliteFactory.Instance.CreateDataSource(new SqliteConnectionStringBuilder { DataSource = path }.ToString());

        // One connection at a time, because SQLite waits for its file lock by sleeping.
        (_places, _settings, _now, _yesterday) =
            (new SemaphoreSlim(1), "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", "CAST(unixepoch('subsec') * 1000 AS INTEGER)", "datetime('now', '-1 day')");
        using var connection = _source.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = $"{_settings}; {Tables("BLOB", "TEXT")}";
        command.ExecuteNonQuery();
    }

    /// <summary>Makes the tables in PostgreSQL, as the owner, and grants the application's role what gateways need.</summary>
    public static void Prepare(NpgsqlConnection owner, string role)
    {
        using var command = new NpgsqlCommand(
            $"""
            CREATE SCHEMA IF NOT EXISTS {_schema};
            SET search_path = {_schema};
            {Tables("bytea", "timestamptz")}
            RESET search_path;
            GRANT USAGE ON SCHEMA {_schema} TO {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {_schema} TO {role};
            """,
            owner);
        command.ExecuteNonQuery();
    }

    /// <summary>Lets EF Core use the same database.</summary>
    public void Configure(DbContextOptionsBuilder options)
    {
        if (_source is NpgsqlDataSource postgres)
        {
            options.UseNpgsql(postgres);
        }
        else
        {
            options.UseSqlite(_source.ConnectionString).AddInterceptors(new OneAtATime(_places, _settings));
        }
    }

    /// <summary>Uses up an id that counts once. Returns whether this was the first use.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public async Task<bool> Use(byte[] id, DateTimeOffset until, CancellationToken cancellation) => await Change(
        "INSERT INTO used_once (id, end_time) VALUES (@id, @end) ON CONFLICT DO NOTHING", cancellation, ("id", id), ("end", until.ToUnixTimeMilliseconds())) > 0;

    /// <summary>Ends a token or a caller.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public Task End(EndedName ended, CancellationToken cancellation) => Change(
        $"""
        INSERT INTO ended (name, made_time, end_time) VALUES (@name, {_now}, @end)
        ON CONFLICT (name) DO UPDATE SET made_time = excluded.made_time,
            end_time = CASE WHEN excluded.end_time > ended.end_time THEN excluded.end_time ELSE ended.end_time END
        """,
        cancellation, ("name", ended.Name), ("end", ended.EndTime.ToUnixTimeMilliseconds()));

    /// <summary>The names that ended since a database time, and the database's time now. Since 0: all that are kept.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public Task<(long Now, List<EndedName> Ended)> EndedSince(long since, CancellationToken cancellation) => Use($"SELECT {_now}; SELECT name, end_time FROM ended WHERE made_time >= @since", async command =>
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var now = reader.GetInt64(0);
        var found = new List<EndedName>();
        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(new EndedName(reader.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1))));
        }

        return (now, found);
    }, cancellation, ("since", since));

    /// <summary>Deletes the sessions, grants and tokens of an erased member.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public Task Forget(string subject, CancellationToken cancellation) => Change(
        """
        DELETE FROM sign_in_session WHERE subject = @subject;
        DELETE FROM token WHERE authorization_id IN (SELECT id FROM app_grant WHERE subject = @subject) OR subject = @subject;
        DELETE FROM app_grant WHERE subject = @subject
        """,
        cancellation, ("subject", subject));

    /// <summary>Deletes expired rows, and grants that no token is left of.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public Task Sweep(CancellationToken cancellation) => Change(
        $"""
        DELETE FROM used_once WHERE end_time < {_now} - @kept;
        DELETE FROM ended WHERE end_time < {_now} - @kept;
        DELETE FROM sign_in_session WHERE end_time < {_yesterday};
        DELETE FROM token WHERE expiration_date < {_yesterday};
        DELETE FROM app_grant WHERE creation_date < {_yesterday} AND (type <> 'permanent' OR status = 'revoked') AND NOT EXISTS (SELECT 1 FROM token WHERE authorization_id = app_grant.id)
        """,
        cancellation, ("kept", _keptMilliseconds));

    public void Dispose()
    {
        _source.Dispose();
        _places.Dispose();
        if (_settings.Length > 0)
        {
            SqliteConnection.ClearPool(new SqliteConnection(_source.ConnectionString));
        }
    }

    private static string Tables(string bytes, string time) => $"""
        CREATE TABLE IF NOT EXISTS used_once (id {bytes} PRIMARY KEY, end_time bigint NOT NULL);
        CREATE INDEX IF NOT EXISTS used_once_end ON used_once (end_time);
        CREATE TABLE IF NOT EXISTS ended (name text PRIMARY KEY, made_time bigint NOT NULL, end_time bigint NOT NULL);
        CREATE INDEX IF NOT EXISTS ended_made ON ended (made_time);
        CREATE INDEX IF NOT EXISTS ended_end ON ended (end_time);
        CREATE TABLE IF NOT EXISTS sign_in_session (
            id text PRIMARY KEY, subject text NOT NULL, method text NOT NULL, agent text NOT NULL, create_time {time} NOT NULL, end_time {time} NOT NULL);
        CREATE INDEX IF NOT EXISTS sign_in_session_subject ON sign_in_session (subject);
        CREATE INDEX IF NOT EXISTS sign_in_session_end ON sign_in_session (end_time);
        CREATE TABLE IF NOT EXISTS client (id text PRIMARY KEY);
        CREATE TABLE IF NOT EXISTS app_grant (
            id text PRIMARY KEY, application_id text, concurrency_token text, creation_date {time}, properties text, scopes text, status text, subject text, type text);
        CREATE INDEX IF NOT EXISTS app_grant_subject ON app_grant (subject, application_id);
        CREATE INDEX IF NOT EXISTS app_grant_creation ON app_grant (creation_date);
        CREATE TABLE IF NOT EXISTS token (
            id text PRIMARY KEY, application_id text, authorization_id text REFERENCES app_grant (id), concurrency_token text, creation_date {time},
            expiration_date {time}, payload text, properties text, redemption_date {time}, reference_id text UNIQUE, status text, subject text, type text);
        CREATE INDEX IF NOT EXISTS token_authorization ON token (authorization_id);
        CREATE INDEX IF NOT EXISTS token_expiration ON token (expiration_date);
        """;

    private Task<int> Change(string sql, CancellationToken cancellation, params (string Name, object Value)[] values) =>
        Use(sql, command => command.ExecuteNonQueryAsync(cancellation), cancellation, values);

    private async Task<T> Use<T>(string sql, Func<DbCommand, Task<T>> use, CancellationToken cancellation, params (string Name, object Value)[] values)
    {
        await _places.WaitAsync(cancellation);
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellation);
            await using var command = connection.CreateCommand();
            if (_settings.Length > 0)
            {
                command.CommandText = _settings;
                await command.ExecuteNonQueryAsync(cancellation);
            }

            command.CommandText = sql;
            foreach (var (name, value) in values)
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, value);
                command.Parameters.Add(parameter);
            }

            return await use(command);
        }
        catch (PostgresException missing) when (missing.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            throw new InvalidOperationException("The database lacks the authority's tables. Run: coalition migrate --postgres \"<connection of the owner>\"", missing);
        }
        catch (Exception failed) when (failed is DbException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new StoreUnavailableException("The authority's tables do not answer.", failed);
        }
        finally
        {
            _places.Release();
        }
    }
}
