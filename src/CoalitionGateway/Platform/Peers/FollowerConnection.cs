using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Threading.Channels;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.Peers;

/// <summary>The leader's end of a connection from a gateway that hands over its commands.</summary>
internal sealed class FollowerConnection(SslStream stream, CommandJournal journal, LedgerStore store)
{
    /// <summary>The time between the leader's heartbeats.</summary>
    private static readonly TimeSpan _beat = LeaderLink.Patience.Silence / 5;

    private readonly Lock _turn = new();
    private readonly Channel<bool> _isMore = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile bool _hasEnded;
    private ArrayBufferWriter<byte> _waiting = new();
    private ArrayBufferWriter<byte> _going = new();

    /// <summary>Whether the other side still waits for answers.</summary>
    public bool IsOpen => !_hasEnded;

    /// <summary>Receives commands and sends their answers, until either side ends the connection.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var talking = Task.WhenAll(Talk(ended.Token), Beat(ended.Token));
        var reader = PipeReader.Create(stream);
        try
        {
            while (await PeerFrames.Read(reader, ended.Token) is { } frame)
            {
                var (number, fingerprint, command) = PeerFrames.ReadCommand(frame);

                // The other side may take the command back and decide it as well.
                await journal.TakeIn(new HandedOver(this, number, command.AsHandedOver(), fingerprint), ended.Token);
            }
        }
        catch (Exception failed) when (failed is IOException or OperationCanceledException or ObjectDisposedException or FormatException or ChannelClosedException)
        {
            // The other side takes back the commands without an answer.
        }
        finally
        {
            _hasEnded = true;
            await ended.CancelAsync();
            await reader.CompleteAsync();
            await stream.DisposeAsync();
            await talking;
        }
    }

    /// <summary>Frees the place that a command of this connection took in the queue.</summary>
    public void Free() => journal.FreePeerPlace();

    /// <summary>Buffers a message about a command. <see cref="Flush"/> sends all buffered messages.</summary>
    public void Say(long number, PeerWord word, ReadOnlySpan<byte> bytes)
    {
        lock (_turn)
        {
            PeerFrames.WriteWord(_waiting, number, store.SeenTurn, word, bytes);
        }
    }

    /// <summary>Sends the buffered messages soon, in one write.</summary>
    public void Flush()
    {
        lock (_turn)
        {
            if (_waiting.WrittenCount == 0)
            {
                return;
            }
        }

        _isMore.Writer.TryWrite(true);
    }

    private async Task Talk(CancellationToken cancellation)
    {
        try
        {
            while (await _isMore.Reader.ReadAsync(cancellation))
            {
                lock (_turn)
                {
                    (_waiting, _going) = (_going, _waiting);
                }

                await stream.WriteAsync(_going.WrittenMemory, cancellation);
                _going.ResetWrittenCount();
            }
        }
        catch (Exception failed) when (failed is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The other side no longer reads. Disposing the stream ends reading on this side too.
            await stream.DisposeAsync();
        }
    }

    private async Task Beat(CancellationToken cancellation)
    {
        using var pace = new PeriodicTimer(_beat);
        try
        {
            while (await pace.WaitForNextTickAsync(cancellation))
            {
                Say(0, PeerWord.Beat, []);
                Flush();
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }
}
