using System.Threading.Channels;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace CoalitionGateway.Tests.Platform.Journal;

/// <summary>
/// The next batch is decided while the last one is written. The tests cover the cases in which that write fails.
/// </summary>
public sealed class AheadTests : IDisposable
{
    private readonly Channel<Waiting> _queue = Channel.CreateUnbounded<Waiting>();
    private readonly HeldStore _store = new();
    private readonly JournalLoop _loop;
    private readonly Thread _thread;

    public AheadTests()
    {
        _loop = new JournalLoop(_queue.Reader, 10, _store, TimeProvider.System, NullLogger.Instance, new JournalRoute(), null);
        _thread = new Thread(_loop.Run);
        _thread.Start();
    }

    public void Dispose()
    {
        _store.ReleaseAll();
        _queue.Writer.Complete();
        _thread.Join();
        _loop.Dispose();
        _store.Dispose();
    }

    [Fact]
    public async Task Command_IsDecidedDuringThePreviousWrite_AndAnsweredAfterItsOwn()
    {
        var first = Submit("first");
        await Until(() => _store.WritesBegun == 1);
        var second = Submit("second");
        await Until(() => _store.Presumed.Changes.Count > 0);
        Assert.Equal(1, _store.WritesBegun);
        _store.Release(null);
        Assert.IsType<ProgrammeCreated>((await first).Event);
        await Until(() => _store.WritesBegun == 2);
        Assert.False(second.IsCompleted);
        _store.Release(null);
        Assert.IsType<ProgrammeCreated>((await second).Event);
        Assert.Empty(_store.Transacted);
    }

    [Fact]
    public async Task NextBatch_SeesWhatThePreviousBatchTook()
    {
        var first = Submit("same");
        await Until(() => _store.WritesBegun == 1);
        var second = Submit("same");
        await Until(() => _store.Presumed.Changes.Count > 0);
        _store.Release(null);
        await Until(() => _store.WritesBegun == 2);
        _store.Release(null);
        Assert.NotNull((await first).Event);
        Assert.Equal(RefusalReason.ProgrammeExists, (await second).Refusal!.Reason);
    }

    [Fact]
    public async Task ConflictingWrite_IsDecidedAgain_AndSoIsTheBatchDecidedOnIt()
    {
        var first = Submit("first");
        await Until(() => _store.WritesBegun == 1);
        var second = Submit("second");
        await Until(() => _store.Presumed.Changes.Count > 0);
        _store.Release(new ConflictException());
        Assert.NotNull((await first).Event);
        Assert.NotNull((await second).Event);
        Assert.Equal(["first", "second"], _store.Transacted);
    }

    [Fact]
    public async Task WriteWithUnknownOutcome_FailsOnlyItsOwnCommands()
    {
        var first = Submit("first");
        await Until(() => _store.WritesBegun == 1);
        var second = Submit("second");
        await Until(() => _store.Presumed.Changes.Count > 0);
        _store.Release(new StoreUnavailableException("gone"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => first);
        Assert.NotNull((await second).Event);
        Assert.Equal(["second"], _store.Transacted);
    }

    [Fact]
    public async Task WriteRefusedByTheDatabase_IsTriedAlone_AndTheNextSucceeds()
    {
        var first = Submit("first");
        await Until(() => _store.WritesBegun == 1);
        _store.Release(new InvalidOperationException("a constraint"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        var next = Submit("next");
        await Until(() => _store.WritesBegun == 2);
        _store.Release(null);
        Assert.NotNull((await next).Event);
    }

    private Task<Answer> Submit(string programme)
    {
        var issue = new CommandContext(new Caller(CallerKind.Operator, "boss"), Guid.NewGuid(), new EventId(Guid.CreateVersion7()));
        var waiting = new WaitingCall(new CreateProgramme(issue, new ProgrammeId(programme), new PartnerId(programme), "Name", "Europe/Berlin", new Money("EUR", 10_000)), [1]);
        Assert.True(_queue.Writer.TryWrite(waiting));
        return waiting.Answer.WaitAsync(TestTime.Patience);
    }

    private static async Task Until(Func<bool> isSo)
    {
        for (var left = 3000; !isSo(); left--)
        {
            Assert.True(left > 0, "It does not come about.");
            await Task.Delay(10);
        }
    }

    private sealed class ConflictException : Exception;

    /// <summary>A speculative store in memory. The test decides when and how its writes end.</summary>
    private sealed class HeldStore : LedgerStore
    {
        private readonly RowMemory _memory = new();
        private readonly Channel<Exception?> _ends = Channel.CreateUnbounded<Exception?>();
        private volatile WorkingState _presumed = new();
        private int _writesBegun;

        public HeldStore()
        {
            // Nothing has to be loaded.
            foreach (var name in new[] { "first", "second", "same", "next" })
            {
                _memory.Put(new Partner.Of(new PartnerId(name)), new Partner(new PartnerId(name), "Name", DateTime.UnixEpoch));
                _memory.Put(new Programme.Of(new ProgrammeId(name)), null);
                _memory.Put(new Programme.OwnedBy(new PartnerId(name)), null);
            }
        }

        public int WritesBegun => Volatile.Read(ref _writesBegun);

        public WorkingState Presumed => _presumed;

        /// <summary>The programmes that were created in a separate turn.</summary>
        public List<string> Transacted { get; } = [];

        public override RowTables Tables => throw new NotSupportedException();

        public override bool IsReachable => true;

        public void Release(Exception? end) => _ends.Writer.TryWrite(end);

        public void ReleaseAll() => _ends.Writer.TryComplete();

        public override WorkingState BeginSpeculative() => _presumed = new WorkingState(_memory, presumesFree: true);

        public override void Load(WorkingState rows)
        {
            foreach (var key in rows.Missing.ToArray())
            {
                rows.Load(key, null);
            }
        }

        public override StoreWrite Prepare(WorkingState rows)
        {
            var (logSize, keys) = (_memory.LogSize, rows.Touched);
            rows.Commit();
            return new StoreWrite(
                () =>
                {
                    Interlocked.Increment(ref _writesBegun);
                    _ends.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();
                    if (_ends.Reader.TryRead(out var end) && end is not null)
                    {
                        throw end;
                    }
                },
                failure =>
                {
                    if (failure is not null)
                    {
                        _memory.Retreat(0, logSize, DateTime.UnixEpoch, keys);
                    }

                    return failure is null or ConflictException ? failure is null : throw failure;
                });
        }

        public override T Transact<T>(Func<WorkingState, Action, T> decide)
        {
            var rows = new WorkingState(_memory);
            var made = decide(rows, () => Load(rows));
            Transacted.AddRange(rows.Changes.Values.OfType<Programme>().Select(programme => programme.Id.Value));
            rows.Commit();
            return made;
        }

        public override StoreUnavailableException? Unavailable(Exception failed) => failed as StoreUnavailableException;

        public override LedgerContext CreateContext() => throw new NotSupportedException();

        public override int Sequence(int most, LogSigner signer) => throw new NotSupportedException();

        public override IRowSession OpenSession() => throw new NotSupportedException();

        protected override void Close()
        {
            // Nothing is open.
        }
    }
}
