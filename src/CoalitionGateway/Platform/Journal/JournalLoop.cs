using System.Diagnostics;
using System.Threading.Channels;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Telemetry;

namespace CoalitionGateway.Platform.Journal;

/// <summary>
/// Takes the waiting commands as one batch: decided in order on one working state, written in one transaction, answered
/// after the commit. While one batch is written, the next batch is decided speculatively, if the store allows. If another
/// gateway leads, that leader gets the waiting commands, and this gateway writes only those without an answer.
/// </summary>
internal sealed partial class JournalLoop(
    ChannelReader<Waiting> queue, int maxBatch, LedgerStore store, TimeProvider clock, ILogger log, JournalRoute route, Instruments? instruments)
    : IDisposable
{
    private static readonly TimeSpan _pollInterval = TimeSpan.FromMilliseconds(1);

    private readonly ILogger _log = log;

    // Held by the second thread while it decides. After a write, the loop's thread waits for this lock.
    private readonly Lock _deciding = new();
    private readonly ManualResetEventSlim _isWriting = new();

    private readonly Backlog _backlog = new(queue, maxBatch);
    private Batch? _ahead;
    private bool _hasEnded;
    private long _begun;

    /// <summary>The time since the batch under way began; zero if no batch is under way.</summary>
    public TimeSpan Busy => Volatile.Read(ref _begun) is not 0 and var begun ? Stopwatch.GetElapsedTime(begun) : TimeSpan.Zero;

    /// <summary>How many commands were taken from the queue.</summary>
    public long Taken => _backlog.Taken;

    private DateTime Now => Clock.Truncate(clock.GetUtcNow());

    /// <summary>Runs until the queue is completed and empty.</summary>
    public void Run()
    {
        var decider = new Thread(DecideAhead) { IsBackground = true, Name = "journal ahead" };
        decider.Start();
        while (_ahead is { Commands.Count: > 0 } || _backlog.IsMore())
        {
            if (!_backlog.HasTakenBack && _ahead is not { Commands.Count: > 0 } && route.Leader is { } leader)
            {
                _ahead = null;
                Follow(leader);
                continue;
            }

            var batch = _ahead ?? BeginSpeculative();
            var commands = batch?.Commands ?? [];
            _backlog.Take(commands);
            Volatile.Write(ref _begun, Stopwatch.GetTimestamp());
            _ahead = null;
            StoreWrite? write = null;
            if (batch is not null && Try(batch, () =>
            {
                batch.Decide(Now, () => store.Load(batch.Rows));

                // Commands that came meanwhile join the batch.
                _backlog.Take(commands);
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

            if (!route.IsOwn)
            {
                instruments?.WroteForItself(commands.Count);
            }

            Volatile.Write(ref _begun, 0);
        }

        _hasEnded = true;
        _isWriting.Set();
        decider.Join();
    }

    public void Dispose() => _isWriting.Dispose();

    /// <summary>Runs on a second thread: decides the next batch while the loop's thread waits for the database.</summary>
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
                    _backlog.Take(ahead.Commands);
                    Try(ahead, () => ahead.Decide(Now, load: null));
                }
            }

            Thread.Sleep(_pollInterval);
        }
    }

    private Batch? BeginSpeculative() => store.BeginSpeculative() is { } rows ? new Batch(rows, []) : null;

    /// <summary>Hands waiting commands to the leader while it answers, then takes back those without an answer.</summary>
    private void Follow(ILeader leader)
    {
        var handed = new List<Waiting>();
        while (leader.IsOpen)
        {
            var more = _backlog.More();
            Task.WaitAny(more, leader.Ended);
            if (more is { IsCompleted: true, Result: false })
            {
                // The gateway is stopping: wait for the leader's outstanding answers.
                if (leader.Unanswered == 0)
                {
                    break;
                }

                Thread.Sleep(_pollInterval);
            }
            else if (more.IsCompleted && leader.IsOpen)
            {
                handed.Clear();
                _backlog.Take(handed);
                leader.HandOver(handed);
            }
        }

        _backlog.TakeBack(leader.TakeBack());
    }

    /// <summary>Runs a step. False: a step failed. The fault is handled when the batch is decided in its turn.</summary>
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

    /// <summary>
    /// Writes a speculative batch. If an assumption was wrong, this batch and the next are decided in their turn.
    /// </summary>
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
                // Answers are delivered on another thread, so that the next batch can start at once.
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
        if (failed is StoreUnavailableException { WasSessionEnded: true } && commands.Exists(waiting => !waiting.Command.Context.WasHandedOver))
        {
            // Only this gateway's session was ended. Decides the commands once more, marked as possibly committed.
            LogSessionEnded(failed);
            Process([.. commands.Select(waiting => waiting.TakenBack())]);
            return;
        }

        if (failed is not StoreUnavailableException && commands.Count > 1)
        {
            // One command that the database or a rule cannot handle must not fail the others: each runs alone.
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store ended this gateway's session; its batch is decided again")]
    private partial void LogSessionEnded(Exception failed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Count} commands failed and runs one by one")]
    private partial void LogBatchSplit(Exception fault, int count);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A batch could not be decided ahead")]
    private partial void LogSpoilt(Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "A {Method} command failed")]
    private partial void LogCommandFailed(Exception fault, string method);
}
