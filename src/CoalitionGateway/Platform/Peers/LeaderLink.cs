using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Telemetry;

namespace CoalitionGateway.Platform.Peers;

/// <summary>
/// A connection to the gateway that leads. The connection ends if the leader closes it, is silent for too long, or sends an
/// invalid frame. The commands without an answer are then taken back.
/// </summary>
internal sealed class LeaderLink : ILeader, IDisposable
{
    /// <summary>How long a gateway waits for its leader. A leader sends five heartbeats in the time that it may be silent.</summary>
    public static readonly LeaderPatience Patience = new(Greeting: TimeSpan.FromSeconds(1), Silence: TimeSpan.FromMilliseconds(750));

    private readonly SslStream _stream;
    private readonly Instruments? _instruments;
    private readonly Action<long>? _saw;
    private readonly int _most;
    private readonly object _turn = new();
    private readonly Dictionary<long, (Waiting Command, long Handed)> _unanswered = [];
    private readonly ArrayBufferWriter<byte> _out = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeSpan _longest;
    private readonly Timer _silence;
    private long _last;
    private long _ticked = Stopwatch.GetTimestamp();
    private long _heard = Stopwatch.GetTimestamp();

    private LeaderLink(SslStream stream, string address, int most, Instruments? instruments, Action<long>? saw, TimeSpan silence)
    {
        (_stream, Address, _most, _instruments, _saw, _longest) = (stream, address, most, instruments, saw, silence);
        _silence = new Timer(_ => EndIfSilent(), null, silence / 5, silence / 5);
        _ = Listen();
    }

    public string Address { get; }

    public bool IsOpen => !_ended.Task.IsCompleted;

    public Task Ended => _ended.Task;

    public int Unanswered
    {
        get
        {
            lock (_turn)
            {
                return _unanswered.Count;
            }
        }
    }

    /// <param name="address">Where the leader listens, as "host:port".</param>
    /// <param name="most">The most commands without an answer; further commands wait.</param>
    /// <param name="saw">Learns the last turn that the leader knows, with each of its messages.</param>
    /// <param name="patience"><see cref="Patience"/>, but for a test.</param>
    /// <returns>Null if no gateway at the address accepts commands.</returns>
    public static async Task<LeaderLink?> Open(
        string address, PeerIdentity identity, int most, Instruments? instruments, Action<long>? saw, LeaderPatience patience, CancellationToken cancellation)
    {
        if (!IPEndPoint.TryParse(address, out var endpoint))
        {
            return null;
        }

        using var greeting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        greeting.CancelAfter(patience.Greeting);
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var stream = default(SslStream);
        try
        {
            await socket.ConnectAsync(endpoint, greeting.Token);
            stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await identity.Call(stream, greeting.Token);
            await stream.WriteAsync(PeerIdentity.Build, greeting.Token);
            var taken = new byte[1];
            await stream.ReadExactlyAsync(taken, greeting.Token);
            stream.WriteTimeout = (int)patience.Silence.TotalMilliseconds;
            return new LeaderLink(stream, address, most, instruments, saw, patience.Silence);
        }
        catch (Exception failed) when (failed is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            await (stream?.DisposeAsync() ?? ValueTask.CompletedTask);
            socket.Dispose();
            return null;
        }
    }

    public void HandOver(IReadOnlyList<Waiting> commands)
    {
        var first = _last + 1;
        lock (_turn)
        {
            while (_unanswered.Count >= _most && IsOpen)
            {
                Monitor.Wait(_turn, _longest / 5);
            }

            // All commands are registered before the first write can fail, so that all of them can be taken back.
            var now = Stopwatch.GetTimestamp();
            foreach (var waiting in commands)
            {
                _unanswered.Add(++_last, (waiting, now));
            }
        }

        try
        {
            _out.ResetWrittenCount();
            for (var i = 0; i < commands.Count; i++)
            {
                PeerFrames.WriteCommand(_out, first + i, commands[i].Fingerprint, commands[i].Command);
            }

            _stream.Write(_out.WrittenSpan);
        }
        catch (Exception)
        {
            // This gateway decides the commands itself, whatever the failure was.
            End();
        }
    }

    public IReadOnlyList<Waiting> TakeBack()
    {
        End();
        lock (_turn)
        {
            Waiting[] back = [.. _unanswered.OrderBy(found => found.Key).Select(found => found.Value.Command)];
            _unanswered.Clear();
            return [.. back.Select(waiting => waiting.TakenBack())];
        }
    }

    public void Dispose() => End();

    private async Task Listen()
    {
        var reader = PipeReader.Create(_stream);
        try
        {
            while (await PeerFrames.Read(reader, CancellationToken.None) is { } frame)
            {
                Volatile.Write(ref _heard, Stopwatch.GetTimestamp());
                Take(PeerFrames.ReadWord(frame));
            }
        }
        catch (Exception failed) when (failed is IOException or ObjectDisposedException or FormatException or InvalidOperationException)
        {
            // The commands without an answer are taken back.
        }
        finally
        {
            End();
            await reader.CompleteAsync();
        }
    }

    private void Take((long Number, long Turn, PeerWord Word, byte[] Bytes) told)
    {
        _saw?.Invoke(told.Turn);
        if (told.Word == PeerWord.Beat)
        {
            return;
        }

        if (told.Word == PeerWord.Unavailable)
        {
            // This gateway may still get through to the database.
            End();
            return;
        }

        var answer = told.Word == PeerWord.Answer ? Answer.Decode(told.Bytes) : null;
        (Waiting Command, long Handed) found;
        lock (_turn)
        {
            if (!_unanswered.Remove(told.Number, out found))
            {
                return;
            }

            Monitor.Pulse(_turn);
        }

        _instruments?.HandedOver(Stopwatch.GetElapsedTime(found.Handed));
        if (answer is not null)
        {
            found.Command.Tell(answer);
        }
        else
        {
            found.Command.Fail(new InvalidOperationException($"The gateway that leads could not decide it: {Encoding.UTF8.GetString(told.Bytes)}"));
        }
    }

    private void EndIfSilent()
    {
        // If this gateway itself was paused, the leader's messages from that time are still unread.
        var late = Stopwatch.GetElapsedTime(_ticked);
        _ticked = Stopwatch.GetTimestamp();
        if (late < 2 * _longest / 5 && Stopwatch.GetElapsedTime(Volatile.Read(ref _heard)) > _longest)
        {
            End();
        }
    }

    private void End()
    {
        if (_ended.TrySetResult())
        {
            _silence.Dispose();
            _stream.Dispose();
        }
    }
}
