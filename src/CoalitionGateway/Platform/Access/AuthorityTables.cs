using System.Data.Common;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Store.Postgres;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CoalitionGateway.Platform.Access;

/// <summary>An access token or a caller that ended before its time.</summary>
/// <param name="Name">See <see cref="EndedCallers"/>.</param>
/// <param name="EndTime">Until when the name is kept.</param>
internal sealed record EndedName(string Name, DateTimeOffset EndTime);

/// <summary>The result of using an authorization code.</summary>
/// <param name="Body">The content of the code, at its first use; null at a later use.</param>
/// <param name="Token">At a later use: the token that was issued at the first use. Null at the first use.</param>
internal sealed record FoundCode(byte[]? Body, EndedName? Token);

/// <summary>
/// The authority's tables: ids that count once, authorization codes, and tokens and callers that ended before their
/// time. They survive a restart, and all gateways share them. On PostgreSQL they are in the ledger's database, in their
/// own schema; on SQLite in their own file. They move no points and release no data, so they bypass the journal. All
/// times are the database's, in milliseconds, so that no two gateways' clocks are compared.
/// </summary>
internal sealed class AuthorityTables : IDisposable
{
    private const string _file = "authority.db";
    private const string _schema = "authority";
    private const int _connections = 8;
    private const int _patienceSeconds = 5;

    // Expired rows are kept this much longer: for a code's second use, and for a gateway whose clock is behind.
    private const long _keptMilliseconds = 10 * 60 * 1000;

    private readonly DbDataSource _source;
    private readonly SemaphoreSlim _places;
    private readonly string _settings;
    private readonly string _now;

    public AuthorityTables(GatewayOptions options)
    {
        if (options.Postgres.Length > 0)
        {
            var builder = PostgresConnection.Of(options.Postgres);
            (builder.SearchPath, builder.MaxPoolSize) = (_schema, _connections);
            (builder.Timeout, builder.CommandTimeout) = (_patienceSeconds, _patienceSeconds);
            (builder.ApplicationName, builder.IncludeErrorDetail) = ("coalition-gateway", false);
            _source = NpgsqlDataSource.Create(builder.ConnectionString);
            (_places, _settings, _now) = (new SemaphoreSlim(_connections), "", "(extract(epoch FROM clock_timestamp()) * 1000)::bigint");
            return;
        }

        var path = Path.Combine(options.DataDirectory, _file);
        PrivateFile.Make(path);
        _source = SqliteFactory.Instance.CreateDataSource(new SqliteConnectionStringBuilder { DataSource = path }.ToString());

        // One connection at a time, because SQLite waits for its file lock by sleeping.
        (_places, _settings, _now) = (new SemaphoreSlim(1), "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", "CAST(unixepoch('subsec') * 1000 AS INTEGER)");
        using var connection = _source.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = $"{_settings}; {Tables("BLOB")}";
        command.ExecuteNonQuery();
    }

    /// <summary>Makes the tables in PostgreSQL, as the owner, and grants the application's role what gateways need.</summary>
    public static void Prepare(NpgsqlConnection owner, string role)
    {
        using var command = new NpgsqlCommand(
            $"""
            CREATE SCHEMA IF NOT EXISTS {_schema};
            SET search_path = {_schema};
            {Tables("bytea")}
            RESET search_path;
            GRANT USAGE ON SCHEMA {_schema} TO {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {_schema} TO {role};
            """,
            owner);
        command.ExecuteNonQuery();
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

    /// <summary>Stores a code for the time in which it may be redeemed.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public Task MakeCode(byte[] id, byte[] body, TimeSpan lifetime, CancellationToken cancellation) => Change(
        $"INSERT INTO code (id, body, end_time) VALUES (@id, @body, {_now} + @lifetime)", cancellation,
        ("id", id), ("body", body), ("lifetime", (long)lifetime.TotalMilliseconds));

    /// <summary>Redeems a code for a token that is about to be issued; null if there is no valid code.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public async Task<FoundCode?> TakeCode(byte[] id, EndedName token, CancellationToken cancellation)
    {
        var taken = await First(
            $"UPDATE code SET token = @token, token_end = @end WHERE id = @id AND token IS NULL AND end_time > {_now} RETURNING body",
            row => new FoundCode(row.GetFieldValue<byte[]>(0), null), cancellation, ("id", id), ("token", token.Name), ("end", token.EndTime.ToUnixTimeMilliseconds()));
        return taken ?? await First(
            "SELECT token, token_end FROM code WHERE id = @id AND token IS NOT NULL",
            row => new FoundCode(null, new EndedName(row.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)))), cancellation, ("id", id));
    }

    /// <summary>Deletes expired rows.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public Task Sweep(CancellationToken cancellation) => Change(
        $"""
        DELETE FROM used_once WHERE end_time < {_now} - @kept;
        DELETE FROM ended WHERE end_time < {_now} - @kept;
        DELETE FROM code WHERE end_time < {_now} - @kept
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

    private static string Tables(string bytes) => $"""
        CREATE TABLE IF NOT EXISTS used_once (id {bytes} PRIMARY KEY, end_time bigint NOT NULL);
        CREATE INDEX IF NOT EXISTS used_once_end ON used_once (end_time);
        CREATE TABLE IF NOT EXISTS ended (name text PRIMARY KEY, made_time bigint NOT NULL, end_time bigint NOT NULL);
        CREATE INDEX IF NOT EXISTS ended_made ON ended (made_time);
        CREATE INDEX IF NOT EXISTS ended_end ON ended (end_time);
        CREATE TABLE IF NOT EXISTS code (id {bytes} PRIMARY KEY, body {bytes} NOT NULL, end_time bigint NOT NULL, token text, token_end bigint);
        CREATE INDEX IF NOT EXISTS code_end ON code (end_time);
        """;

    private Task<int> Change(string sql, CancellationToken cancellation, params (string Name, object Value)[] values) =>
        Use(sql, command => command.ExecuteNonQueryAsync(cancellation), cancellation, values);

    private Task<T?> First<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellation, params (string Name, object Value)[] values)
        where T : class => Use(sql, async command =>
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? read(reader) : null;
    }, cancellation, values);

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
