using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>One standby of the database, for reading. A standby that does not answer is left alone for a second.</summary>
internal sealed class Standby : IDisposable
{
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(1);
    private readonly TimeProvider _clock;
    private readonly NpgsqlDataSource _source;
    private readonly DbContextOptions<PostgresContext> _contextOptions;
    private long _failed;

    /// <param name="host">The standby's host, or its host and port.</param>
    /// <param name="connectionString">Everything else that a connection needs.</param>
    public Standby(string host, string connectionString, TimeProvider clock)
    {
        _clock = clock;
        var builder = PostgresConnection.Of(connectionString);
        builder.Host = host;
        builder.Remove("Target Session Attributes");
        builder.Timeout = Math.Min(builder.Timeout, PostgresConnection.TimeoutSeconds);
        builder.ApplicationName = "coalition-gateway reads";
        builder.IncludeErrorDetail = false;
        builder.Options = $"{builder.Options} -c jit=off -c default_transaction_read_only=on".Trim();
        _source = NpgsqlDataSource.Create(builder.ConnectionString);
        _contextOptions = new DbContextOptionsBuilder<PostgresContext>()
            .UseNpgsql(_source).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options;
    }

    public LedgerContext CreateContext() => new PostgresContext(_contextOptions);

    /// <summary>The last turn that the standby has replayed; null if it does not answer.</summary>
    public async Task<long?> LastTurn(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _failed) is not 0 and var failedAt && _clock.GetElapsedTime(failedAt) < _rest)
        {
            return null;
        }

        try
        {
            return await PostgresStore.LastTurn(_source, cancellation);
        }
        catch (Exception failed) when (failed is not OperationCanceledException && PostgresFailures.Unavailable(failed) is not null)
        {
            Volatile.Write(ref _failed, _clock.GetTimestamp());
            return null;
        }
    }

    public void Dispose() => _source.Dispose();
}
