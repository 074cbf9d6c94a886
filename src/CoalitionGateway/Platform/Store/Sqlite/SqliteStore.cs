using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Keys;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store.Sqlite;

/// <summary>
/// The embedded database: one file in the data directory, one process at a time. Commits are durable when they
/// return: write-ahead log with synchronous=FULL.
/// </summary>
internal sealed class SqliteStore : LedgerStore
{
    private const string _file = "coalition.db";
    private readonly string _connectionString;
    private readonly DbContextOptions<SqliteContext> _contextOptions;
    private readonly SqliteMemberNumbers _numbers = new();
    private readonly RowMemory _memory;
    private readonly FileStream _lock;
    private readonly SqliteConnection _writer;
    private readonly SqliteRows _rows;

    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(100);

    // Two threads write: the journal's and the sequencer's. This lock wakes a waiting thread at once; SQLite's file lock polls.
    // The lock is not strictly fair, so the sequencer lets a waiting journal pass first.
    private readonly Lock _writing = new();
    private int _journalWaits;
    private bool _isKnown;

    /// <exception cref="InvalidOperationException">Another process uses the directory, or another version of the gateway
    /// made its schema.</exception>
    public SqliteStore(GatewayOptions options, GatewayKeys keys)
    {
        PrivateFile.MakeFolder(options.DataDirectory);
        _lock = Lock(options.DataDirectory);
        // SQLite gives its other files the same mode.
        PrivateFile.Make(PathIn(options.DataDirectory));
        _connectionString = new SqliteConnectionStringBuilder { DataSource = PathIn(options.DataDirectory) }.ToString();
        _contextOptions = SqliteContext.Options(_connectionString);
        using (var context = CreateContext())
        {
            Migrate(context, options.DataDirectory);
            Tables = new RowTables(context.Model);
        }

        _writer = Open();
        Set(_writer, "journal_mode", "wal");
        Set(_writer, "synchronous", "2");
        Set(_writer, "secure_delete", "1");
        Set(_writer, "foreign_keys", "1");
        Set(_writer, "cache_size", "-65536");
        Set(_writer, "wal_autocheckpoint", "8000");
        _rows = new SqliteRows(_writer, Tables);
        _memory = new RowMemory(Math.Max(options.RememberedRows, 10_000)) { Seal = keys.Macs.Make };
    }

    public override RowTables Tables { get; }

    public override bool IsReachable => true;

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, _file);

    public override LedgerContext CreateContext() => new SqliteContext(_contextOptions);

    /// <summary>Some milliseconds' work: the journal waits for it.</summary>
    public override int SequencedAtOnce => 256;

    public override int Sequence(int most, LogSigner signer)
    {
        try
        {
            // Between two transactions of the sequencer, a waiting journal writes.
            SpinWait.SpinUntil(() => Volatile.Read(ref _journalWaits) == 0, _patience);
            lock (_writing)
            {
                using var transaction = _writer.BeginTransaction();
                var taken = LogWriter.Sequence(transaction, most, signer, _numbers);
                transaction.Commit();
                return taken;
            }
        }
        catch (Exception failed)
        {
            throw _rows.Unavailable(failed) ?? failed;
        }
    }

    public override T Transact<T>(Func<WorkingState, Action, T> decide)
    {
        try
        {
            using (EnterForJournal())
            {
                if (!_isKnown)
                {
                    ((_memory.LogSize, _memory.Time), _isKnown) = (_rows.LastOfLog(), true);
                }

                var rows = new WorkingState(_memory);
                var answer = decide(rows, () => _rows.Load(rows));
                if (rows.Changes.Count > 0)
                {
                    _rows.Write(RowChanges.Of(rows));
                }

                rows.Commit();
                return answer;
            }
        }
        catch (Exception failed)
        {
            throw Lost(failed);
        }
    }

    public override WorkingState? BeginSpeculative() => _isKnown ? new WorkingState(_memory, presumesFree: true) : null;

    public override void Load(WorkingState rows)
    {
        try
        {
            using (EnterForJournal())
            {
                _rows.Load(rows);
            }
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

        var (changes, keys, logSize, time) = (RowChanges.Of(rows), rows.Touched, _memory.LogSize, _memory.Time);
        rows.Commit();
        return new StoreWrite(
            () =>
            {
                using (EnterForJournal())
                {
                    _rows.Write(changes);
                }
            },
            failure =>
            {
                switch (failure)
                {
                    case null:
                        return true;
                    case SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT }:
                        _memory.Retreat(_memory.Turn, logSize, time, keys);
                        return false;
                    default:
                        throw Lost(failure);
                }
            });
    }

    // Deleted rows are overwritten with zeroes in their pages. The write-ahead log still holds the earlier pages.
    public override void Scrub()
    {
        lock (_writing)
        {
            using var command = _writer.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }
    }

    public override StoreUnavailableException? Unavailable(Exception failed) => _rows.Unavailable(failed);

    public override IRowSession OpenSession() => new SqliteRows(Open(), Tables);

    protected override void Close()
    {
        _rows.Dispose();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
        _lock.Dispose();
    }

    private Lock.Scope EnterForJournal()
    {
        Interlocked.Increment(ref _journalWaits);
        try
        {
            return _writing.EnterScope();
        }
        finally
        {
            Interlocked.Decrement(ref _journalWaits);
        }
    }

    /// <summary>Empties the cache. Returns the exception for the journal to throw.</summary>
    private Exception Lost(Exception failed)
    {
        _memory.Clear();
        _isKnown = false;
        return _rows.Unavailable(failed) ?? failed;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    private static FileStream Lock(string directory)
    {
        try
        {
            return new FileStream(Path.Combine(directory, "coalition.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken)
        {
            throw new InvalidOperationException($"Another gateway works on {directory}; stop it, or choose another data directory.", taken);
        }
    }

    private static void Migrate(LedgerContext context, string directory)
    {
        if (context.Database.CanConnect())
        {
            OtherSchema.Refuse(context, directory);
        }

        if (context.Database.GetPendingMigrations().Any())
        {
            // A start that was killed leaves EF's lock behind, and EF would wait for it for ever. No other process uses the
            // directory, so the lock can be removed.
            context.Database.ExecuteSqlRaw("CREATE TABLE IF NOT EXISTS __EFMigrationsLock (Id INTEGER NOT NULL CONSTRAINT PK___EFMigrationsLock PRIMARY KEY, Timestamp TEXT NOT NULL); DELETE FROM __EFMigrationsLock;");

            // Naming the last migration skips EF's comparison with the model, which the tests make.
            context.Database.Migrate(context.Database.GetMigrations().Last());
        }
    }

    /// <summary>
    /// Sets a pragma of the writing connection and reads it back, because SQLite silently ignores what it cannot do.
    /// </summary>
    private static void Set(SqliteConnection connection, string pragma, string value)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {pragma} = {value}; PRAGMA {pragma};";
        using var reader = command.ExecuteReader();
        string? got;
        do
        {
            got = reader.Read() ? reader.GetString(0) : null;
        }
        while (reader.NextResult());
        if (got != value)
        {
            throw new InvalidOperationException($"SQLite keeps {pragma} at {got} instead of {value}; the file system may not bear it.");
        }
    }
}
