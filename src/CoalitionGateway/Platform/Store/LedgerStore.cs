using CoalitionGateway.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store;

/// <summary>The command may or may not have been committed; a retry with the same request id tells.</summary>
internal sealed class StoreUnavailableException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The database behind the gateway: one write at a time for the journal, many questions at once for reads.</summary>
internal abstract class LedgerStore : IDisposable
{
    private readonly Lazy<Questions> _questions;

    protected LedgerStore() => _questions = new Lazy<Questions>(() => new Questions(this));

    public abstract RowTables Tables { get; }

    /// <summary>Whether the last use of the database went well.</summary>
    public abstract bool IsReachable { get; }

    /// <summary>The failure of a reader or a writer as one of the store, if it is one.</summary>
    public abstract StoreUnavailableException? Unavailable(Exception failed);

    /// <summary>A context of EF Core, for the readers. Tracks nothing.</summary>
    public abstract LedgerContext CreateContext();

    /// <summary>
    /// Decides on a working state and writes what the decision changed, in one durable transaction; what was
    /// remembered and is no longer so is read afresh and decided again. For the journal's thread alone.
    /// </summary>
    /// <param name="decide">Decides; is given a way to load what the state misses. May be called again.</param>
    /// <exception cref="StoreUnavailableException">The database does not answer; it may have committed.</exception>
    public abstract T Transact<T>(Func<WorkingState, Action, T> decide);

    /// <summary>
    /// The state that the next batch can be decided on already, on the presumption that what is remembered is so and
    /// that the write under way succeeds; null where batches are decided in <see cref="Transact"/> alone. This, all
    /// that is decided on it, <see cref="Load"/> and <see cref="Prepare"/> are for one thread at a time.
    /// </summary>
    public virtual WorkingState? BeginSpeculative() => null;

    /// <summary>Loads what a presumed state misses, while no write is under way.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public virtual void Load(WorkingState rows) => throw new NotSupportedException();

    /// <summary>
    /// The write of what was decided on a presumed state. From now on its success is presumed as well. Null where it
    /// cannot be written without looking first: then it is to be decided in <see cref="Transact"/>.
    /// </summary>
    public virtual StoreWrite? Prepare(WorkingState rows) => throw new NotSupportedException();

    /// <summary>
    /// Answers a question about rows, as they are committed at one moment after the call began. Questions that wait
    /// at once are answered together.
    /// </summary>
    /// <param name="question">Asked until nothing that it needs is missing.</param>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public Task<T> Read<T>(Func<WorkingState, T> question, CancellationToken cancellation) => _questions.Value.Ask(question, cancellation);

    /// <summary>
    /// Takes the next events into the audit log's tree: see <see cref="LogWriter"/>. Nothing, where another gateway is at it.
    /// </summary>
    /// <returns>How many events were taken in.</returns>
    public abstract int Sequence(int most, LogSigner signer);

    /// <summary>Who leads among the gateways over this database; null where one process has it for itself.</summary>
    /// <param name="address">Where this gateway takes what others hand over, while it leads.</param>
    public virtual IJournalLead? Lead(string address) => null;

    /// <summary>The database's own clock; null where it has none of its own.</summary>
    /// <exception cref="DbException">The database does not answer.</exception>
    public virtual Task<DateTimeOffset?> OwnTime(CancellationToken cancellation) => Task.FromResult<DateTimeOffset?>(null);

    /// <summary>Overwrites what was deleted, where the database's own files still have it.</summary>
    public virtual void Scrub()
    {
    }

    /// <summary>A connection of its own for reading.</summary>
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
    /// <summary>Begins to see what is committed now, and nothing later; ends what it began before.</summary>
    WorkingState Begin();

    /// <summary>Loads into the working state what it misses.</summary>
    void Load(WorkingState rows);

    /// <summary>Ends what <see cref="Begin"/> began.</summary>
    void End();

    /// <summary>The failure as one of the store, if it is one.</summary>
    StoreUnavailableException? Unavailable(Exception failed);
}

internal static class StoreExtensions
{
    /// <summary>Asks and loads until nothing is missing: what is needed may depend on what was loaded.</summary>
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

/// <summary>Makes contexts over the store there is.</summary>
internal sealed class ContextFactory(LedgerStore store) : IDbContextFactory<LedgerContext>
{
    public LedgerContext CreateDbContext() => store.CreateContext();
}
