using System.Diagnostics;
using CoalitionGateway.Platform.Log;
using Npgsql;

namespace CoalitionGateway.Bench;

/// <summary>Controls the audit log of a gateway's database from outside: holds the log back, waits for it.</summary>
internal sealed class AuditLog(string postgres)
{
    // The lock that lets one gateway at a time take events into the log's tree.
    private const long _lock = 0x436F616C + 1;
    private readonly string _owner = new NpgsqlConnectionStringBuilder(postgres) { Username = "postgres", Pooling = false, CommandTimeout = 0 }.ConnectionString;

    /// <summary>Keeps all gateways from the log until the result is disposed.</summary>
    public IDisposable Hold()
    {
        var connection = Open();
        Scalar(connection, $"SELECT pg_advisory_lock({_lock})");
        return connection;
    }

    /// <summary>Waits until a checkpoint covers all events.</summary>
    public async Task<(long Events, TimeSpan Took)> CatchUp()
    {
        using var connection = Open();
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            var (covered, events) = ((long)Scalar(connection, "SELECT coalesce(max(size), 0) FROM checkpoint")!, (long)Scalar(connection, "SELECT coalesce(max(log_index) + 1, 0) FROM event")!);
            if (covered == events)
            {
                return (events, watch.Elapsed);
            }
        }
    }

    private NpgsqlConnection Open()
    {
        var connection = new NpgsqlConnection(_owner);
        connection.Open();
        return connection;
    }

    private static object? Scalar(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }
}
