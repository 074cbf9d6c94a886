using System.Diagnostics;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Telemetry;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>Turns the failure of a call into its status. No internals of a fault reach the caller.</summary>
internal sealed partial class RefusalInterceptor(FieldRules rules, OpenStreams streams, LedgerStore store, Instruments instruments, BoundedLines lines, ILogger<RefusalInterceptor> log) : Interceptor
{
    private static readonly TimeSpan _retryAfter = TimeSpan.FromMilliseconds(100);
    private readonly ILogger _log = log;

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            rules.Check((IMessage)request);
            return await continuation(request, context);
        }
        catch (Exception failed) when (failed is not RpcException)
        {
            throw Translate(failed, context).ToRpcException();
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            rules.Check((IMessage)request);
            await continuation(request, responseStream.Named(context), context);
        }
        catch (Exception failed) when (failed is not RpcException)
        {
            throw Translate(failed, context).ToRpcException();
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream.Named(context), responseStream.Named(context), context);
        }
        catch (Exception failed) when (failed is not RpcException)
        {
            throw Translate(failed, context).ToRpcException();
        }
    }

    /// <summary>The status that answers a failure. A stream answers a failed entry with the same status.</summary>
    public Google.Rpc.Status Translate(Exception failed, ServerCallContext context) => Counted(StatusOf(failed, context), context);

    /// <summary>Counts the status under its reason, and returns it.</summary>
    public Google.Rpc.Status Counted(Google.Rpc.Status status, ServerCallContext context)
    {
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
            case UnreadableRequestException unreadable:
                lines.Tell(BoundedLines.Unreadable, context.Method, unreadable.InnerException!.Message);
                return unreadable.Status;
            case JournalFullException full:
                return RefusalStatus.Of(
                    V1.ErrorReason.QueueFull, failed.Message,
                    [("capacity", full.Capacity.ToString())], _retryAfter);
            case DailyLimitException full:
                return RefusalStatus.Of(
                    V1.ErrorReason.DailyLimitReached, failed.Message,
                    [("stored_per_day", full.StoredPerDay.ToString())], full.UntilNextDay);
            case StatusException known:
                return known.Status;
            case StoreUnavailableException:
                return RefusalStatus.Of(
                    V1.ErrorReason.StoreUnavailable, $"{failed.Message} Try again with the same request id.", [], _retryAfter);
            case OperationCanceledException { InnerException: IOException }:
            case OperationCanceledException or IOException when context.CancellationToken.IsCancellationRequested:
                return new Google.Rpc.Status { Code = (int)StatusCode.Cancelled, Message = "The caller gave up; a retry with the same request id tells what became of it." };
            case OperationCanceledException when streams.Stopping.IsCancellationRequested:
                return RefusalStatus.Of(
                    V1.ErrorReason.StoreUnavailable, "The gateway is stopping. Open the stream again and send what was not answered.", [], _retryAfter);
            case not StoreUnavailableException when store.Unavailable(failed) is { } unavailable:
                return StatusOf(unavailable, context);
            default:
                var trace = Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N");
                LogFault(failed, context.Method, trace);
                return UnreadableRequests.InternalFault(trace);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed, trace {Trace}")]
    private partial void LogFault(Exception fault, string method, string trace);
}
