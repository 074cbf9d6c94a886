using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace CoalitionGateway.Testing.Processes;

/// <summary>
/// One HTTP/2 connection (RFC 9113), frame by frame, without the rules of a proper client. It sends whatever a test asks for,
/// respects no limit except flow control on request, and reads only if told to.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private const byte _data = 0;
    private const byte _headers = 1;
    private const byte _reset = 3;
    private const byte _settings = 4;
    private const byte _ping = 6;
    private const byte _goAway = 7;
    private const byte _windowUpdate = 8;
    private const int _frameHeader = 9;
    private const int _initialWindow = 65_535;

    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly SemaphoreSlim _moreWindow = new(0);
    private long _window = _initialWindow;
    private int _goAways;
    private int _resets;
    private volatile bool _isClosed;

    private RawConnection()
    {
    }

    /// <summary>How often the server said that it accepts no more streams.</summary>
    public int GoAways => Volatile.Read(ref _goAways);

    /// <summary>The number of streams that the server reset.</summary>
    public int Resets => Volatile.Read(ref _resets);

    public bool IsClosed => _isClosed;

    /// <param name="address">The address where the gateway listens.</param>
    /// <param name="reads">Whether it ever reads the incoming data.</param>
    public static async Task<RawConnection> Open(Uri address, bool reads = true)
    {
        var connection = new RawConnection();
        if (!reads)
        {
            connection._tcp.ReceiveBufferSize = 4096;
        }

        await connection._tcp.ConnectAsync(address.Host, address.Port);
        await connection.Send([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(_settings, 0, 0, [])]);
        if (reads)
        {
            _ = connection.Read();
        }

        return connection;
    }

    /// <summary>The header frame of a call; the stream stays open for its message.</summary>
    public static byte[] Call(int stream, string path, string token) => Frame(_headers, 4, stream,
    [
        .. Field(":method", "POST"), .. Field(":scheme", "http"), .. Field(":path", path), .. Field(":authority", "localhost"),
        .. Field("content-type", "application/grpc"), .. Field("te", "trailers"), .. Field("authorization", $"Bearer {token}"),
    ]);

    public static byte[] Data(int stream, byte[] data) => Frame(_data, 0, stream, data);

    public static byte[] Reset(int stream) => Frame(_reset, 0, stream, [0, 0, 0, 8]);

    /// <summary>The prefix of a gRPC message that announces this many bytes.</summary>
    public static byte[] Prefix(uint length)
    {
        var prefix = new byte[5];
        BinaryPrimitives.WriteUInt32BigEndian(prefix.AsSpan(1), length);
        return prefix;
    }

    public async Task Send(params byte[][] frames)
    {
        try
        {
            await _tcp.GetStream().WriteAsync(frames.SelectMany(frame => frame).ToArray());
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or InvalidOperationException)
        {
            _isClosed = true;
        }
    }

    /// <summary>Sends data as the connection's window allows. False if the window stays closed or the connection ends.</summary>
    public async Task<bool> SendWithinWindow(int stream, byte[] data, TimeSpan patience)
    {
        for (var end = DateTime.UtcNow + patience; Volatile.Read(ref _window) < data.Length; await _moreWindow.WaitAsync(50))
        {
            if (_isClosed || DateTime.UtcNow > end)
            {
                return false;
            }
        }

        Interlocked.Add(ref _window, -data.Length);
        await Send(Data(stream, data));
        return !_isClosed;
    }

    public void Dispose()
    {
        _tcp.Dispose();
        _moreWindow.Dispose();
    }

    private async Task Read()
    {
        var (header, stream) = (new byte[_frameHeader], _tcp.GetStream());
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(header);
                var payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
                await stream.ReadExactlyAsync(payload);
                switch (header[3])
                {
                    case _settings when (header[4] & 1) == 0:
                        await Send(Frame(_settings, 1, 0, []));
                        break;
                    case _windowUpdate when BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(5)) == 0:
                        Interlocked.Add(ref _window, BinaryPrimitives.ReadUInt32BigEndian(payload));
                        _moreWindow.Release();
                        break;
                    case _ping when (header[4] & 1) == 0:
                        await Send(Frame(_ping, 1, 0, payload));
                        break;
                    case _reset:
                        Interlocked.Increment(ref _resets);
                        break;
                    case _goAway:
                        Interlocked.Increment(ref _goAways);
                        break;
                }
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            _isClosed = true;
        }
    }

    /// <summary>Any frame, including forbidden ones.</summary>
    public static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[_frameHeader + payload.Length];
        (frame[0], frame[1], frame[2], frame[3], frame[4]) = ((byte)(payload.Length >> 16), (byte)((payload.Length >> 8) & 0xFF), (byte)(payload.Length & 0xFF), type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, _frameHeader);
        return frame;
    }

    /// <summary>A literal header field that is not indexed (RFC 7541, section 6.2.2), without Huffman's code.</summary>
    private static byte[] Field(string name, string value) => [0, .. Text(name), .. Text(value)];

    private static byte[] Text(string text)
    {
        const int prefixMax = 127;
        var bytes = new List<byte>();
        if (text.Length < prefixMax)
        {
            bytes.Add((byte)text.Length);
        }
        else
        {
            bytes.Add(prefixMax);
            var rest = text.Length - prefixMax;
            for (; rest >= 128; rest >>= 7)
            {
                bytes.Add((byte)((rest & 127) | 128));
            }

            bytes.Add((byte)rest);
        }

        bytes.AddRange(Encoding.ASCII.GetBytes(text));
        return [.. bytes];
    }
}
