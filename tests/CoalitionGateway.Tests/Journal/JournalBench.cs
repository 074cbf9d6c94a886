using CoalitionGateway.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace CoalitionGateway.Tests.Journal;

/// <summary>A journal over a database of its own, without the gateway around it, at a time that stands still.</summary>
internal sealed class JournalBench : IAsyncDisposable
{
    private readonly GatewayOptions _options;
    private bool _isStarted;

    /// <param name="keysFrom">Another bench, whose keys make the same fingerprints.</param>
    public JournalBench(int maxBatch = 512, int capacity = 8192, JournalBench? keysFrom = null)
    {
        _options = new GatewayOptions { DataDirectory = Directory.CreateTempSubdirectory("coalition-journal-").FullName, JournalMaxBatch = maxBatch, JournalCapacity = capacity };
        if (keysFrom is not null)
        {
            var keys = Directory.CreateDirectory(Path.Combine(_options.DataDirectory, GatewayKeys.Folder)).FullName;
            foreach (var file in Directory.GetFiles(Path.Combine(keysFrom._options.DataDirectory, GatewayKeys.Folder)))
            {
                File.Copy(file, Path.Combine(keys, Path.GetFileName(file)));
            }
        }

        Store = new SqliteStore(_options);
        Journal = new CommandJournal(_options, Store, new Fingerprint(new GatewayKeys(_options)), new StandingClock(), NullLogger<CommandJournal>.Instance);
    }

    public CommandJournal Journal { get; }

    public SqliteStore Store { get; }

    public string DataDirectory => _options.DataDirectory;

    public Task Start()
    {
        _isStarted = true;
        return Journal.StartAsync(CancellationToken.None);
    }

    /// <summary>Submits a command; what becomes of it, as text.</summary>
    public async Task<string> Outcome(Command command)
    {
        try
        {
            return Convert.ToHexString((await Journal.Submit<Event>(command, CancellationToken.None)).Encode());
        }
        catch (RefusedException refused)
        {
            return $"{refused.Refusal.Reason} {string.Join(' ', refused.Refusal.Metadata)}";
        }
    }

    /// <summary>All rows of all tables, in an order of their own, as text.</summary>
    public IReadOnlyList<string> Dump()
    {
        using var connection = new SqliteConnection($"Data Source={SqliteStore.PathIn(DataDirectory)};Mode=ReadOnly");
        connection.Open();
        var tables = Query(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '__EF%' ORDER BY name").Select(row => row.Trim());
        return [.. tables.SelectMany(table => Query(connection, $"SELECT * FROM {table}").Order(StringComparer.Ordinal).Select(row => $"{table}: {row}"))];
    }

    public async ValueTask DisposeAsync()
    {
        if (_isStarted)
        {
            await Journal.StopAsync(CancellationToken.None);
        }

        Journal.Dispose();
        Store.Dispose();
        Directory.Delete(DataDirectory, recursive: true);
    }

    private static List<string> Query(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : $"{reader.GetValue(i)}")));
        }

        return rows;
    }

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    }
}
