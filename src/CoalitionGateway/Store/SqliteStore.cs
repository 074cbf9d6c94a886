using CoalitionGateway.Ledger;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace CoalitionGateway.Store;

/// <summary>
/// The embedded database: one file in the data directory, one process at a time. Commits are durable when they
/// return: write-ahead log with synchronous=FULL.
/// </summary>
internal sealed class SqliteStore : IDisposable
{
    private const string _file = "coalition.db";
    private readonly string _connectionString;
    private readonly FileStream _lock;
    private readonly SqliteConnection _writer;
    private readonly SqliteRows _rows;

    /// <exception cref="InvalidOperationException">Another process works on the directory, or its schema is newer.</exception>
    public SqliteStore(GatewayOptions options)
    {
        CreateDirectory(options.DataDirectory);
        _lock = Lock(options.DataDirectory);
        CreateFile(PathIn(options.DataDirectory));
        _connectionString = new SqliteConnectionStringBuilder { DataSource = PathIn(options.DataDirectory) }.ToString();
        ContextOptions = new DbContextOptionsBuilder<LedgerContext>()
            .UseSqlite(_connectionString).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options;
        using (var context = new LedgerContext(ContextOptions))
        {
            Migrate(context, options.DataDirectory);
            Tables = new RowTables(context.Model);
        }

        _writer = new SqliteConnection(_connectionString);
        _writer.Open();
        Set("journal_mode", "wal");
        Set("synchronous", "2");
        Set("foreign_keys", "1");
        Set("cache_size", "-65536");
        Set("wal_autocheckpoint", "8000");
        _rows = new SqliteRows(_writer, Tables);
    }

    public DbContextOptions<LedgerContext> ContextOptions { get; }

    public RowTables Tables { get; }

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, _file);

    /// <summary>Loads into the working state what it misses. For the journal's thread alone.</summary>
    public void Load(WorkingState rows) => _rows.Load(rows);

    /// <summary>Writes what the working state changed, in one durable transaction. For the journal's thread alone.</summary>
    public void Write(WorkingState rows) => _rows.Write(rows);

    /// <summary>Answers a question about rows, as they are committed at one moment.</summary>
    public T Read<T>(Func<WorkingState, T> question)
    {
        using var connection = new SqliteConnection(_connectionString);
        connection.Open();
        using var reader = new SqliteRows(connection, Tables);
        var rows = new WorkingState();
        return reader.Snapshot(() =>
        {
            var answer = question(rows);
            while (rows.Missing.Count > 0)
            {
                reader.Load(rows);
                answer = question(rows);
            }

            return answer;
        });
    }

    public void Dispose()
    {
        _rows.Dispose();
        _writer.Dispose();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
        _lock.Dispose();
    }

    /// <summary>For the owner alone: the database holds members' profiles.</summary>
    private static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The database's file, for the owner alone wherever it stands; SQLite gives its other files the same mode.</summary>
    private static void CreateFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        using (new FileStream(path, options))
        {
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
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
        var known = context.Database.GetMigrations().ToHashSet();
        if (context.Database.CanConnect() && context.Database.GetAppliedMigrations().Except(known).FirstOrDefault() is { } newer)
        {
            throw new InvalidOperationException($"{directory} was written by a newer gateway (schema {newer}); use that one.");
        }

        if (context.Database.GetPendingMigrations().Any())
        {
            // A start that was killed leaves EF's lock behind, and EF would wait for it for ever. The directory is ours.
            context.Database.ExecuteSqlRaw("CREATE TABLE IF NOT EXISTS __EFMigrationsLock (Id INTEGER NOT NULL CONSTRAINT PK___EFMigrationsLock PRIMARY KEY, Timestamp TEXT NOT NULL); DELETE FROM __EFMigrationsLock;");
            context.Database.Migrate();
        }
    }

    /// <summary>Sets a property of the writing connection and reads it back: SQLite passes over what it cannot do.</summary>
    private void Set(string pragma, string value)
    {
        using var command = _writer.CreateCommand();
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
