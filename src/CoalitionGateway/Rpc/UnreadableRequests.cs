using CoalitionGateway.Telemetry;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace CoalitionGateway.Rpc;

/// <summary>
/// Bytes that are no such message, or too many of them, fail before any interceptor sees the call, and the framework
/// answers UNKNOWN or RESOURCE_EXHAUSTED without details. The interceptor lets no other failure end so; what does is
/// answered as the unreadable request that it is.
/// </summary>
internal static class UnreadableRequests
{
    public static readonly InvalidFieldsException Fault = new([("request", "is no such message; compare your .proto files with the gateway's.")]);

    public static Google.Rpc.Status TooLarge => RefusalStatus.Of(
        StatusCode.ResourceExhausted, V1.ErrorReason.MessageTooLarge, $"A message may have {RpcSetup.MaxMessageBytes} bytes at most.",
        [("maximum_bytes", RpcSetup.MaxMessageBytes.ToString())]);

    /// <summary>Answers a call that ended as one, if it did.</summary>
    public static void Answer(HttpContext context, Instruments instruments)
    {
        var headers = context.Response.Headers;
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null
            && !context.Response.HasStarted
            && !headers.ContainsKey(RefusalStatus.DetailsTrailer)
            && Answer(headers["grpc-status"]) is { } status)
        {
            instruments.CountRefusal(Measurement.MethodOf(context), status);
            context.Response.WriteStatus(status);
        }
    }

    /// <summary>Answers with a status alone, as gRPC does (Trailers-Only).</summary>
    public static void WriteStatus(this HttpResponse response, Google.Rpc.Status status)
    {
        response.ContentType = "application/grpc";
        response.Headers[RefusalStatus.DetailsTrailer] = Convert.ToBase64String(status.ToByteArray()).TrimEnd('=');
        response.Headers["grpc-status"] = status.Code.ToString();
        response.Headers["grpc-message"] = GrpcMessage.Encode(status.Message);
    }

    private static Google.Rpc.Status? Answer(string? code) => int.TryParse(code, out var number)
        ? (StatusCode)number switch
        {
            StatusCode.Unknown => RefusalStatus.Of(Fault),
            StatusCode.ResourceExhausted => TooLarge,
            _ => null,
        }
        : null;
}
