using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Store.Postgres;
using CoalitionGateway.Platform.Store.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Testing;

/// <summary>The store, with a switch that makes it unreachable and a gate that holds its writes.</summary>
internal sealed class FragileStore(LedgerStore store) : LedgerStore
{
    private volatile bool _isDown;
    private volatile bool _isReachable = true;

    public bool IsDown
    {
        get => _isDown;
        set => _isDown = value;
    }

    /// <summary>Every write waits for this gate. It is open unless a test closes it.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    public override RowTables Tables => store.Tables;

    public override bool IsReachable => _isReachable;

    /// <summary>Replaces the gateway's store with this one.</summary>
    public static void Use(WebApplicationBuilder builder) => builder.Services.AddSingleton<LedgerStore>(services => new FragileStore(
        services.GetRequiredService<GatewayOptions>().Postgres.Length > 0
            ? ActivatorUtilities.CreateInstance<PostgresStore>(services)
            : ActivatorUtilities.CreateInstance<SqliteStore>(services)));

    public override LedgerContext CreateContext() => store.CreateContext();

    public override T Transact<T>(Func<WorkingState, Action, T> decide)
    {
        Gate.Wait();
        _isReachable = !_isDown;
        return _isDown ? throw Gone() : store.Transact(decide);
    }

    public override int Sequence(int most, LogSigner signer) => _isDown ? throw Gone() : store.Sequence(most, signer);

    public override StoreUnavailableException? Unavailable(Exception failed) => failed as StoreUnavailableException ?? store.Unavailable(failed);

    public override IRowSession OpenSession() => new FragileSession(this, store.OpenSession());

    protected override void Close()
    {
        Gate.Dispose();
        store.Dispose();
    }

    private static StoreUnavailableException Gone() => new("The store did not answer.");

    private sealed class FragileSession(FragileStore store, IRowSession session) : IRowSession
    {
        public WorkingState Begin() => store.IsDown ? throw Gone() : session.Begin();

        public void Load(WorkingState rows)
        {
            if (store.IsDown)
            {
                throw Gone();
            }

            session.Load(rows);
        }

        public void End() => session.End();

        public StoreUnavailableException? Unavailable(Exception failed) => failed as StoreUnavailableException ?? session.Unavailable(failed);

        public void Dispose() => session.Dispose();
    }
}
