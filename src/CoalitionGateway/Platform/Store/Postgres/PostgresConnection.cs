using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>Defaults for what a connection string does not set.</summary>
internal static class PostgresConnection
{
    // A dead server may not even refuse a connection. With several servers, a connection waits no longer than this for each
    // of them.
    public const int TimeoutSeconds = 2;

    // Npgsql's default of 100 is also a server's default for all its connections: one gateway would leave none for the next.
    private const int _poolSize = 20;

    /// <summary>
    /// Sets defaults; the connection string's own values win. Readers get at most 20 connections (Maximum Pool Size). With
    /// several servers ("Host=one,two"), gateways connect to the primary, wherever it is now (Target Session Attributes).
    /// Npgsql caches for ten seconds that a server did not answer or was a standby. A failover takes less, so the cache is
    /// shortened (Host Recheck Seconds), and so is the wait (Timeout).
    /// </summary>
    public static NpgsqlConnectionStringBuilder Of(string given)
    {
        var builder = new NpgsqlConnectionStringBuilder(given);
        Default("Maximum Pool Size", _poolSize);

        // PostgreSQL reports a cancelled wait for a standby as a commit. So nothing is cancelled: the connection is dropped.
        Default("Cancellation Timeout", -1);
        if (builder.Host?.Contains(',', StringComparison.Ordinal) == true)
        {
            Default("Target Session Attributes", "primary");
            Default("Host Recheck Seconds", 1);
            Default("Timeout", TimeoutSeconds);
        }

        return builder;

        void Default(string keyword, object value)
        {
            if (!builder.ShouldSerialize(keyword))
            {
                builder[keyword] = value;
            }
        }
    }
}
