using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Telemetry;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>A message of a stream could not be read. The stream ends with <see cref="Status"/>.</summary>
internal sealed class UnreadableRequestException(Google.Rpc.Status status, Exception cause) : Exception(status.Message, cause)
{
    public Google.Rpc.Status Status { get; } = status;
}

/// <summary>
/// Answers requests whose bytes are not the expected message, are too many, or are not a whole frame. With such bytes a
/// unary call fails before any interceptor, and the framework answers only with a code; a stream fails where it reads.
/// Both get the same reason here, over any store.
/// </summary>
internal static class UnreadableRequests
{
    private const string _contentType = "application/grpc";

    // The framework's message about a frame of 2 GiB or more, which has no exception type of its own.
    private const string _beyondInt32 = "Message too large";

    public static readonly InvalidFieldsException Fault = new([("request", "is no such message, or has a string that is no UTF-8; compare your .proto files with the gateway's.")]);

    private static readonly InvalidFieldsException _brokenFrame = new([("request", "is no whole gRPC frame: 5 bytes that tell its length, and so many bytes, packed as grpc-encoding says.")]);

    public static Google.Rpc.Status TooLarge => RefusalStatus.Of(
        V1.ErrorReason.MessageTooLarge, $"A message may have {RpcSetup.MaxMessageBytes} bytes at most.",
        [("maximum_bytes", RpcSetup.MaxMessageBytes.ToString())]);

    /// <summary>The status of a failure to read a message; null for another failure.</summary>
    public static Google.Rpc.Status? StatusOf(Exception failed) => failed switch
    {
        RpcException { StatusCode: StatusCode.ResourceExhausted } => TooLarge,
        IOException when failed.Message.StartsWith(_beyondInt32, StringComparison.Ordinal) => TooLarge,
        RpcException { StatusCode: StatusCode.Unimplemented } => UnknownEncoding,
        RpcException { StatusCode: StatusCode.Internal } or InvalidDataException => RefusalStatus.Of(_brokenFrame),
        InvalidProtocolBufferException => RefusalStatus.Of(Fault),
        _ => null,
    };

    /// <summary>Answers a call that ended as unreadable, and a call of an unknown method. Leaves other calls unchanged.</summary>
    public static void Answer(HttpContext context, Instruments instruments, BoundedLines log)
    {
        var headers = context.Response.Headers;
        if (context.GetEndpoint() is null && context.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound } && IsGrpc(context.Request))
        {
            // Routing found no service.
            context.Response.StatusCode = StatusCodes.Status200OK;
            AnswerNoSuchMethod(context, log);
            return;
        }

        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested || context.Response.StatusCode != StatusCodes.Status200OK
            || headers.ContainsKey(RefusalStatus.DetailsTrailer) || !int.TryParse(headers["grpc-status"], out var code))
        {
            return;
        }

        var method = Measurement.MethodOf(context);
        if (method is null)
        {
            if ((StatusCode)code == StatusCode.Unimplemented)
            {
                AnswerNoSuchMethod(context, log);
            }
        }
        else if (Failure(context, (StatusCode)code) is { } failed)
        {
            var status = StatusOf(failed);
            if (status is not null)
            {
                log.Tell(BoundedLines.Unreadable, method, failed.Message);
            }

            // A caller that reset the stream is gone and gets no answer.
            if (status is null && failed is IOException or OperationCanceledException)
            {
                return;
            }

            // Any other failure outside the interceptor is a fault, such as an answer that cannot be written.
            status ??= InternalFault(log.TellFault(method, failed));
            instruments.CountRefusal(method, status);
            context.Response.WriteStatus(status);
        }
    }

    private static bool IsGrpc(HttpRequest request) =>
        HttpProtocol.IsHttp2(request.Protocol) && HttpMethods.IsPost(request.Method) && request.ContentType?.StartsWith(_contentType, StringComparison.OrdinalIgnoreCase) == true;

    private static void AnswerNoSuchMethod(HttpContext context, BoundedLines log)
    {
        var path = context.Request.Path.Value ?? "";
        log.Tell(BoundedLines.NoSuchMethod, path, "unimplemented");
        context.Response.WriteStatus(NoSuchMethod(path));
    }

    /// <summary>The status of a fault of the gateway. The operator finds the fault's line in the log by the trace id.</summary>
    public static Google.Rpc.Status InternalFault(string trace) => RefusalStatus.Of(
        V1.ErrorReason.InternalFault, "The gateway failed; the operator can find it by the trace id.", [("trace_id", trace)]);

    /// <summary>The failure of a call that ended outside the interceptor; null if it did not fail there.</summary>
    private static Exception? Failure(HttpContext context, StatusCode code)
    {
        var ended = context.Features.Get<IServerCallContextFeature>()?.ServerCallContext.Status ?? default;
        return code switch
        {
            StatusCode.Unknown => ended.DebugException,
            StatusCode.ResourceExhausted or StatusCode.Internal or StatusCode.Unimplemented => new RpcException(ended),
            _ => null,
        };
    }

    /// <summary>Answers with a status alone, as gRPC does (Trailers-Only).</summary>
    public static void WriteStatus(this HttpResponse response, Google.Rpc.Status status)
    {
        response.ContentType = _contentType;
        response.Headers[RefusalStatus.DetailsTrailer] = Convert.ToBase64String(status.ToByteArray()).TrimEnd('=');
        response.Headers["grpc-status"] = status.Code.ToString();
        response.Headers["grpc-message"] = GrpcMessage.Encode(status.Message);
    }

    private static Google.Rpc.Status UnknownEncoding => RefusalStatus.Of(
        V1.ErrorReason.EncodingNotSupported, $"The gateway does not read this grpc-encoding; send {BoundedDecompression.Encodings}.",
        [("supported_encodings", BoundedDecompression.Encodings)]);

    private static Google.Rpc.Status NoSuchMethod(string path) => RefusalStatus.Of(
        V1.ErrorReason.MethodNotFound, $"There is no method {Excerpt.Of(path, 100)}; the contract is in coalition/gateway/v1.",
        [("method", Excerpt.Of(path, 100))]);
}
