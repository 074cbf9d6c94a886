using System.Diagnostics;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Keys;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// PostgreSQL, for any number of gateways. Journals take turns: one batch is written at a time, under one row lock. Each turn
/// stores the keys that it changed. A journal first assumes that the last turn was its own, so that its cached rows are
/// current; the write checks that. If another gateway had the last turn, the journal takes the turn, drops the rows that
/// were changed, and decides the batch again.
/// </summary>
internal sealed class PostgresStore : LedgerStore
{
    private const int _sharedFor = 32;

    // The writer looks up a few hundred keys at a time by index. The planner's estimates for arrays would choose scans.
    private const string _writerSettings =
        "-c synchronous_commit=on -c jit=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off -c plan_cache_mode=force_generic_plan -c statement_timeout=20s -c lock_timeout=500 -c idle_in_transaction_session_timeout=10s -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly NpgsqlDataSource _readers;
    private readonly NpgsqlDataSource _writers;
    private readonly PostgresLog _log;
    private readonly string _leads;
    private readonly DbContextOptions<PostgresContext> _contextOptions;
    private readonly TurnMemory _known;
    private readonly Func<TurnMemory> _newMemory;
    private NpgsqlConnection? _connection;
    private PostgresRows? _rows;
    private PostgresWriter? _writer;
    private int _shared;
    private volatile bool _isReachable = true;

    /// <exception cref="InvalidOperationException">The database does not answer, has another schema, or other keys.</exception>
    public PostgresStore(GatewayOptions options, GatewayKeys keys)
    {
        _readers = NpgsqlDataSource.Create(Settings(options.Postgres, "-c jit=off", Math.Max(2, PostgresConnection.Of(options.Postgres).MaxPoolSize)));
        _writers = NpgsqlDataSource.Create(Settings(options.Postgres, _writerSettings, 1));
        _log = new PostgresLog(Settings(options.Postgres, PostgresLog.Settings, 1));
        _leads = Settings(options.Postgres, PostgresLead.Settings, 1);
        _contextOptions = new DbContextOptionsBuilder<PostgresContext>()
            .UseNpgsql(_readers).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options;
        using var context = CreateContext();
        Tables = new RowTables(context.Model, PostgresContext.CheckedInSets);
        _newMemory = () => new TurnMemory(options.RememberedRows, Tables, keys.Macs.Make, SawTurn);
        _known = _newMemory();
        try
        {
            PostgresSchema.Check(context);
            PostgresSchema.CheckKeys(context, keys.HashOf("keys", ""));
        }
        catch (Exception failed) when (PostgresFailures.Unavailable(failed) is not null)
        {
            throw new InvalidOperationException($"PostgreSQL does not answer: {failed.Message} Check Gateway:Postgres.", failed);
        }
    }

    public override RowTables Tables { get; }

    public override bool IsReachable => _isReachable;

    public override LedgerContext CreateContext() => new PostgresContext(_contextOptions);

    public override StoreUnavailableException? Unavailable(Exception failed) => PostgresFailures.Unavailable(failed);

    public override IRowSession OpenSession() => new PostgresSession(_readers.OpenConnection(), Tables, _newMemory());

    public override int Sequence(int most, LogSigner signer) => _log.Sequence(most, signer);

    public override IJournalLead Lead(string address) => new PostgresLead(_leads, address);

    public override async Task<Turn> LastTurn(CancellationToken cancellation)
    {
        await using var command = _readers.CreateCommand("SELECT number, stamp FROM turn ORDER BY number DESC LIMIT 1");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new Turn(reader.GetInt64(0), reader.GetGuid(1)) : default;
    }

