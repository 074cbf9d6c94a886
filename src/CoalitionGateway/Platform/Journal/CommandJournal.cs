using System.Threading.Channels;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Telemetry;

namespace CoalitionGateway.Platform.Journal;

/// <summary>
/// The only way to change the ledger. Commands wait in a bounded queue. The commands that wait while one batch commits
/// become the next batch: see <see cref="JournalLoop"/>.
/// </summary>
internal sealed class CommandJournal : IHostedService, IDisposable
{
    private static readonly TimeSpan _stuckAfter = TimeSpan.FromSeconds(3);

    private readonly Channel<Waiting> _queue;

    // When the queue is full, single calls are refused, but streams and other gateways wait for a place. Without limits of
    // their own, streams and gateways would take every place that becomes free, and single calls would get none.
    private readonly SemaphoreSlim _streamPlaces;
    private readonly SemaphoreSlim _peerPlaces;
    private readonly GatewayOptions _options;
    private readonly Fingerprint _fingerprint;
    private readonly JournalLoop _loop;
    private readonly StoredPerDay? _stored;
    private readonly LedgerStore _store;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping;
    private Thread? _thread;

    public CommandJournal(GatewayOptions options, LedgerStore store, Fingerprint fingerprint, TimeProvider clock, ILogger<CommandJournal> log, JournalRoute? route = null, Instruments? instruments = null, StoredPerDay? stored = null)
    {
        (_options, _store, _fingerprint, _stored) = (options, store, fingerprint, stored);
        _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(options.JournalCapacity) { SingleReader = true });
        _streamPlaces = new SemaphoreSlim((options.JournalCapacity + 1) / 2);
        _peerPlaces = new SemaphoreSlim((options.JournalCapacity + 1) / 2);
        _loop = new JournalLoop(_queue.Reader, options.JournalMaxBatch, store, clock, log, route ?? new JournalRoute(), instruments);
        instruments?.WatchQueue(() => Waiting);
    }

    /// <summary>How many commands wait.</summary>
    public int Waiting => _queue.Reader.Count;

    /// <summary>Whether commands wait or are being decided.</summary>
    public bool IsBusy => Waiting > 0 || _loop.Busy > TimeSpan.Zero;

    /// <summary>How many commands were taken from the queue since the start.</summary>
    public long Taken => _loop.Taken;

    public bool IsRunning => _thread is { IsAlive: true };

    /// <summary>Whether a batch has waited so long for its commit that another gateway would serve callers better.</summary>
    public bool IsStuck => _loop.Busy > _stuckAfter;

    /// <summary>
    /// Submits a command and waits for its durable answer, for as long as the store takes (a write times out after 20 s). A
    /// submitted command cannot be withdrawn. A caller that stops waiting can retry with the same request id to learn the
    /// outcome.
    /// </summary>
    /// <exception cref="RefusedException">A rule refused the command.</exception>
    /// <exception cref="JournalFullException">Too many commands wait; nothing was done.</exception>
    /// <exception cref="DailyLimitException">The partner has reached today's limit of stored commands; nothing was
    /// done.</exception>
    /// <exception cref="StoreUnavailableException">The gateway is stopping, or the store did not commit the
    /// command.</exception>
    public async Task<TEvent> Submit<TEvent>(Command command)
        where TEvent : Event => (TEvent)(await Answer(command)).Event!;

    /// <summary>Submits a command, and also returns the follow-up events that its answer is made from.</summary>
    public async Task<(TEvent Made, IReadOnlyList<Event> FollowUps)> SubmitWhole<TEvent>(Command command)
        where TEvent : Event => await Answer(command) is var answer ? ((TEvent)answer.Event!, answer.FollowUps) : default;

    /// <summary>Submits commands of the gateway itself, and waits for all of them.</summary>
    /// <returns>How many took effect; rules refused the others.</returns>
    /// <exception cref="JournalFullException">Too many commands wait; some were not submitted.</exception>
    /// <exception cref="StoreUnavailableException">The gateway is stopping, or the store did not commit some.</exception>
    public Task<int> SubmitAll(IReadOnlyCollection<Command> commands)
    {
        var group = new WaitingGroup(commands.Count);
        foreach (var command in commands)
        {
            if (!_queue.Writer.TryWrite(new WaitingInGroup(command, group)))
            {
                group.Count(false, NotTaken());
            }
        }

        return group.Ended;
    }

    private Task<Answer> Answer(Command command) =>
        _stored?.Refuses(command.Context.Caller) is { } refused ? AnswerRetry(command, refused) : Enter(command);

    /// <summary>A retry stores nothing, so the daily limit does not apply to a retry.</summary>
    private async Task<Answer> AnswerRetry(Command command, DailyLimitException refused) =>
        await WasAnswered(command) ? await Enter(command) : throw refused;

    private Task<Answer> Enter(Command command)
    {
        var waiting = new WaitingCall(command, _fingerprint.Of(command));
        return _queue.Writer.TryWrite(waiting) ? Answer(waiting) : Task.FromException<Answer>(NotTaken());
    }

    private Exception NotTaken() =>
        _isStopping ? new StoreUnavailableException("The gateway is stopping.") : new JournalFullException(_options.JournalCapacity);

    private async Task<bool> WasAnswered(Command command) =>
        await _store.Read(rows => rows.Find(new StoredAnswer.Of(command.Context.Caller.ToString(), command.Context.RequestId)), CancellationToken.None) is not null;

    /// <summary>
    /// Submits a command of a stream. If the queue is full, waits for a place instead of failing. Keeps the order of the
    /// calls. Streams take at most half of the queue. Returns when the command is in the queue; the inner task is the
    /// answer.
    /// </summary>
    /// <param name="command">The command to submit.</param>
    /// <param name="entering">Cancels the wait for a place. The command is then not submitted.</param>
    /// <param name="answering">Cancels the wait for the answer. The submitted command still takes effect.</param>
    public async ValueTask<Task<TEvent>> Enqueue<TEvent>(Command command, CancellationToken entering, CancellationToken answering)
        where TEvent : Event
    {
        if (_stored?.Refuses(command.Context.Caller) is { } refused && !await WasAnswered(command))
        {
            throw refused;
        }

        var waiting = new WaitingCall(command, _fingerprint.Of(command));
        await _streamPlaces.WaitAsync(entering);
        _ = waiting.Answer.ContinueWith(_ => _streamPlaces.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await _queue.Writer.WriteAsync(waiting, entering);
        }
        catch (Exception notTaken) when (notTaken is ChannelClosedException or OperationCanceledException)
        {
            waiting.Cancel();
            throw notTaken is ChannelClosedException ? new StoreUnavailableException("The gateway is stopping.") : notTaken;
        }

        // A caller that has left the stream stops waiting and handles no more answers.
        return Made<TEvent>(waiting).WaitAsync(answering);
    }

    /// <summary>
    /// Queues a command that another gateway hands over. Waits for a place in the queue, and keeps the order. Other gateways
    /// take at most half of the queue; each place is freed with <see cref="FreePeerPlace"/>.
    /// </summary>
    /// <exception cref="ChannelClosedException">The gateway is stopping; the command was not queued.</exception>
    public async ValueTask TakeIn(Waiting handedOver, CancellationToken cancellation)
    {
        await _peerPlaces.WaitAsync(cancellation);
        try
        {
            await _queue.Writer.WriteAsync(handedOver, cancellation);
        }
        catch
        {
            FreePeerPlace();
            throw;
        }
    }

    public void FreePeerPlace() => _peerPlaces.Release();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "journal" };
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <summary>Accepts no new commands and finishes the accepted ones, even if the host would not wait that long.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        _queue.Writer.TryComplete();
        return _thread is null ? Task.CompletedTask : _ended.Task;
    }

    public void Dispose()
    {
        _streamPlaces.Dispose();
        _peerPlaces.Dispose();
        _loop.Dispose();
    }

    private void Run()
    {
        try
        {
            _loop.Run();
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private async Task<TEvent> Made<TEvent>(WaitingCall waiting)
        where TEvent : Event => (TEvent)(await Answer(waiting)).Event!;

    private async Task<Answer> Answer(WaitingCall waiting)
    {
        var answer = await waiting.Answer;
        if (!answer.IsRepeated)
        {
            _stored?.Count(waiting.Command.Context.Caller);
        }

        return answer.Refusal is { } refusal ? throw new RefusedException(refusal) : answer;
    }
}
