using CoalitionGateway.Fuzz.Tests.Generating;

namespace CoalitionGateway.Fuzz.Tests;

/// <summary>
/// Sends HTTP/2 frames that break the protocol: frames out of order, calls that never end, endless headers. None of these has a
/// correct answer. Other callers must be served meanwhile, and memory must stay bounded.
/// </summary>
internal sealed class FrameFuzzer(Uri address, Func<string> token, RequestGenerator generator, Random random)
{
    private const string _stream = "/coalition.gateway.v1.EarningService/StreamPurchases";
    private const string _unary = "/coalition.gateway.v1.EarningService/RecordPurchase";
    private const int _mostOpen = 12;

    private readonly Queue<RawConnection> _open = new();

    public int Connections { get; private set; }

    public async Task Run(CancellationToken stop)
    {
        for (; !stop.IsCancellationRequested; Connections++)
        {
            var connection = await RawConnection.Open(address, reads: random.Next(4) > 0);
            _open.Enqueue(connection);
            for (var i = random.Next(1, 30); i > 0 && !connection.IsClosed; i--)
            {
                await connection.Send(Some((2 * i) + 1));
            }

            while (_open.Count > _mostOpen)
            {
                _open.Dequeue().Dispose();
            }

            await Task.Delay(random.Next(40), CancellationToken.None);
        }

        while (_open.TryDequeue(out var left))
        {
            left.Dispose();
        }
    }

    private byte[] Some(int stream)
    {
        var call = RawConnection.Call(stream, random.Next(2) == 0 ? _stream : _unary, token());
        var entry = generator.Message(V1.StreamPurchasesRequest.Descriptor, "StreamPurchases", 0.2);
        return random.Next(12) switch
        {
            0 or 1 => [.. call, .. RawConnection.Data(stream, Wire.Frame(entry))],
            2 => [.. call, .. RawConnection.Data(stream, RawConnection.Prefix((uint)random.Next(1, 70_000)))],
            3 => [.. call, .. RawConnection.Data(stream, [0, 0])],
            4 => [.. call, .. RawConnection.Reset(stream)],
            5 => RawConnection.Data(stream, Wire.Frame(entry)),
            6 => RawConnection.Frame((byte)random.Next(256), (byte)random.Next(256), stream, new byte[random.Next(100)]),
            7 => RawConnection.Frame(6, 0, 0, new byte[8]),
            8 => RawConnection.Frame(4, 0, 0, [0, 4, 0, 0, 0, 0]),
            9 => RawConnection.Frame(8, 0, stream, [0, 0, 0, 0]),
            10 => [.. RawConnection.Frame(1, 0, stream, [0x82]), .. RawConnection.Frame(9, 0, stream, new byte[4000])],
            _ => call,
        };
    }
}