    public override async Task<DateTimeOffset?> OwnTime(CancellationToken cancellation)
    {
        await using var command = _readers.CreateCommand("SELECT clock_timestamp()");
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellation))!);
    }

    public override T Transact<T>(Func<WorkingState, Action, T> decide)
    {
        try
        {
            Connect();
            var answer = InTurn(decide);
            _isReachable = true;
            return answer;
        }
        catch (Exception failed)
        {
            throw Lost(failed);
        }
    }

    public override WorkingState? BeginSpeculative() => _shared == 0 && _known.IsUpToDate ? new WorkingState(_known.Rows, presumesFree: true) : null;

    public override void Load(WorkingState rows)
    {
        try
        {
            _rows!.Load(rows);
        }
        catch (Exception failed)
        {
            throw Lost(failed);
        }
    }

    public override StoreWrite? Prepare(WorkingState rows)
    {
        if (rows.RestsOnPresumption || rows.Changes.Count == 0)
        {
            return null;
        }

        var stamp = Guid.NewGuid();
        var batch = _writer!.Write(rows, TakeTurn(rows, stamp));
        var undo = _known.Commit(rows, stamp);
        var turn = _known.Rows.Turn;
        return new StoreWrite(() => Execute(batch), failure =>
        {
            switch (failure)
            {
                case null:
                    SawTurn(turn);
                    return _isReachable = true;
                case PostgresException conflict when PostgresFailures.IsConflict(conflict):
                    undo();
                    return false;
                default:
                    throw Lost(failure);
            }
        });
    }

    protected override void Close()
    {
        Disconnect();
        _writers.Dispose();
        _log.Dispose();
        _readers.Dispose();
    }

    /// <summary>
    /// Takes the turn, drops cached rows that others changed, then decides and writes while no other gateway can.
    /// </summary>
    private T InTurn<T>(Func<WorkingState, Action, T> decide)
    {
        Wait();
        var rows = new WorkingState(_known.Rows);
        var answer = decide(rows, () => _rows!.Load(rows));
        if (rows.Changes.Count == 0)
        {
            Execute("COMMIT");
            rows.Commit();
            return answer;
        }

        var stamp = Guid.NewGuid();
        Execute(_writer!.Write(rows, TakeTurn(rows, stamp), new NpgsqlBatchCommand("COMMIT")));
        _known.Commit(rows, stamp);
        SawTurn(_known.Rows.Turn);
        return answer;
    }

    /// <summary>
    /// Waits for the turn and begins. If the gateway that has the turn sends nothing for a second, ends its session, which rolls
    /// its transaction back.
    /// </summary>
    private void Wait()
    {
        for (var begun = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                Begin();
                return;
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable && Stopwatch.GetElapsedTime(begun) < _patience)
            {
                Execute("ROLLBACK");
                Execute("SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'relation' AND relation = 'turn_lock'::regclass AND mode = 'RowShareLock' AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND granted AND pid <> pg_backend_pid() AND usename = current_user AND application_name = 'coalition-gateway' AND (state = 'idle in transaction' OR wait_event = 'ClientRead') AND state_change < clock_timestamp() - interval '1 second'");
            }
        }
    }

    private NpgsqlBatchCommand TakeTurn(WorkingState rows, Guid stamp) => new("SELECT take_turn($1, $2, $3, $4, $5, $6)")
    {
        Parameters =
        {
            new() { Value = _known.Rows.Turn }, new() { Value = _known.Stamp }, new() { Value = stamp },
            new() { Value = rows.ChangedKeys.Select(Tables.Stamp).Distinct().ToArray() }, new() { Value = rows.LogSize },
            new() { Value = Clock.ToUnixMicroseconds(rows.Time) },
        },
    };

    /// <summary>Begins a transaction, takes the turn, and drops cached rows that others changed.</summary>
    private void Begin()
    {
        using var batch = new NpgsqlBatch(_connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT FROM turn_lock FOR UPDATE"));
        batch.BatchCommands.Add(_known.Turns());
        using var reader = batch.ExecuteReader();
        reader.NextResult();
        _shared = _known.TakeIn(reader) ? _sharedFor : Math.Max(0, _shared - 1);
    }

    private void Connect()
    {
        if (_connection is null)
        {
            _connection = _writers.OpenConnection();
            _rows = new PostgresRows(_connection, Tables);
            _writer = new PostgresWriter(_connection, Tables);
        }
    }

    /// <summary>Closes the connection. Returns the exception for the journal to throw.</summary>
    private Exception Lost(Exception failed)
    {
        Disconnect();
        var unavailable = PostgresFailures.Unavailable(failed);
        _isReachable &= unavailable is null;
        return unavailable ?? failed;
    }

    /// <summary>Closes the connection, whose state is unknown, and empties the cache.</summary>
    private void Disconnect()
    {
        try
        {
            _rows?.Dispose();
        }
        finally
        {
            (_connection, _rows, _writer) = (null, null, null);
            _known.Forget();
        }
    }

    private static void Execute(NpgsqlBatch batch)
    {
        using (batch)
        {
            batch.ExecuteNonQuery();
        }
    }

    private void Execute(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection);
        command.ExecuteNonQuery();
    }

    private static string Settings(string given, string settings, int pool)
    {
        var builder = PostgresConnection.Of(given);
        (builder.MaxPoolSize, builder.MaxAutoPrepare, builder.AutoPrepareMinUsages) = (pool, 100, 2);
        (builder.ApplicationName, builder.IncludeErrorDetail) = ("coalition-gateway", false);
        builder.Options = $"{builder.Options} {settings}".Trim();
        builder.Timeout = Math.Min(builder.Timeout, 5);
        return builder.ConnectionString;
    }
}
