using Grpc.AspNetCore.Server;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// Answers what failed beside the calls: a page, or a call before its handler. A request that is no good costs no line
/// of the log; a fault of the gateway costs one a second.
/// </summary>
internal static class FailedPages
{
    public static Task Answer(HttpContext context, Exception failed, BoundedLines log)
    {
        context.Response.Clear();
        if (failed is BadHttpRequestException or InvalidDataException)
        {
            context.Response.StatusCode = (failed as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
            return context.Response.WriteAsJsonAsync(new { error = "invalid_request", error_description = "The request cannot be read." }, context.RequestAborted);
        }

        var trace = log.TellFault(Measurement.MethodOf(context) ?? context.Request.Path.Value ?? "", failed);
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null)
        {
            context.Response.WriteStatus(UnreadableRequests.InternalFault(trace));
            return Task.CompletedTask;
        }

        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return context.Response.WriteAsJsonAsync(new { error = "server_error", error_description = $"The gateway failed; the operator can find it by the trace id {trace}." }, context.RequestAborted);
    }
}
