using System.Data.Common;
using System.Globalization;
using CoalitionGateway.Platform.Store;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CoalitionGateway.Testing.Processes;

/// <summary>Reads the committed data from the database itself. Gateways may be running on it.</summary>
/// <param name="data">The data directory of a gateway on SQLite.</param>
/// <param name="postgres">Instead of SQLite: the connection string of a role that may read.</param>
internal sealed class Database(string data, string? postgres = null)
{
    /// <summary>The whole number that a query returns.</summary>
    public long Scalar(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public HashSet<Guid> RequestIds()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT request_id FROM request";
        using var reader = command.ExecuteReader();
        var ids = new HashSet<Guid>();
        while (reader.Read())
        {
            Assert.True(ids.Add(reader.GetValue(0) is byte[] bytes ? new Guid(bytes, bigEndian: true) : reader.GetGuid(0)), "One request is stored twice.");
        }

        return ids;
    }

    /// <summary>Replays every event: balances, entries, and every programme's sum of zero.</summary>
    public VerificationReport Verify() => postgres is null ? Verification.Run(data) : Verification.RunOnPostgres(postgres);

    private DbConnection Open()
    {
        DbConnection connection = postgres is null
            ? new SqliteConnection($"Data Source={Path.Combine(data, "coalition.db")};Mode=ReadOnly;Pooling=False")
            : new NpgsqlConnection(postgres);
        connection.Open();
        return connection;
    }
}
