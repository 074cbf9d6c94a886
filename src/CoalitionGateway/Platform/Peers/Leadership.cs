using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Telemetry;

namespace CoalitionGateway.Platform.Peers;

/// <summary>
/// Looks four times a second who leads among the gateways over one database, and tells the journal whether it writes or hands
/// over. One that leads and is stopped or cut off loses the lead within two seconds.
/// </summary>
internal sealed partial class Leadership(
    GatewayOptions options, LedgerStore store, CommandJournal journal, JournalRoute route, PeerIdentity identity, PeerListener listener,
    Instruments instruments, ILogger<Leadership> log) : IHostedService, IDisposable
{
    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(250);
    private readonly ILogger _log = log;
    private readonly CancellationTokenSource _stopping = new();
    private IJournalLead? _lead;
    private LeaderLink? _link;
    private Task<LeaderLink?>? _opening;
    private bool _leads;
    private Thread? _thread;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        instruments.WatchLead(() => route.IsOwn);
        if (options.PeerAddress.Length == 0 || store.Lead("") is null)
        {
            return Task.CompletedTask;
        }

        _lead = store.Lead(listener.Start(PeerListener.Endpoint(options.PeerAddress)!));
        _thread = new Thread(Watch) { IsBackground = true, Name = "lead" };
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping.Cancel();
        _thread?.Join();
        listener.Yield();
        _lead?.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _link?.Dispose();
        if (_opening is { IsCompletedSuccessfully: true, Result: { } opened })
        {
            opened.Dispose();
        }

        _stopping.Dispose();
    }

    private void Watch()
    {
        do
        {
            try
            {
                Look();
            }
            catch (Exception failed)
            {
                // Nobody is known to lead. Each writes for itself, if the database lets it.
                if (_leads)
                {
                    LogLost(failed);
                }

                Follow(null);
            }
        }
        while (!_stopping.Token.WaitHandle.WaitOne(_pace));
    }

    private void Look()
    {
        if (journal.IsStuck)
        {
            _lead!.Yield();
        }

        if (_lead!.Look() is not { } address)
        {
            if (!_leads)
            {
                _leads = true;
                LogLeads();
            }

            End();
            listener.Lead();
            route.Lead();
            return;
        }

        if (_link is { IsOpen: true } open && open.Address == address)
        {
            return;
        }

        if (_opening is not { IsCompleted: true })
        {
            // Beside, so that the next look comes in time: a gateway that is stopped still takes connections, and says nothing.
            Follow(null);
            _opening ??= LeaderLink.Open(address, identity, options.JournalCapacity, instruments, _stopping.Token);
            return;
        }

        Follow(_opening.Result);
        _opening = null;
        if (_link is not null)
        {
            LogFollows(_link.Address);
        }
    }

    private void Follow(LeaderLink? link)
    {
        _leads = false;
        listener.Yield();
        End();
        _link = link;
        route.Follow(link);
    }

    private void End()
    {
        _link?.Dispose();
        _link = null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This gateway leads: it writes for all")]
    private partial void LogLeads();

    [LoggerMessage(Level = LogLevel.Information, Message = "The gateway at {Address} leads and is handed this one's commands")]
    private partial void LogFollows(string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This gateway no longer leads")]
    private partial void LogLost(Exception failed);
}
