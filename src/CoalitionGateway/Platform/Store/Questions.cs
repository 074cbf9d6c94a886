using System.Threading.Channels;
using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.Store;

/// <summary>
/// Answers questions about rows, on one thread with a connection of its own. A second thread would halve the batches and not
/// the work. The questions that wait while one batch is answered become the next batch: one snapshot, one working state,
/// each row loaded once.
/// </summary>
internal sealed class Questions : IDisposable
{
    private const int _maxBatch = 256;

    // The asking thread wakes the answering thread directly, without a pool thread in between.
    private readonly Channel<Question> _waiting = Channel.CreateUnbounded<Question>(new UnboundedChannelOptions { AllowSynchronousContinuations = true });
    private readonly LedgerStore _store;
    private readonly Thread _thread;

    public Questions(LedgerStore store)
    {
        _store = store;
        _thread = new Thread(Run) { IsBackground = true, Name = "questions" };
        _thread.Start();
    }

    public Task<T> Ask<T>(Func<WorkingState, T> ask, CancellationToken cancellation)
    {
        var question = new Question<T>(ask, cancellation);
        return _waiting.Writer.TryWrite(question)
            ? question.Answer.Task.WaitAsync(cancellation)
            : Task.FromException<T>(new StoreUnavailableException("The gateway is stopping."));
    }

    public void Dispose()
    {
        _waiting.Writer.TryComplete();
        _thread.Join();
    }

    private void Run()
    {
        var batch = new List<Question>(_maxBatch);
        IRowSession? session = null;
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < _maxBatch && _waiting.Reader.TryRead(out var question))
            {
                if (!question.IsGivenUp)
                {
                    batch.Add(question);
                }
            }

            Answer(ref session, batch);
            batch.Clear();
        }

        session?.Dispose();
    }

    /// <summary>
    /// Answers a batch. If the batch fails although the store answers, each question is asked alone, so that a question that
    /// the database cannot handle fails no other.
    /// </summary>
    private void Answer(ref IRowSession? session, List<Question> batch)
    {
        if (Failure(ref session, batch) is not { } failed)
        {
            return;
        }

        if (failed is StoreUnavailableException || batch.Count == 1)
        {
            batch.ForEach(question => question.Fail(failed));
            return;
        }

        foreach (var question in batch)
        {
            if (Failure(ref session, [question]) is { } own)
            {
                question.Fail(own);
            }
        }
    }

    /// <summary>
    /// Answers a batch and returns the failure; null if all questions were answered. The session is then open, or dropped
    /// after a failure.
    /// </summary>
    private Exception? Failure(ref IRowSession? session, List<Question> batch)
    {
        var isFresh = session is null;
        try
        {
            try
            {
                Answer(session ??= _store.OpenSession(), batch);
            }
            catch (Exception stale) when (!isFresh && session!.Unavailable(stale) is not null)
            {
                // The database may have gone and come back since this connection was last used.
                Drop(ref session);
                Answer(session = _store.OpenSession(), batch);
            }

            return null;
        }
        catch (Exception failed)
        {
            var told = session?.Unavailable(failed) ?? (session is null ? new StoreUnavailableException("The store does not answer.", failed) : failed);
            Drop(ref session);
            return told;
        }
    }

    /// <summary>Drops a session in an unknown state. A failure to close its connection does no harm.</summary>
    private static void Drop(ref IRowSession? session)
    {
        var dropped = session;
        session = null;
        try
        {
            dropped?.Dispose();
        }
        catch (Exception broken) when (dropped!.Unavailable(broken) is not null)
        {
            // The connection is gone already.
        }
    }

    private void Answer(IRowSession session, List<Question> batch)
    {
        var rows = session.Begin();
        rows.LoadAll(() => batch.ForEach(question => question.Ask(rows)), () => session.Load(rows));
        batch.ForEach(question => question.Tell());
        if (_waiting.Reader.Count == 0)
        {
            session.End();
        }
    }

    private abstract class Question
    {
        /// <summary>Whether nobody waits for the answer any more.</summary>
        public abstract bool IsGivenUp { get; }

        public abstract void Ask(WorkingState rows);

        public abstract void Tell();

        public abstract void Fail(Exception failed);
    }

    private sealed class Question<T>(Func<WorkingState, T> ask, CancellationToken cancellation) : Question
    {
        private T _found = default!;
        private Exception? _fault;

        public TaskCompletionSource<T> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override bool IsGivenUp => cancellation.IsCancellationRequested;

        public override void Ask(WorkingState rows)
        {
            try
            {
                (_found, _fault) = (ask(rows), null);
            }
            catch (Exception fault)
            {
                // One faulty question must not fail the others.
                _fault = fault;
            }
        }

        public override void Tell()
        {
            if (_fault is null)
            {
                Answer.TrySetResult(_found);
            }
            else
            {
                Answer.TrySetException(_fault);
            }
        }

        public override void Fail(Exception failed) => Answer.TrySetException(failed);
    }
}
