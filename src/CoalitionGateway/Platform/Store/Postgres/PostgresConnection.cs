using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>What a connection string means where it does not say.</summary>
internal static class PostgresConnection
{
    // A server that is gone may not even refuse: longer than this a connection does not wait for one of several.
    private const int _timeoutSeconds = 2;

    /// <summary>
    /// With several servers ("Host=one,two") it is the primary that is wanted, wherever it is now. Npgsql remembers for
    /// ten seconds which server did not answer or was a standby; a failover takes less. The connection string's own
    /// Target Session Attributes, Host Recheck Seconds and Timeout go before.
    /// </summary>
    public static NpgsqlConnectionStringBuilder Of(string given)
    {
        var builder = new NpgsqlConnectionStringBuilder(given);
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
