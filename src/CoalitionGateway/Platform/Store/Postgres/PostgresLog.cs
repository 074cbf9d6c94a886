using System.Data;
using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// Adds events to the signed log on PostgreSQL. One gateway does so at a time: an advisory lock is held for one run. The
/// connection is apart from the readers', because it is dropped when the database fails.
/// </summary>
internal sealed class PostgresLog(string connectionString) : IDisposable
{
    /// <summary>A gateway that is paused while it signs loses its session, so that another gateway can sign.</summary>
    public const string Settings = "-c jit=off -c idle_in_transaction_session_timeout=10s";

    private const long _lock = 0x436F616D;

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);
    private readonly PostgresMemberNumbers _numbers = new();

    /// <returns>How many events were added; 0 while another gateway signs.</returns>
    public int Sequence(int most, LogSigner signer)
    {
        try
        {
            // The lock comes first: the transaction's snapshot then holds what the previous run committed.
            using var connection = _source.OpenConnection();
            if (!(bool)Ask(connection, "pg_try_advisory_lock"))
            {
                return 0;
            }

            try
            {
                using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
                var taken = LogWriter.Sequence(transaction, most, signer, _numbers);
                transaction.Commit();
                return taken;
            }
            finally
            {
                Ask(connection, "pg_advisory_unlock");
            }
        }
        catch (Exception failed)
        {
            throw PostgresFailures.Unavailable(failed) ?? failed;
        }
    }

    public void Dispose() => _source.Dispose();

    private static object Ask(NpgsqlConnection connection, string function)
    {
        using var command = new NpgsqlCommand($"SELECT {function}($1)", connection) { Parameters = { new() { Value = _lock } } };
        return command.ExecuteScalar()!;
    }
}
