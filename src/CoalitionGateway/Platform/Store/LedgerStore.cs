using CoalitionGateway.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store;

/// <summary>The command may or may not have been committed. Retry with the same request id to learn the outcome.</summary>
internal sealed class StoreUnavailableException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether only this session was ended, by another gateway or an administrator. A new session may succeed at once.</summary>
    public bool WasSessionEnded { get; init; }
}

/// <summary>The database behind the gateway: one write at a time for the journal, many questions at once for reads.</summary>
internal abstract class LedgerStore : IDisposable
{
    private readonly Lazy<Questions> _questions;
    private long _seenTurn;

    protected LedgerStore() => _questions = new Lazy<Questions>(() => new Questions(this));

    public abstract RowTables Tables { get; }

    /// <summary>Whether the last use of the database went well.</summary>
    public abstract bool IsReachable { get; }

    /// <summary>The latest turn that this gateway knows to be committed. 0: none, or the database has no turns.</summary>
    public long SeenTurn => Volatile.Read(ref _seenTurn);

    /// <summary>
    /// Converts a failure of a reader or a writer to a failure of the store; null if the store is not the cause.
    /// </summary>
    public abstract StoreUnavailableException? Unavailable(Exception failed);

    /// <summary>A context of EF Core, for the readers. Tracks nothing.</summary>
    public abstract LedgerContext CreateContext();

    /// <summary>
    /// Drops stale rows from the cache, decides on a working state, and writes the decision's changes, in one durable
    /// transaction. For the journal's thread only.
    /// </summary>
    /// <param name="decide">Decides. Its second argument loads the rows that the state misses. May be called again.</param>
    /// <exception cref="StoreUnavailableException">The database does not answer; it may have committed.</exception>
    public abstract T Transact<T>(Func<WorkingState, Action, T> decide);

    /// <summary>
    /// Starts a speculative batch: assumes that the cache is current and that the pending write commits. Null: batches can
    /// be decided in <see cref="Transact"/> only. One thread at a time may call this, decide on the state, or call
    /// <see cref="Load"/> or <see cref="Prepare"/>.
    /// </summary>
    public virtual WorkingState? BeginSpeculative() => null;

    /// <summary>Loads the rows that a speculative state misses, while no write is under way.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public virtual void Load(WorkingState rows) => throw new NotSupportedException();

    /// <summary>
    /// Prepares the write of a speculative state's changes. Later speculative batches assume that this write commits. Null:
    /// the write alone cannot prove all assumptions, so the batch must be decided in <see cref="Transact"/>.
    /// </summary>
    public virtual StoreWrite? Prepare(WorkingState rows) => throw new NotSupportedException();

    /// <summary>
    /// Answers a question about the committed rows, in a snapshot that is taken after the call began. Questions that wait at
    /// the same time are answered together.
    /// </summary>
    /// <param name="question">Asked again until no row that the question needs is missing.</param>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public Task<T> Read<T>(Func<WorkingState, T> question, CancellationToken cancellation) => _questions.Value.Ask(question, cancellation);

    /// <summary>
    /// The committed rows of a type that meet a condition. For questions that every start asks: EF's first query takes a twelfth of it.
    /// </summary>
    /// <param name="condition">In SQL that both databases read, without values from outside.</param>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public async Task<IReadOnlyList<TRow>> ReadWhere<TRow>(string condition, CancellationToken cancellation)
        where TRow : Row
    {
        var (table, found) = (Tables[typeof(TRow)], new List<TRow>());
        try
        {
            await using var context = CreateContext();
            await context.Database.OpenConnectionAsync(cancellation);
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT {string.Join(", ", table.ColumnNames)} FROM {table.Name} WHERE {condition}";
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                found.Add((TRow)table.Read(reader));
            }
        }
        catch (Exception failed) when (Unavailable(failed) is { } unavailable)
        {
            throw unavailable;
        }

        return found;
    }

    /// <summary>The most events that one transaction adds to the audit log's tree.</summary>
    public virtual int SequencedAtOnce => 4096;

    /// <summary>
    /// Adds the next events to the audit log's tree: see <see cref="LogWriter"/>. Does nothing while another gateway adds
    /// events.
    /// </summary>
    /// <returns>How many events were added.</returns>
    public abstract int Sequence(int most, LogSigner signer);

    /// <summary>The lead among the gateways over this database; null if the database belongs to one process alone.</summary>
    /// <param name="address">The address at which this gateway accepts other gateways' commands while it leads.</param>
    public virtual IJournalLead? Lead(string address) => null;

    /// <summary>The database's own clock; null where it has none of its own.</summary>
    /// <exception cref="DbException">The database does not answer.</exception>
    public virtual Task<DateTimeOffset?> OwnTime(CancellationToken cancellation) => Task.FromResult<DateTimeOffset?>(null);

    /// <summary>The last turn that the database has now; none where it has no turns.</summary>
    /// <exception cref="DbException">The database does not answer.</exception>
    public virtual Task<Turn> LastTurn(CancellationToken cancellation) => Task.FromResult(default(Turn));

    /// <summary>Learns of a committed turn.</summary>
    public void SawTurn(long turn)
    {
        for (var seen = SeenTurn; turn > seen; seen = SeenTurn)
        {
            Interlocked.CompareExchange(ref _seenTurn, turn, seen);
        }
    }

    /// <summary>Overwrites deleted data that the database's own files still hold.</summary>
    public virtual void Scrub()
    {
    }

    /// <summary>Opens a separate connection for reading.</summary>
    public abstract IRowSession OpenSession();

    public void Dispose()
    {
        if (_questions.IsValueCreated)
        {
            _questions.Value.Dispose();
        }

        Close();
        GC.SuppressFinalize(this);
    }

    protected abstract void Close();
}

/// <summary>A connection that reads rows. Used by one thread at a time.</summary>
internal interface IRowSession : IDisposable
{
    /// <summary>Begins a snapshot of the committed rows. Ends the snapshot before.</summary>
    WorkingState Begin();

    /// <summary>Loads the rows that the working state misses.</summary>
    void Load(WorkingState rows);

    /// <summary>Ends the snapshot that <see cref="Begin"/> began.</summary>
    void End();

    /// <summary>Converts a failure to a failure of the store; null if the store is not the cause.</summary>
    StoreUnavailableException? Unavailable(Exception failed);
}

internal static class StoreExtensions
{
    /// <summary>Asks and loads until no row is missing. A loaded row can show that further rows are needed.</summary>
    public static void LoadAll(this WorkingState rows, Action ask, Action load)
    {
        // No command or question needs half as many steps from row to row.
        const int maxRounds = 32;
        ask();
        for (var round = 0; rows.Missing.Count > 0; round++)
        {
            if (round == maxRounds)
            {
                throw new InvalidOperationException($"After {round} rounds rows are still missing: {string.Join(", ", rows.Missing.Take(5))}.");
            }

            load();
            ask();
        }
    }
}

/// <summary>Makes contexts of the store.</summary>
internal sealed class ContextFactory(LedgerStore store) : IDbContextFactory<LedgerContext>
{
    public LedgerContext CreateDbContext() => store.CreateContext();
}
