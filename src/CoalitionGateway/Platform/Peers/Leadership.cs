using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Telemetry;

namespace CoalitionGateway.Platform.Peers;

/// <summary>
/// Checks four times a second which of the gateways over one database leads, and tells the journal whether to write or to
/// hand over. A leader that is paused or cut off loses the lead within two seconds.
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
    private string _address = "";
    private string? _unreached;
    private bool _leads;
    private Thread? _thread;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        instruments.WatchLead(() => route.IsOwn);
        if (store.Lead("") is null)
        {
            return Task.CompletedTask;
        }

        // A gateway without an address may lead too. The others then write for themselves.
        var endpoint = options.PeerAddress.Length == 0 ? null : PeerListener.Endpoint(options.PeerAddress) ?? throw new InvalidOperationException($"Gateway:PeerAddress is '{options.PeerAddress}', which leads nowhere.");
        _lead = store.Lead(endpoint is null ? "" : listener.Start(endpoint));
        _thread = new Thread(Watch) { IsBackground = true, Name = "lead" };
        _thread.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        _thread?.Join();
        listener.Yield();
        _lead?.Dispose();
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
                // The leader is unknown. Each gateway writes for itself, if the database allows.
                if (_leads)
                {
                    LogLost(failed);
                }

                // A connection to a leader stays open: the leader closes the connection when it loses the lead.
                if (_link is not { IsOpen: true })
                {
                    Follow(null);
                }
            }
        }
        while (!_stopping.Token.WaitHandle.WaitOne(_pace));
    }

    private void Look()
    {
        if (journal.IsStuck)
        {
            // Another gateway may still get through to the database.
            _lead!.Yield();
            Follow(null);
            return;
        }

        if (_lead!.Look())
        {
            if (!_leads)
            {
                _leads = true;
                LogLeads();
            }

            End();
            if (_opening is { IsCompleted: true } before)
            {
                _opening = null;
                before.GetAwaiter().GetResult()?.Dispose();
            }

            listener.Lead();
            route.Lead();
            return;
        }

        // A leader closes its connections when it loses the lead, so an open connection leads to the leader.
        if (_link is { IsOpen: true })
        {
            return;
        }

        if (_opening is not { IsCompleted: true } opening)
        {
            // Opens in the background, so that the next check is in time: a paused gateway accepts a connection but never
            // answers.
            Follow(null);
            if (options.PeerAddress.Length > 0 && _opening is null)
            {
                _address = _lead.Leader();
                _opening = LeaderLink.Open(_address, identity, options.JournalCapacity, instruments, store.SawTurn, LeaderLink.Patience, _stopping.Token);
            }

            return;
        }

        _opening = null;
        Follow(opening.GetAwaiter().GetResult());
        if (_link is not null)
        {
            _unreached = null;
            LogFollows(_link.Address);
        }
        else if (_address.Length > 0 && _address != _unreached)
        {
            _unreached = _address;
            LogUnreached(_address);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The gateway that leads, at {Address}, is of another build or cannot be reached; this one writes for itself. Check Gateway:PeerAddress")]
    private partial void LogUnreached(string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This gateway no longer leads")]
    private partial void LogLost(Exception failed);
}
