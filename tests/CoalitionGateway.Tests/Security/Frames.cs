using System.Buffers.Binary;
using System.IO.Compression;
using Grpc.Core;

namespace CoalitionGateway.Tests.Security;

/// <summary>gRPC frames as bytes, valid and invalid, sent without a client library that would refuse them.</summary>
internal static class Frames
{
    public static byte[] Of(ReadOnlySpan<byte> message, uint? length = null, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public static byte[] Gzip(byte[] message)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(message);
        }

        return packed.ToArray();
    }

    /// <summary>Posts bytes to a method. Returns the code and, if there is an ErrorInfo, the refusal.</summary>
    public static async Task<(StatusCode Code, GatewayRefusal? Refusal)> Post(
        TestGateway gateway, string path, byte[] body, string? token, string? encoding = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{gateway.Options.GrpcUrl}/{path}")
        {
            Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.Add("te", "trailers");
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        if (encoding is not null)
        {
            request.Headers.Add("grpc-encoding", encoding);
        }

        using var answer = await http.SendAsync(request);
        string? Trailer(string name) => answer.TrailingHeaders.TryGetValues(name, out var late) || answer.Headers.TryGetValues(name, out late) ? late.First() : null;
        var code = (StatusCode)int.Parse(Trailer("grpc-status")!);
        var details = Trailer("grpc-status-details-bin");
        return (code, details is null ? null : GatewayRefusal.From(Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(Padded(details)))));
    }

    private static string Padded(string base64) => base64.PadRight((base64.Length + 3) / 4 * 4, '=');
}
