using System.Diagnostics;
using System.Threading.Channels;
using CoalitionGateway.Ledger;
using CoalitionGateway.Store;
using CoalitionGateway.Telemetry;

namespace CoalitionGateway.Journal;

/// <summary>
/// The only way to change anything. Commands wait in a bounded queue; whatever waits while the last commit runs
/// is the next batch: decided in order on one working state, written in one transaction, answered after the commit.
/// Where the store lets, it is decided while the last one is still written, on what that will leave.
/// </summary>
internal sealed partial class CommandJournal : IHostedService, IDisposable
{
    private static readonly TimeSpan _pollInterval = TimeSpan.FromMilliseconds(1);

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

    private DateTime Now => Clock.Truncate(_clock.GetUtcNow());

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
        Written? written = null;
        while (written is not null || _queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            var (next, ahead) = Gather(written);
            var last = written is null || Complete(written) ? written : null;

            // What was decided on a write that did not come about is decided again.
            written = ahead is not null && last == written && next.Count > 0 ? TryWrite(next, ahead) : null;
            if (last is not null)
            {
                Tell(last.Commands, last.Answers, last.Decided);
            }

            if (written is null && next.Count > 0)
            {
                Process(next);
            }
        }
    }

    /// <summary>Collects what waits while the last batch is written, and decides it on what that will leave, if the store lets.</summary>
    private (List<Waiting> Commands, Batch? Ahead) Gather(Written? written)
    {
        var commands = new List<Waiting>();
        var ahead = _store.Presume() is { } rows ? new Batch(commands, rows) : null;
        do
        {
            Take(commands);
            ahead = ahead is not null && TryDecide(ahead, load: null) ? ahead : null;
        }
        while (written is not null && !written.Write.Wait(_pollInterval));

        return (commands, ahead);
    }

    private void Take(List<Waiting> commands)
    {
        while (commands.Count < _options.JournalMaxBatch && _queue.Reader.TryRead(out var waiting))
        {
            commands.Add(waiting);
        }
    }

    /// <summary>Begins to write a batch that was decided ahead, with what came meanwhile; null where it is to be decided in its turn.</summary>
    private Written? TryWrite(List<Waiting> commands, Batch ahead)
    {
        Take(commands);
        return TryDecide(ahead, () => _store.Load(ahead.Rows)) && _store.Write(ahead.Rows) is { } write
            ? new Written(commands, ahead.Answers, write, Stopwatch.GetTimestamp())
            : null;
    }

    /// <summary>Whether nothing failed. What did fails again when the batch is decided in its turn, and is dealt with there.</summary>
    private bool TryDecide(Batch batch, Action? load)
    {
        try
        {
            batch.Decide(Now, load);
            return true;
        }
        catch (Exception fault)
        {
            LogDecidedAgain(fault);
            return false;
        }
    }

    /// <summary>Takes in how a write ended; whether its commands can be told their answers. Else they have been dealt with.</summary>
    private bool Complete(Written written)
    {
        try
        {
            if (written.Write.Complete())
            {
                return true;
            }

            Process(written.Commands);
        }
        catch (Exception failed)
        {
            Failed(written.Commands, failed);
        }

        return false;
    }

    /// <summary>Decides and writes a batch in its turn.</summary>
    private void Process(IReadOnlyList<Waiting> commands)
    {
        try
        {
            var decided = 0L;
            var answers = _store.Transact((rows, load) =>
            {
                var batch = new Batch(commands, rows);
                batch.Decide(Now, load);
                decided = Stopwatch.GetTimestamp();
                return batch.Answers;
            });
            Tell(commands, answers, decided);
        }
        catch (Exception failed)
        {
            Failed(commands, failed);
        }
    }

    private void Tell(IReadOnlyList<Waiting> commands, IReadOnlyList<Answer> answers, long decided)
    {
        _instruments?.Committed(commands.Count, decided);
        for (var i = 0; i < commands.Count; i++)
        {
            commands[i].Answer.SetResult(answers[i]);
        }
    }

    private void Failed(IReadOnlyList<Waiting> commands, Exception failed)
    {
        switch (failed)
        {
            case StoreUnavailableException:
                LogStoreFailed(failed);
                Fail(commands, failed);
                break;
            case var _ when commands.Count > 1:
                // One command the database or a rule cannot bear must not harm the others: each runs alone.
                LogBatchSplit(failed, commands.Count);
                foreach (var waiting in commands)
                {
                    Process([waiting]);
                }

                break;
            default:
                LogCommandFailed(failed, commands[0].Command.Method);
                Fail(commands, failed);
                break;
        }
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

    [LoggerMessage(Level = LogLevel.Debug, Message = "A batch could not be decided ahead")]
    private partial void LogDecidedAgain(Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "A {Method} command failed")]
    private partial void LogCommandFailed(Exception fault, string method);

    /// <summary>A batch whose write is under way.</summary>
    private sealed record Written(IReadOnlyList<Waiting> Commands, IReadOnlyList<Answer> Answers, IStoreWrite Write, long Decided);
}
