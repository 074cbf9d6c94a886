using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// One standby of the database, or one name behind which there are several. After a failure it is left alone for a second; then
/// one call tries it again.
/// </summary>
internal sealed partial class Standby : IDisposable
{
    private const int _readSeconds = 10;
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(1);
    private readonly string _host;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly NpgsqlDataSource _source;
    private readonly DbContextOptions<PostgresContext> _contextOptions;
    private long _failed;

    /// <param name="host">The standby's host, or its host and port.</param>
    /// <param name="connectionString">Everything else that a connection needs.</param>
    public Standby(string host, string connectionString, TimeProvider clock, ILogger log)
    {
        (_host, _clock, _log) = (host, clock, log);
        var builder = PostgresConnection.Of(connectionString);
        builder.Host = host;
        builder.Remove("Target Session Attributes");
        (builder.Timeout, builder.CommandTimeout) = (PostgresConnection.TimeoutSeconds, _readSeconds);
        (builder.ApplicationName, builder.IncludeErrorDetail) = ("coalition-gateway reads", false);
        builder.Options = $"{builder.Options} -c jit=off -c default_transaction_read_only=on".Trim();
        _source = NpgsqlDataSource.Create(builder.ConnectionString);
        _contextOptions = new DbContextOptionsBuilder<PostgresContext>()
            .UseNpgsql(_source).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options;
    }

    /// <summary>Begins a snapshot; null if the standby does not answer, or its snapshot lacks one of two turns.</summary>
    /// <param name="seen">The turn that the caller has seen.</param>
    /// <param name="required">A turn of the primary. Its stamp shows that the standby follows this primary.</param>
    public async Task<(LedgerContext Context, long Turn)?> Snapshot(long seen, Turn required, CancellationToken cancellation)
    {
        var failedAt = Volatile.Read(ref _failed);
        if (failedAt != 0 && (_clock.GetElapsedTime(failedAt) < _rest || Interlocked.CompareExchange(ref _failed, _clock.GetTimestamp(), failedAt) != failedAt))
        {
            return null;
        }

        var context = new PostgresContext(_contextOptions);
        try
        {
            var (turn, stamp) = await context.BeginSnapshot(required.Number, PostgresConnection.TimeoutSeconds, cancellation);
            if (Interlocked.Exchange(ref _failed, 0) != 0)
            {
                LogAnswers(_host);
            }

            if (turn >= seen && stamp == required.Stamp)
            {
                return (context, turn);
            }
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            if (Interlocked.Exchange(ref _failed, _clock.GetTimestamp()) == 0)
            {
                LogFailed(failed, _host);
            }
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The standby {Host} does not answer; reads go to the primary")]
    private partial void LogFailed(Exception failed, string host);

    [LoggerMessage(Level = LogLevel.Information, Message = "The standby {Host} answers again")]
    private partial void LogAnswers(string host);
}
