using System.Threading.Channels;
using CoalitionGateway.Ledger;

namespace CoalitionGateway.Store;

/// <summary>
/// Questions about rows, answered by a few threads with a connection each. What waits while the last answers are
/// found is one batch: one snapshot, one working state, each row loaded once.
/// </summary>
internal sealed class Questions : IDisposable
{
    private const int _threadCount = 2;
    private const int _maxBatch = 256;

    private readonly Channel<Question> _waiting = Channel.CreateUnbounded<Question>();
    private readonly LedgerStore _store;
    private readonly Thread[] _threads;

    public Questions(LedgerStore store)
    {
        _store = store;
        _threads = [.. Enumerable.Range(1, _threadCount).Select(i => new Thread(Run) { IsBackground = true, Name = $"questions {i}" })];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    public Task<T> Ask<T>(Func<WorkingState, T> ask, CancellationToken cancellation)
    {
        var question = new Question<T>(ask);
        return _waiting.Writer.TryWrite(question)
            ? question.Answer.Task.WaitAsync(cancellation)
            : Task.FromException<T>(new StoreUnavailableException("The gateway is stopping."));
    }

    public void Dispose()
    {
        _waiting.Writer.TryComplete();
        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private void Run()
    {
        var batch = new List<Question>(_maxBatch);
        IRowSession? session = null;
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < _maxBatch && _waiting.Reader.TryRead(out var question))
            {
                batch.Add(question);
            }

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
                    session!.Dispose();
                    session = null;
                    Answer(session = _store.OpenSession(), batch);
                }
            }
            catch (Exception failed)
            {
                var told = session?.Unavailable(failed) ?? (session is null ? new StoreUnavailableException("The store does not answer.", failed) : failed);
                batch.ForEach(question => question.Fail(told));
                session?.Dispose();
                session = null;
            }

            batch.Clear();
        }

        session?.Dispose();
    }

    private static void Answer(IRowSession session, List<Question> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        var rows = new WorkingState();
        session.Begin();
        rows.LoadAll(() => batch.ForEach(question => question.Ask(rows)), () => session.Load(rows));
        session.End();
        batch.ForEach(question => question.Tell());
    }

    private abstract class Question
    {
        public abstract void Ask(WorkingState rows);

        public abstract void Tell();

        public abstract void Fail(Exception failed);
    }

    private sealed class Question<T>(Func<WorkingState, T> ask) : Question
    {
        private T _found = default!;
        private Exception? _fault;

        public TaskCompletionSource<T> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void Ask(WorkingState rows)
        {
            try
            {
                (_found, _fault) = (ask(rows), null);
            }
            catch (Exception fault)
            {
                // One faulty question harms no other.
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
