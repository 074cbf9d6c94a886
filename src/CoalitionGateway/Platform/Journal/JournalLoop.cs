using System.Diagnostics;
using System.Threading.Channels;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Telemetry;

namespace CoalitionGateway.Platform.Journal;

/// <summary>
/// Takes what waits as one batch: decided in order on one working state, written in one transaction, answered after the
/// commit. While a batch is written, the next one is decided on what that will leave, if the store lets. Where another gateway
/// leads, it is given what waits, and this one writes what it did not answer.
/// </summary>
internal sealed partial class JournalLoop(
    ChannelReader<Waiting> queue, int maxBatch, LedgerStore store, TimeProvider clock, ILogger log, JournalRoute route, Instruments? instruments)
    : IDisposable
{
    private static readonly TimeSpan _pollInterval = TimeSpan.FromMilliseconds(1);

    private readonly ILogger _log = log;

    // Whoever decides holds it: this loop's thread, or while that writes, the one that decides ahead.
    private readonly Lock _deciding = new();
    private readonly ManualResetEventSlim _isWriting = new();

    // Commands that a leader did not answer. They come before those that wait.
    private readonly Queue<Waiting> _takenBack = [];
    private Task<bool>? _more;
    private Batch? _ahead;
    private bool _hasEnded;
    private long _begun;

    /// <summary>For how long the batch under way has been under way; zero where none is.</summary>
    public TimeSpan Busy => Volatile.Read(ref _begun) is not 0 and var begun ? Stopwatch.GetElapsedTime(begun) : TimeSpan.Zero;

    private DateTime Now => Clock.Truncate(clock.GetUtcNow());

    /// <summary>Until the queue is completed and empty.</summary>
    public void Run()
    {
        var decider = new Thread(DecideAhead) { IsBackground = true, Name = "journal ahead" };
        decider.Start();
        while (_ahead is { Commands.Count: > 0 } || _takenBack.Count > 0 || IsMore())
        {
            if (_takenBack.Count == 0 && _ahead is not { Commands.Count: > 0 } && route.Leader is { } leader)
            {
                _ahead = null;
                Follow(leader);
                continue;
            }

            var batch = _ahead ?? BeginSpeculative();
            var commands = batch?.Commands ?? [];
            Take(commands);
            Volatile.Write(ref _begun, Stopwatch.GetTimestamp());
            _ahead = null;
            if (!route.IsOwn)
            {
                instruments?.WroteForItself(commands.Count);
            }

            StoreWrite? write = null;
            if (batch is not null && Try(batch, () =>
            {
                batch.Decide(Now, () => store.Load(batch.Rows));
                write = store.Prepare(batch.Rows);
            }) && write is not null)
            {
                Write(batch, write);
            }
            else
            {
                Process(commands);
            }

            Volatile.Write(ref _begun, 0);
        }

        _hasEnded = true;
        _isWriting.Set();
        decider.Join();
    }

    public void Dispose() => _isWriting.Dispose();

    /// <summary>The thread that decides while the loop's own waits for the database.</summary>
    private void DecideAhead()
    {
        while (true)
        {
            _isWriting.Wait();
            if (_hasEnded)
            {
                return;
            }

            lock (_deciding)
            {
                if (_isWriting.IsSet && _ahead is { } ahead)
                {
                    Take(ahead.Commands);
                    Try(ahead, () => ahead.Decide(Now, load: null));
                }
            }

            Thread.Sleep(_pollInterval);
        }
    }

    private Batch? BeginSpeculative() => store.BeginSpeculative() is { } rows ? new Batch(rows, []) : null;

    /// <summary>Hands waiting commands to the leader for as long as it answers. This gateway writes those that it did not answer.</summary>
    private void Follow(ILeader leader)
    {
        var handed = new List<Waiting>();
        while (leader.IsOpen)
        {
            Task.WaitAny(More(), leader.Ended);
            if (More() is { IsCompleted: true, Result: false })
            {
                // Stopping: what is under way is waited for.
                if (leader.Unanswered == 0)
                {
                    break;
                }

                Thread.Sleep(_pollInterval);
            }
            else if (More().IsCompleted && leader.IsOpen)
            {
                _more = null;
                if (leader.Unanswered > 0)
                {
                    // The leader is at a batch: what comes in a moment goes in one piece with what is here.
                    Thread.Sleep(_pollInterval);
                }

                handed.Clear();
                Take(handed);
                leader.HandOver(handed);
            }
        }

        foreach (var unanswered in leader.TakeBack())
        {
            _takenBack.Enqueue(unanswered);
        }
    }

    /// <summary>Waits until something waits; false where nothing will any more.</summary>
    private bool IsMore()
    {
        var isMore = More().GetAwaiter().GetResult();
        _more = null;
        return isMore;
    }

    private Task<bool> More() => _more ??= queue.WaitToReadAsync().AsTask();

    private void Take(List<Waiting> commands)
    {
        while (commands.Count < maxBatch && _takenBack.TryDequeue(out var unanswered))
        {
            commands.Add(unanswered);
        }

        while (commands.Count < maxBatch && queue.TryRead(out var waiting))
        {
            if (waiting.IsWanted)
            {
                commands.Add(waiting);
            }
            else
            {
                waiting.Drop();
            }
        }
    }

    /// <summary>Whether nothing failed so far. What did will again when the batch is decided in its turn, and is dealt with there.</summary>
    private bool Try(Batch batch, Action step)
    {
        if (batch.IsSpoilt)
        {
            return false;
        }

        try
        {
            step();
            return true;
        }
        catch (Exception fault)
        {
            LogSpoilt(fault);
            batch.IsSpoilt = true;
            return false;
        }
    }

    /// <summary>Writes what was decided on a presumption. Where that was wrong, the batch is decided in its turn, and so is what was decided ahead on it.</summary>
    private void Write(Batch batch, StoreWrite write)
    {
        _ahead = BeginSpeculative();
        var begun = Stopwatch.GetTimestamp();
        _isWriting.Set();
        write.Execute();
        lock (_deciding)
        {
            _isWriting.Reset();
        }

        try
        {
            if (write.Complete())
            {
                instruments?.Committed(batch.Commands.Count, begun);
                // Elsewhere, so that the next batch goes on its way meanwhile.
                ThreadPool.UnsafeQueueUserWorkItem(static told => told.Tell(), batch, preferLocal: false);
                return;
            }

            Process(batch.Commands);
        }
        catch (Exception failed)
        {
            Failed(batch.Commands, failed);
        }

        var undone = _ahead?.Commands ?? [];
        _ahead = null;
        Process(undone);
    }

    /// <summary>Decides and writes a batch in its turn.</summary>
    private void Process(List<Waiting> commands)
    {
        if (commands.Count == 0)
        {
            return;
        }

        try
        {
            var decided = 0L;
            var batch = store.Transact((rows, load) =>
            {
                var batch = new Batch(rows, commands);
                batch.Decide(Now, load);
                decided = Stopwatch.GetTimestamp();
                return batch;
            });
            instruments?.Committed(commands.Count, decided);
            batch.Tell();
        }
        catch (Exception failed)
        {
            Failed(commands, failed);
        }
    }

    private void Failed(List<Waiting> commands, Exception failed)
    {
        if (failed is not StoreUnavailableException && commands.Count > 1)
        {
            // One command the database or a rule cannot bear must not harm the others: each runs alone.
            LogBatchSplit(failed, commands.Count);
            commands.ForEach(waiting => Process([waiting]));
            return;
        }

        if (failed is StoreUnavailableException)
        {
            LogStoreFailed(failed);
        }
        else
        {
            LogCommandFailed(failed, commands[0].Command.Method);
        }

        commands.ForEach(waiting => waiting.Fail(failed));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The store did not commit a batch")]
    private partial void LogStoreFailed(Exception failed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Count} commands failed and runs one by one")]
    private partial void LogBatchSplit(Exception fault, int count);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A batch could not be decided ahead")]
    private partial void LogSpoilt(Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "A {Method} command failed")]
    private partial void LogCommandFailed(Exception fault, string method);
}
