using Grpc.AspNetCore.Server;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// Answers failures outside the calls: of a page, or of a call before its handler. A bad request adds no line to the
/// log; faults of the gateway add one a second.
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
