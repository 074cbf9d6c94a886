using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// Leads a work that one gateway at a time does: an advisory lock of a session, which the database takes back where the
/// connection ends. No transaction is held open for it.
/// </summary>
internal sealed class Lead : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly string _work;

    private Lead(NpgsqlConnection connection, string work) => (_connection, _work) = (connection, work);

    /// <summary>The lead; null where another session has it.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public static Lead? Try(NpgsqlDataSource source, string work)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = source.OpenConnection();
            if (Ask(connection, "pg_try_advisory_lock", work))
            {
                return new Lead(connection, work);
            }

            connection.Dispose();
            return null;
        }
        catch (Exception failed)
        {
            connection?.Dispose();
            throw PostgresFailures.Unavailable(failed) ?? failed;
        }
    }

    public void Dispose()
    {
        try
        {
            Ask(_connection, "pg_advisory_unlock", _work);
        }
        catch (Exception failed) when (PostgresFailures.Unavailable(failed) is not null)
        {
            // The connection is gone, and the lock with it.
        }
        finally
        {
            _connection.Dispose();
        }
    }

    private static bool Ask(NpgsqlConnection connection, string function, string work)
    {
        using var command = new NpgsqlCommand($"SELECT {function}(hashtext($1))", connection) { Parameters = { new() { Value = $"coalition {work}" } } };
        return command.ExecuteScalar() is true;
    }
}
