using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>What a connection string means where it does not say.</summary>
internal static class PostgresConnection
{
    // A server that is gone may not even refuse: longer than this a connection does not wait for one of several.
    private const int _timeoutSeconds = 2;

    // Npgsql's own 100 are all that a server has where nobody changed it: one gateway would leave none to the next.
    private const int _poolSize = 20;

    /// <summary>
    /// At most 20 connections that read; the connection string's own Maximum Pool Size goes before.
    /// With several servers ("Host=one,two") it is the primary that is wanted, wherever it is now. Npgsql remembers for
    /// ten seconds which server did not answer or was a standby; a failover takes less. The connection string's own
    /// Target Session Attributes, Host Recheck Seconds and Timeout go before.
    /// </summary>
    public static NpgsqlConnectionStringBuilder Of(string given)
    {
        var builder = new NpgsqlConnectionStringBuilder(given);
        Default("Maximum Pool Size", _poolSize);
        if (builder.Host?.Contains(',', StringComparison.Ordinal) == true)
        {
            Default("Target Session Attributes", "primary");
            Default("Host Recheck Seconds", 1);
            Default("Timeout", _timeoutSeconds);
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
