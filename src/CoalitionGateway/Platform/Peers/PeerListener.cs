using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.Peers;

/// <summary>
/// Accepts the commands of other gateways while this gateway leads. Clients cannot use this port: a peer without the
/// gateways' keys is rejected before any frame is read.
/// </summary>
internal sealed partial class PeerListener(PeerIdentity identity, CommandJournal journal, LedgerStore store, ILogger<PeerListener> log) : IDisposable
{
    private const int _mostConnections = 64;
    private const int _mostGreetings = 16;
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _greeting = TimeSpan.FromSeconds(1);
    private readonly ILogger _log = log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _places = new(_mostConnections);

    // Separate from the places of connections, so that silent strangers take no place of a gateway.
    private readonly SemaphoreSlim _greetings = new(_mostGreetings);
    private TcpListener? _listener;
    private CancellationTokenSource? _leading;

    /// <summary>
    /// The one address and port that a text such as "gateway-1:5102" names; null if the text names none, or names all
    /// addresses.
    /// </summary>
    public static IPEndPoint? Endpoint(string address)
    {
        var colon = address.LastIndexOf(':');
        if (colon < 0 || !IPEndPoint.TryParse(address, out var endpoint) || !address.EndsWith($":{endpoint.Port}", StringComparison.Ordinal))
        {
            endpoint = colon > 0 && ushort.TryParse(address.AsSpan(colon + 1), out var port) && Resolve(address[..colon]) is { } found ? new IPEndPoint(found, port) : null;
        }

        return endpoint is null || endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any) ? null : endpoint;
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="endpoint">An address of this machine; port 0: any free port.</param>
    /// <returns>The address at which other gateways reach the listener.</returns>
    /// <exception cref="InvalidOperationException">The port is taken, or the address is another machine's.</exception>
    public string Start(IPEndPoint endpoint)
    {
        try
        {
            _listener = new TcpListener(endpoint);
            _listener.Start();
        }
        catch (SocketException failed)
        {
            throw new InvalidOperationException($"Gateway:PeerAddress is {endpoint}, and it cannot be listened at: {failed.Message}", failed);
        }

        _ = Accept(_listener);
        return _listener.LocalEndpoint.ToString()!;
    }

    /// <summary>Accepts commands from now on.</summary>
    public void Lead() => _leading ??= CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);

    /// <summary>
    /// Accepts no more commands and ends the connections. The other gateways take back their commands without an answer.
    /// </summary>
    public void Yield() => Interlocked.Exchange(ref _leading, null)?.Cancel();

    public void Dispose()
    {
        _stopping.Cancel();
        _listener?.Dispose();
    }

    private static IPAddress? Resolve(string host)
    {
        try
        {
            // A machine's own name may resolve to a loopback address, which no other machine can reach.
            var found = Dns.GetHostAddresses(host);
            return found.FirstOrDefault(one => !IPAddress.IsLoopback(one)) ?? found.FirstOrDefault();
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private async Task Accept(TcpListener listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptSocketAsync(_stopping.Token);
                if (_leading is { } leading && _greetings.Wait(0, CancellationToken.None))
                {
                    _ = Serve(socket, leading.Token);
                }
                else
                {
                    socket.Dispose();
                }
            }
            catch (Exception failed) when (failed is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failed)
            {
                LogNotAccepted(failed);
                await Task.Delay(_pause, CancellationToken.None);
            }
        }
    }

    private async Task Serve(Socket socket, CancellationToken leading)
    {
        var (isGreeting, hasPlace) = (true, false);
        try
        {
            socket.NoDelay = true;
            await using var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            using (var patience = CancellationTokenSource.CreateLinkedTokenSource(leading))
            {
                patience.CancelAfter(_greeting);
                await identity.Serve(stream, patience.Token);
                var build = new byte[PeerIdentity.Build.Length];
                await stream.ReadExactlyAsync(build, patience.Token);
                if (!build.AsSpan().SequenceEqual(PeerIdentity.Build))
                {
                    return;
                }

                hasPlace = _places.Wait(0, CancellationToken.None);
                if (!hasPlace)
                {
                    return;
                }

                await stream.WriteAsync(new byte[1], patience.Token);
            }

            isGreeting = false;
            _greetings.Release();

            await new FollowerConnection(stream, journal, store).Run(leading);
        }
        catch (Exception failed) when (failed is IOException or AuthenticationException or OperationCanceledException or SocketException)
        {
            // The peer was no gateway of this coalition, or the peer left.
        }
        finally
        {
            socket.Dispose();
            if (isGreeting)
            {
                _greetings.Release();
            }

            if (hasPlace)
            {
                _places.Release();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A connection of another gateway was not accepted")]
    private partial void LogNotAccepted(Exception failed);
}
