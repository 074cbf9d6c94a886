using System.Diagnostics;
using System.Threading.Channels;
using CoalitionGateway.Ledger;
using CoalitionGateway.Store;
using CoalitionGateway.Telemetry;

namespace CoalitionGateway.Journal;

/// <summary>
/// The only way to change anything. Commands wait in a bounded queue; whatever waits while the last commit runs
/// is the next batch: decided in order on one working state, written in one transaction, answered after the commit.
/// </summary>
internal sealed partial class CommandJournal : IHostedService, IDisposable
{
    private readonly Channel<Waiting> _queue;

    // Streams wait for a place where single calls are refused. Without a limit of their own they would take every
    // place that falls free, and single calls would find none.
    private readonly SemaphoreSlim _streamPlaces;
    private readonly GatewayOptions _options;
    private readonly LedgerStore _store;
    private readonly Fingerprint _fingerprint;
    private readonly TimeProvider _clock;
    private readonly ILogger<CommandJournal> _log;
    private readonly Instruments? _instruments;
    private volatile bool _isStopping;
    private Thread? _thread;

    public CommandJournal(GatewayOptions options, LedgerStore store, Fingerprint fingerprint, TimeProvider clock, ILogger<CommandJournal> log, Instruments? instruments = null)
    {
        (_options, _store, _fingerprint, _clock, _log, _instruments) = (options, store, fingerprint, clock, log, instruments);
        _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(options.JournalCapacity) { SingleReader = true });
        _streamPlaces = new SemaphoreSlim((options.JournalCapacity + 1) / 2);
        instruments?.WatchQueue(() => _queue.Reader.Count);
    }

    public bool IsRunning => _thread is { IsAlive: true };

    /// <summary>
    /// Submits a command and waits for its durable answer. Giving up the wait does not take the command back: a
    /// retry with the same request id tells what became of it.
    /// </summary>
    /// <exception cref="RefusedException">A rule refused it.</exception>
    /// <exception cref="JournalFullException">Too many commands wait; nothing was done.</exception>
    /// <exception cref="StoreUnavailableException">The gateway stops, or the store did not commit it.</exception>
    public Task<TEvent> Submit<TEvent>(Command command, CancellationToken cancellation)
        where TEvent : Event
    {
        var waiting = new Waiting(command, _fingerprint.Of(command));
        if (!_queue.Writer.TryWrite(waiting))
        {
            return Task.FromException<TEvent>(_isStopping
                ? new StoreUnavailableException("The gateway is stopping.")
                : new JournalFullException(_options.JournalCapacity));
        }

        return Made<TEvent>(waiting, cancellation);
    }

    /// <summary>
    /// Submits a command of a stream: waits for a place in the queue instead of failing, and keeps the order of the
    /// calls. Streams take half of the queue at most. The result is the answer to come.
    /// </summary>
    public async ValueTask<Task<TEvent>> Enqueue<TEvent>(Command command, CancellationToken cancellation)
        where TEvent : Event
    {
        var waiting = new Waiting(command, _fingerprint.Of(command));
        await _streamPlaces.WaitAsync(cancellation);
        _ = waiting.Answer.Task.ContinueWith(_ => _streamPlaces.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await _queue.Writer.WriteAsync(waiting, cancellation);
        }
        catch (Exception notTaken) when (notTaken is ChannelClosedException or OperationCanceledException)
        {
            waiting.Answer.SetCanceled(CancellationToken.None);
            throw notTaken is ChannelClosedException ? new StoreUnavailableException("The gateway is stopping.") : notTaken;
        }

        return Made<TEvent>(waiting, cancellation);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "journal" };
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <summary>Takes nothing new and finishes what it accepted, however long the host would wait.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        _queue.Writer.TryComplete();
        if (_thread is { } thread)
        {
            await Task.Run(thread.Join, CancellationToken.None);
        }
    }

    public void Dispose() => _streamPlaces.Dispose();

    private static async Task<TEvent> Made<TEvent>(Waiting waiting, CancellationToken cancellation)
        where TEvent : Event
    {
        var answer = await waiting.Answer.Task.WaitAsync(cancellation);
        return answer.Refusal is { } refusal ? throw new RefusedException(refusal) : (TEvent)answer.Event!;
    }

    private void Run()
    {
        var batch = new List<Waiting>(_options.JournalMaxBatch);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < _options.JournalMaxBatch && _queue.Reader.TryRead(out var waiting))
            {
                batch.Add(waiting);
            }

            Process(batch);
            batch.Clear();
        }
    }

    private void Process(IReadOnlyList<Waiting> batch)
    {
        try
        {
            var decided = 0L;
            var answers = _store.Transact((rows, load) =>
            {
                var made = Decide(batch, rows, load);
                decided = Stopwatch.GetTimestamp();
                return made;
            });
            _instruments?.Committed(batch.Count, decided);
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Answer.SetResult(answers[i]);
            }
        }
        catch (StoreUnavailableException failed)
        {
            LogStoreFailed(failed);
            Fail(batch, failed);
        }
        catch (Exception fault) when (batch.Count > 1)
        {
            // One command the database or a rule cannot bear must not harm the others: each runs alone.
            LogBatchSplit(fault, batch.Count);
            foreach (var waiting in batch)
            {
                Process([waiting]);
            }
        }
        catch (Exception fault)
        {
            LogCommandFailed(fault, batch[0].Command.Method);
            Fail(batch, fault);
        }
    }

    /// <summary>
    /// Decides each command on the working state, in order. Where one needs rows that are not here, those that the
    /// others will need are loaded with them. The store may ask again, on another state.
    /// </summary>
    private Answer[] Decide(IReadOnlyList<Waiting> batch, WorkingState rows, Action load)
    {
        var now = Clock.Truncate(_clock.GetUtcNow());
        var answers = new Answer[batch.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            Answer? answer;
            while ((answer = Execution.Execute(batch[i].Command, batch[i].Fingerprint, rows, now)) is null)
            {
                var rest = i;
                rows.LoadAll(
                    () =>
                    {
                        for (var next = rest; next < batch.Count; next++)
                        {
                            Execution.Need(batch[next].Command, rows);
                        }
                    },
                    load);
            }

            answers[i] = answer;
        }

        return answers;
    }

    private static void Fail(IReadOnlyList<Waiting> batch, Exception fault)
    {
        foreach (var waiting in batch)
        {
            waiting.Answer.TrySetException(fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The store did not commit a batch")]
    private partial void LogStoreFailed(Exception failed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Count} commands failed and runs one by one")]
    private partial void LogBatchSplit(Exception fault, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "A {Method} command failed")]
    private partial void LogCommandFailed(Exception fault, string method);

    private sealed record Waiting(Command Command, byte[] Fingerprint)
    {
        public TaskCompletionSource<Answer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
