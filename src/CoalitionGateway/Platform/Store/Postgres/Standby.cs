using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>One standby of the database, or one name behind which there are several. Rests for a second after a failure.</summary>
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
        (builder.ApplicationName, builder.IncludeErrorDetail) = ("coalition-gateway reads", false);
        builder.Options = $"{builder.Options} -c jit=off -c default_transaction_read_only=on".Trim();
        _source = NpgsqlDataSource.Create(builder.ConnectionString);
        _contextOptions = new DbContextOptionsBuilder<PostgresContext>()
            .UseNpgsql(_source).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options;
    }

    /// <summary>Begins a snapshot that has a turn; null if the standby has not replayed it, or does not answer.</summary>
    public async Task<(LedgerContext Context, long Turn)?> Snapshot(long needed, CancellationToken cancellation)
    {
        if (Volatile.Read(ref _failed) is not 0 and var failedAt && _clock.GetElapsedTime(failedAt) < _rest)
        {
            return null;
        }

        var context = new PostgresContext(_contextOptions);
        try
        {
            var turn = await context.BeginSnapshot(PostgresConnection.TimeoutSeconds, cancellation);
            if (turn >= needed)
            {
                return (context, turn);
            }
        }
        catch (Exception failed) when (failed is not OperationCanceledException && PostgresFailures.Unavailable(failed) is not null)
        {
            Volatile.Write(ref _failed, _clock.GetTimestamp());
        }
        catch
        {
            await context.DisposeAsync();
            throw;
        }

        await context.DisposeAsync();
        return null;
    }

    public void Dispose() => _source.Dispose();
}
