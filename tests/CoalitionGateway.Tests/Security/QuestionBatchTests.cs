using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Platform.Store;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// A question that the store cannot process harms no other: a batch that fails is asked again, one question at a time.
/// </summary>
public sealed class QuestionBatchTests(TestCoalition coalition)
{
    private const string _unbearable = "un\0bearable";

    [Fact]
    public async Task Batch_OneQuestionFails_AnswersAllOthers()
    {
        using var store = new TouchyStore();
        await Together(store, failed => Assert.IsType<InvalidDataException>(failed));
        Assert.True(store.Sessions >= 2, "A session in an unknown state was used again.");
    }

    [Fact]
    public async Task Batch_WithTextThatTheDatabaseCannotStore_AnswersAllOthers() =>
        await Together(coalition.Gateway.Services.GetRequiredService<LedgerStore>(), _ => { });

    [Fact]
    public async Task Batch_WhenTheStoreDoesNotAnswer_FailsOnceForAll()
    {
        using var store = new TouchyStore { IsDown = true };
        var asked = Enumerable.Range(0, 50).Select(_ => store.Read(rows => rows.Find(new RegisteredClient.Of("good")), CancellationToken.None)).ToArray();
        foreach (var question in asked)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => question);
        }

        Assert.InRange(store.Sessions, 1, 50);
    }

    /// <summary>Asks good questions and a bad one in one batch.</summary>
    private static async Task Together(LedgerStore store, Action<Exception> check)
    {
        using var gate = new ManualResetEventSlim();
        var isAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = store.Read(
            _ =>
            {
                isAsked.TrySetResult();
                return gate.Wait(TimeSpan.FromMinutes(1));
            },
            CancellationToken.None);
        await isAsked.Task;

        // The answering thread waits at the gate. Questions asked meanwhile become its next batch.
        var bad = store.Read(rows => rows.Find(new RegisteredClient.Of(_unbearable)), CancellationToken.None);
        var good = Enumerable.Range(0, 20).Select(i => store.Read(rows => rows.Find(new RegisteredClient.Of($"good-{i}")) is null, CancellationToken.None)).ToArray();
        gate.Set();
        Assert.True(await first);
        Assert.All(await Task.WhenAll(good), Assert.True);
        try
        {
            Assert.Null(await bad);
        }
        catch (Exception failed) when (failed is not Xunit.Sdk.XunitException)
        {
            Assert.IsNotType<StoreUnavailableException>(failed);
            check(failed);
        }
    }

    /// <summary>A store without rows. One key makes it fail.</summary>
    private sealed class TouchyStore : LedgerStore
    {
        public bool IsDown { get; init; }

        public int Sessions { get; private set; }

        public override RowTables Tables => throw new NotSupportedException();

        public override bool IsReachable => !IsDown;

        public override StoreUnavailableException? Unavailable(Exception failed) => failed as StoreUnavailableException;

        public override LedgerContext CreateContext() => throw new NotSupportedException();

        public override T Transact<T>(Func<WorkingState, Action, T> decide) => throw new NotSupportedException();

        public override int Sequence(int most, LogSigner signer) => throw new NotSupportedException();

        public override IRowSession OpenSession()
        {
            Sessions++;
            return IsDown ? throw new StoreUnavailableException("The store does not answer.") : new Session();
        }

        protected override void Close()
        {
        }

        private sealed class Session : IRowSession
        {
            private bool _isBroken;

            public WorkingState Begin() => _isBroken ? throw new InvalidOperationException("The session is broken.") : new WorkingState();

            public void Load(WorkingState rows)
            {
                foreach (var key in rows.Missing.ToArray())
                {
                    if (key is RegisteredClient.Of { ClientId: _unbearable })
                    {
                        _isBroken = true;
                        throw new InvalidDataException("The key cannot be asked for.");
                    }

                    rows.Load(key, null);
                }
            }

            public void End()
            {
            }

            public StoreUnavailableException? Unavailable(Exception failed) => failed as StoreUnavailableException;

            public void Dispose()
            {
            }
        }
    }
}
