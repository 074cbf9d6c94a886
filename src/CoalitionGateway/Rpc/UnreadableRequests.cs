using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace CoalitionGateway.Rpc;

/// <summary>
/// Bytes that are no such message fail before any interceptor sees the call, and the framework answers UNKNOWN. The
/// interceptor lets no other failure end so; what does is answered as the malformed request that it is.
/// </summary>
internal static class UnreadableRequests
{
    public static readonly InvalidFieldsException Fault = new([("request", "is no such message; compare your .proto files with the gateway's.")]);

    public static void UseUnreadableRequests(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        await next(context);
        var headers = context.Response.Headers;
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null
            && !context.Response.HasStarted
            && headers["grpc-status"] == ((int)StatusCode.Unknown).ToString())
        {
            context.Response.WriteStatus(RefusalStatus.Of(Fault));
        }
    });

    /// <summary>Answers with a status alone, as gRPC does (Trailers-Only).</summary>
    public static void WriteStatus(this HttpResponse response, Google.Rpc.Status status)
    {
        response.ContentType = "application/grpc";
        response.Headers[RefusalStatus.DetailsTrailer] = Convert.ToBase64String(status.ToByteArray()).TrimEnd('=');
        response.Headers["grpc-status"] = status.Code.ToString();
        response.Headers["grpc-message"] = Uri.EscapeDataString(status.Message);
    }
}
