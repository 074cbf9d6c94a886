using System.Buffers.Binary;
using Google.Rpc;

namespace CoalitionGateway.Fuzz.Tests.Checking;

/// <summary>The answer to a call, as it came over the wire.</summary>
/// <param name="HttpStatus">The HTTP status; 0 if the stream ended without headers.</param>
/// <param name="Grpc">grpc-status; null if there was none.</param>
/// <param name="Details">grpc-status-details-bin; null if there was none.</param>
/// <param name="Frames">The answer's messages.</param>
/// <param name="Broken">How the stream broke off, if it did.</param>
internal sealed record WireAnswer(int HttpStatus, int? Grpc, string Message, byte[]? Details, IReadOnlyList<byte[]> Frames, string? Broken)
{
    /// <summary>The caller ended the call before the answer came.</summary>
    public bool IsLeft { get; init; }

    /// <summary>The status in the details; null if there is none or it cannot be read.</summary>
    public Google.Rpc.Status? Status
    {
        get
        {
            try
            {
                return Details is null ? null : Google.Rpc.Status.Parser.ParseFrom(Details);
            }
            catch (Google.Protobuf.InvalidProtocolBufferException)
            {
                return null;
            }
        }
    }

    /// <summary>The reason, if the answer is a refusal with a reason.</summary>
    public string? Reason => Status is { } status ? ReasonOf(status) : null;

    public override string ToString() =>
        $"HTTP {HttpStatus}, grpc-status {(Grpc is null ? "none" : $"{Grpc} {(global::Grpc.Core.StatusCode)Grpc}")}, {Reason ?? "no reason"}, '{Message}', {Frames.Count} messages{(Broken is null ? "" : $", broken off: {Broken}")}";

    public static string? ReasonOf(Google.Rpc.Status status) =>
        status.Details.FirstOrDefault(detail => detail.Is(ErrorInfo.Descriptor))?.Unpack<ErrorInfo>().Reason;

    public static async Task<WireAnswer> Read(HttpResponseMessage response, long most, CancellationToken cancel)
    {
        var frames = new List<byte[]>();
        var body = await response.Content.ReadAsStreamAsync(cancel);
        var (prefix, read) = (new byte[5], 0L);
        var isGrpc = response.Content.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.Ordinal) == true;
        while (isGrpc && await body.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, cancel) == prefix.Length)
        {
            var frame = new byte[BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1))];
            await body.ReadExactlyAsync(frame, cancel);
            read += frame.Length;
            if (read <= most)
            {
                frames.Add(frame);
            }
        }

        await body.CopyToAsync(Stream.Null, cancel);
        string? Header(string name) => response.TrailingHeaders.TryGetValues(name, out var trailing)
            ? trailing.Single()
            : response.Headers.TryGetValues(name, out var leading) ? leading.Single() : null;
        return new WireAnswer(
            (int)response.StatusCode, int.TryParse(Header("grpc-status"), out var code) ? code : null, Uri.UnescapeDataString(Header("grpc-message") ?? ""),
            Header("grpc-status-details-bin") is { } details ? Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '=')) : null, frames, null);
    }
}
