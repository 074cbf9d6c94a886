using System.Data;
using System.Data.Common;
using CoalitionGateway.Platform.Store.Postgres;
using CoalitionGateway.Platform.Store.Sqlite;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CoalitionGateway.Platform.Store;

/// <summary>A snapshot of a database, for reading only. Gateways may be running on the database.</summary>
internal sealed class Snapshot : IDisposable
{
    private readonly DbConnection _connection;

    private Snapshot(DbConnection connection, Func<DbConnection, DbTransaction> begin)
    {
        _connection = connection;
        connection.Open();
        Transaction = begin(connection);
    }

    public DbTransaction Transaction { get; }

    /// <exception cref="FileNotFoundException">The directory has no database.</exception>
    public static Snapshot OfSqlite(string dataDirectory)
    {
        var path = SqliteStore.PathIn(dataDirectory);
        return File.Exists(path)
            ? new Snapshot(
                new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly }.ToString()),
                connection => ((SqliteConnection)connection).BeginTransaction(deferred: true))
            : throw new FileNotFoundException($"{dataDirectory} holds no coalition: there is no {path}.", path);
    }

    /// <exception cref="DbException">The database does not answer.</exception>
    public static Snapshot OfPostgres(string connectionString) =>
        new(new NpgsqlConnection(PostgresConnection.Of(connectionString).ConnectionString), connection => connection.BeginTransaction(IsolationLevel.RepeatableRead));

    public void Dispose()
    {
        Transaction.Dispose();
        _connection.Dispose();
    }
}
