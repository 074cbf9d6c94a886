using System.IO.Compression;
using System.Text;

namespace CoalitionGateway.Fuzz.Tests.Generating;

/// <summary>One call as it goes over the wire. It can be sent again.</summary>
/// <param name="Path">Such as "/coalition.gateway.v1.PoolService/GetPool".</param>
/// <param name="Caller">The caller whose token is sent; "nobody": no token.</param>
/// <param name="Body">The frames.</param>
internal sealed record Shot(string Path, string Caller, byte[] Body)
{
    private const int _longestWithManners = 60_000;

    /// <summary>Whether the caller ends the stream after its messages.</summary>
    public bool Ends { get; init; } = true;

    /// <summary>When the caller gives up, if it does so before the answer.</summary>
    public TimeSpan? LeavesAfter { get; init; }

    /// <summary>Headers in addition to the usual ones, or instead of them.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public string ContentType { get; init; } = "application/grpc";

    /// <summary>Whether HTTP/2 itself, or the caller's own library, may refuse the call.</summary>
    public bool IsBeyondHttp { get; init; }

    /// <summary>
    /// Whether the call follows the rules of HTTP/2. If it does not, it can cost the connection that it shares with its caller's
    /// other calls: for the server, a call that was cancelled or answered early has not ended.
    /// </summary>
    public bool HasManners => Ends && LeavesAfter is null && Headers.Count == 0 && ContentType == "application/grpc" && Body.Length <= _longestWithManners;

    /// <summary>A row for FoundInputsTests.</summary>
    public override string ToString()
    {
        var body = Body.Length <= 3000 ? Convert.ToBase64String(Body) : $"{Convert.ToBase64String(Body.AsSpan(0, 300))}… ({Body.Length} bytes)";
        var headers = string.Join(" | ", Headers.Select(header => $"{header.Name}: {(header.Value.Length > 200 ? $"{header.Value[..200]}… ({header.Value.Length})" : header.Value)}"));
        var circumstances = $"{(Ends ? "" : ", half-open")}{(LeavesAfter is null ? "" : $", left after {LeavesAfter}")}{(ContentType == "application/grpc" ? "" : $", as {ContentType}")}";
        return $"""[InlineData("{Path}", "{Caller}", "{body}"{(headers.Length > 0 ? $", \"{headers}\"" : "")})]{circumstances}""";
    }
}

/// <summary>Makes valid and invalid frames.</summary>
internal static class Framing
{
    /// <summary>Puts one or more messages into frames. In one of five cases the frames have a fault.</summary>
    public static Shot Frame(Random random, string path, string caller, IReadOnlyList<byte[]> messages)
    {
        var whole = messages.SelectMany(message => Wire.Frame(message)).ToArray();
        var plain = new Shot(path, caller, whole);
        if (random.Next(5) > 0)
        {
            return plain;
        }

        var first = messages.Count > 0 ? messages[0] : [];
        uint[] lengths = [0, 1, (uint)first.Length + 1, (uint)Math.Max(0, first.Length - 1), 65_536, 65_537, int.MaxValue, (uint)int.MaxValue + 1, uint.MaxValue];
        return random.Next(16) switch
        {
            0 => plain with { Body = Wire.Frame(first, announced: lengths[random.Next(lengths.Length)]) },
            1 => plain with { Body = Wire.Frame(first, announced: lengths[random.Next(lengths.Length)]), Ends = false, LeavesAfter = TimeSpan.FromMilliseconds(300) },
            2 => plain with { Body = [.. Wire.Frame(first), .. Wire.Frame(first)] },
            3 => plain with { Body = [] },
            4 => plain with { Body = [], Ends = false, LeavesAfter = TimeSpan.FromMilliseconds(random.Next(1, 300)) },
            5 => plain with { Body = whole[..random.Next(Math.Min(5, whole.Length) + 1)] },
            6 => plain with { Body = whole.Length == 0 ? [] : whole[..random.Next(whole.Length)] },
            7 => plain with { Body = Wire.Frame(first, flag: (byte)random.Next(1, 256)) },
            8 => Compressed(random, plain, first),
            9 => plain with { Ends = false, LeavesAfter = TimeSpan.FromMilliseconds(random.Next(1, 300)) },
            10 => plain with { LeavesAfter = TimeSpan.FromMilliseconds(random.Next(5)) },
            11 => plain with { Headers = [("grpc-timeout", new[] { "1n", "0S", "1u", "1m", "99999999H", "-1S", "abc", "1", "S", "123456789S", "1 S", "" }[random.Next(12)])] },
            12 => plain with { ContentType = new[] { "application/grpc+proto", "application/grpc+json", "application/grpc-web", "application/json", "text/plain", "application/grpcx", "multipart/form-data; boundary=x" }[random.Next(7)] },
            13 => plain with { Headers = [.. Metadata(random)], IsBeyondHttp = true },
            14 => plain with { Body = [.. whole, .. new byte[random.Next(1, 6)]] },
            _ => plain with { Body = Wire.Frame(new byte[random.Next(2) == 0 ? 65_537 : 3_000_000]) },
        };
    }

    private static Shot Compressed(Random random, Shot plain, byte[] message)
    {
        var encoding = new[] { "gzip", "gzip", "deflate", "br", "identity", "zstd", "snappy", "GZIP", "gzip,identity", "\u00e9" }[random.Next(10)];
        var bytes = random.Next(4) switch
        {
            0 => message,
            1 => Gzip(new byte[random.Next(2) == 0 ? 70_000 : 20_000_000]),
            2 => [.. Gzip(message), 0, 1],
            _ => Gzip(message),
        };
        return plain with { Body = Wire.Frame(bytes, flag: (byte)random.Next(2)), Headers = [("grpc-encoding", encoding)], IsBeyondHttp = encoding == "\u00e9" };
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>Metadata that clients send by mistake or to probe the gateway.</summary>
    private static IEnumerable<(string, string)> Metadata(Random random)
    {
        yield return random.Next(12) switch
        {
            0 => ("x-long", new string('x', random.Next(2) == 0 ? 7000 : 40_000)),
            1 => ("x-odd-bin", "not base64!"),
            2 => ("x-odd", Oddities.Text(random).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal)),
            3 => ("authorization", new[] { "Bearer", "Bearer ", "bearer x", "Basic YTpi", "Bearer a b", "Bearer é", "Bearer ..", "Bearer " + new string('a', 9000), "DPoP x" }[random.Next(9)]),
            4 => ("grpc-accept-encoding", "zstd,,;q=é"),
            5 => ("traceparent", "00-00000000000000000000000000000000-0000000000000000-ff"),
            6 => ("tracestate", new string('a', 3000)),
            7 => ("grpc-status", "0"),
            8 => ("content-length", "3"),
            9 => ("x-http-method-override", "DELETE"),
            10 => ("host", "elsewhere.example"),
            _ => ("user-agent", new string('u', 2000)),
        };
        for (var i = random.Next(4) == 0 ? random.Next(150) : 0; i > 0; i--)
        {
            yield return ($"x-{i}", "value");
        }
    }
}
