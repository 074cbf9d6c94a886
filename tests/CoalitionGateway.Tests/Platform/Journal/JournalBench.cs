using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store.Postgres;
using CoalitionGateway.Platform.Store.Sqlite;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace CoalitionGateway.Tests.Platform.Journal;

/// <summary>A journal over its own database, without the gateway around it. Its clock stands still.</summary>
internal sealed class JournalBench : IAsyncDisposable
{
    private readonly GatewayOptions _options;
    private bool _isStarted;

    /// <param name="keysFrom">Another bench. Its keys make the same fingerprints.</param>
    /// <param name="over">Another bench. This one works on the same database.</param>
    public JournalBench(int maxBatch = 512, int capacity = 8192, JournalBench? keysFrom = null, JournalBench? over = null)
    {
        keysFrom ??= over;
        _options = new GatewayOptions { DataDirectory = Directory.CreateTempSubdirectory("coalition-journal-").FullName, JournalMaxBatch = maxBatch, JournalCapacity = capacity };
        if (keysFrom is not null)
        {
            var keys = Directory.CreateDirectory(Path.Combine(_options.DataDirectory, GatewayKeys.Folder)).FullName;
            foreach (var file in Directory.GetFiles(Path.Combine(keysFrom._options.DataDirectory, GatewayKeys.Folder)))
            {
                File.Copy(file, Path.Combine(keys, Path.GetFileName(file)));
            }
        }

        var own = new GatewayKeys(_options);
        _options.Postgres = over?._options.Postgres ?? "";
        TestDatabase.Use(_options);
        Store = _options.Postgres.Length > 0 ? new PostgresStore(_options, own) : new SqliteStore(_options, own);
        Journal = new CommandJournal(_options, Store, new Fingerprint(own), new StandingClock(), NullLogger<CommandJournal>.Instance);
    }

    public CommandJournal Journal { get; }

    public LedgerStore Store { get; }

    public GatewayOptions Options => _options;

    public Task Start()
    {
        _isStarted = true;
        return Journal.StartAsync(CancellationToken.None);
    }

    /// <summary>Submits a command and returns its outcome as text.</summary>
    public async Task<string> Outcome(Command command)
    {
        try
        {
            return Convert.ToHexString((await Journal.Submit<Event>(command)).Encode());
        }
        catch (RefusedException refused)
        {
            return $"{refused.Refusal.Reason} {string.Join(' ', refused.Refusal.Metadata)}";
        }
    }

    /// <summary>All rows of all tables as text, in a fixed order.</summary>
    public IReadOnlyList<string> Dump()
    {
        using var connection = TestDatabase.Open(_options);
        using var context = Store.CreateContext();
        var tables = context.Model.GetEntityTypes().Select(entity => entity.GetTableName()!).Order(StringComparer.Ordinal).ToArray();
        return [.. tables.SelectMany(table => connection.Query($"SELECT * FROM {table}").Select(Text).Order(StringComparer.Ordinal).Select(row => $"{table}: {row}"))];
    }

    /// <summary>The report of coalition verify.</summary>
    public VerificationReport Verify() =>
        _options.Postgres.Length > 0 ? Verification.RunOnPostgres(_options.Postgres) : Verification.Run(_options.DataDirectory);

    public async ValueTask DisposeAsync()
    {
        if (_isStarted)
        {
            await Journal.StopAsync(CancellationToken.None);
        }

        Journal.Dispose();
        Store.Dispose();
        TestDatabase.Delete(_options);
    }

    private static string Text(object[] row) => string.Join(' ', row.Select(value => value is byte[] bytes ? Convert.ToHexString(bytes) : $"{value}"));

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    }
}
