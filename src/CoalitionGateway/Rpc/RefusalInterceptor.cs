using System.Diagnostics;
using CoalitionGateway.Journal;
using CoalitionGateway.Store;
using CoalitionGateway.Telemetry;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CoalitionGateway.Rpc;

/// <summary>Turns what a call failed with into its status. Nothing of a fault's inside reaches the caller.</summary>
internal sealed partial class RefusalInterceptor(OpenStreams streams, LedgerStore store, Instruments instruments, ILogger<RefusalInterceptor> log) : Interceptor
{
    private static readonly TimeSpan _retryAfter = TimeSpan.FromMilliseconds(100);
    private readonly ILogger _log = log;

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception failed) when (failed is not RpcException)
        {
            throw Translate(failed, context).ToException();
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception failed) when (failed is not RpcException)
        {
            throw Translate(failed, context).ToException();
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception failed) when (failed is not RpcException { StatusCode: not StatusCode.ResourceExhausted })
        {
            throw Translate(failed, context).ToException();
        }
    }

    /// <summary>The status that a failure is answered with; a stream answers an entry with the same.</summary>
    public Google.Rpc.Status Translate(Exception failed, ServerCallContext context)
    {
        var status = StatusOf(failed, context);
        instruments.CountRefusal(context.Method.TrimStart('/'), status);
        return status;
    }

    private Google.Rpc.Status StatusOf(Exception failed, ServerCallContext context)
    {
        switch (failed)
        {
            case RefusedException refused:
                return RefusalStatus.Of(refused.Refusal);
            case InvalidFieldsException invalid:
                return RefusalStatus.Of(invalid);
            case InvalidProtocolBufferException:
                return RefusalStatus.Of(UnreadableRequests.Fault);
            case RpcException { StatusCode: StatusCode.ResourceExhausted }:
                // The framework's, from reading a stream; the gateway's own failures are no RpcExceptions here.
                return UnreadableRequests.TooLarge;
            case JournalFullException full:
                return RefusalStatus.Of(
                    StatusCode.ResourceExhausted, V1.ErrorReason.QueueFull, failed.Message,
                    [("capacity", full.Capacity.ToString())], _retryAfter);
            case StoreUnavailableException:
                return RefusalStatus.Of(
                    StatusCode.Unavailable, V1.ErrorReason.StoreUnavailable, $"{failed.Message} Try again with the same request id.", [], _retryAfter);
            case OperationCanceledException or IOException when context.CancellationToken.IsCancellationRequested:
                return new Google.Rpc.Status { Code = (int)StatusCode.Cancelled, Message = "The caller gave up; a retry with the same request id tells what became of it." };
            case OperationCanceledException when streams.Stopping.IsCancellationRequested:
                return RefusalStatus.Of(
                    StatusCode.Unavailable, V1.ErrorReason.StoreUnavailable, "The gateway is stopping. Open the stream again and send what was not answered.", [], _retryAfter);
            case not StoreUnavailableException when store.Unavailable(failed) is { } unavailable:
                return Translate(unavailable, context);
            default:
                var trace = Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N");
                LogFault(failed, context.Method, trace);
                return RefusalStatus.Of(
                    StatusCode.Internal, V1.ErrorReason.InternalFault, "The gateway failed; the operator can find it by the trace id.", [("trace_id", trace)]);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed, trace {Trace}")]
    private partial void LogFault(Exception fault, string method, string trace);
}
