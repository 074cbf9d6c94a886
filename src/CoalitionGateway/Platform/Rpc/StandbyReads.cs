using System.Globalization;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Store.Postgres;
using CoalitionGateway.Platform.Telemetry;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// Lets methods with the contract's option "may_lag" read from a standby, if their caller says which turn it has seen. Each
/// call's trailer tells the last turn that its caller has seen now.
/// </summary>
internal sealed class StandbyReads(LedgerStore store, Instruments instruments) : Interceptor
{
    /// <summary>The request header and the trailer with the number of a turn.</summary>
    public const string Header = "coalition-turn";

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var read = Begin(context);
        try
        {
            return await continuation(request, context);
        }
        finally
        {
            End(context, read);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var read = Begin(context);
        try
        {
            await continuation(request, responseStream, context);
        }
        finally
        {
            End(context, read);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var read = Begin(context);
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        finally
        {
            End(context, read);
        }
    }

    private static LaggingRead? Begin(ServerCallContext context)
    {
        if (MethodRules.Find(context.Method) is not { MayLag: true })
        {
            return null;
        }

        var isTold = long.TryParse(context.RequestHeaders.GetValue(Header), NumberStyles.None, CultureInfo.InvariantCulture, out var seen);
        var read = new LaggingRead(isTold ? seen : null);
        context.GetHttpContext().Features.Set(read);
        return read;
    }

    private void End(ServerCallContext context, LaggingRead? read)
    {
        if (read is { HasRead: true })
        {
            instruments.ReadFrom(read.IsFromPrimary ? "primary" : "standby");
        }

        context.ResponseTrailers.Add(Header, (read?.Turn ?? store.SeenTurn).ToString(CultureInfo.InvariantCulture));
    }
}
