using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// The lead is an advisory lock of a session, without a transaction. The database releases the lock when the connection
/// ends. The database also ends the connection of a leader that is silent for too long: a gateway that is paused or cut off.
/// The session's application name holds the leader's address, so that address and lock come and go as one.
/// </summary>
internal sealed class PostgresLead(string connectionString, string address) : IJournalLead
{
    /// <summary>The longest time that a leader may be silent.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(1250);

    private const string _name = "coalition-leads ";
    private const int _lock = 0x4C656164;

    private readonly string _connectionString = new NpgsqlConnectionStringBuilder(connectionString)
    {
        ApplicationName = _name + address, Pooling = false, Timeout = 1, CommandTimeout = 1,
    }.ConnectionString;

    private NpgsqlConnection? _connection;
    private bool _isOwn;

    /// <summary>The settings of the lead's session.</summary>
    public static string Settings => $"-c jit=off -c idle_session_timeout={Silence.TotalMilliseconds:0} -c tcp_user_timeout={Silence.TotalMilliseconds:0}";

    public bool Look() => _isOwn = _isOwn ? Ask("SELECT 1") is not null : Ask($"SELECT pg_try_advisory_lock({_lock})") is true;

    public string Leader() => Ask(
        $"SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = {_lock} AND objsubid = 1 AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())") is string name
        && name.StartsWith(_name, StringComparison.Ordinal) ? name[_name.Length..] : "";

    /// <summary>Ends the session, and with it the lock.</summary>
    public void Yield() => End();

    public void Dispose() => End();

    private object? Ask(string sql)
    {
        try
        {
            if (_connection is null)
            {
                _connection = new NpgsqlConnection(_connectionString);
                _connection.Open();
            }

            using var command = new NpgsqlCommand(sql, _connection);
            return command.ExecuteScalar();
        }
        catch (Exception failed)
        {
            End();
            throw PostgresFailures.Unavailable(failed) ?? failed;
        }
    }

    private void End()
    {
        (var connection, _connection, _isOwn) = (_connection, null, false);
        connection?.Dispose();
    }
}
