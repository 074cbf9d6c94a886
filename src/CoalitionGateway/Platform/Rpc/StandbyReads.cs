using System.Globalization;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Store.Postgres;
using CoalitionGateway.Platform.Telemetry;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// Lets methods with the contract's option "may_lag" read from a standby, if their caller says which turn it has seen. The
/// trailer of a call holds the last turn that its caller has seen after the answer.
/// </summary>
internal sealed class StandbyReads(LedgerStore store, Instruments instruments) : Interceptor
{
    /// <summary>The request header and the trailer with the number of a turn.</summary>
    public const string Header = "coalition-turn";

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        Tell(context, () => continuation(request, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        Tell(context, () => Streamed(continuation(request, responseStream, context)));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        Tell(context, () => Streamed(continuation(requestStream, responseStream, context)));

    private static async Task<bool> Streamed(Task stream)
    {
        await stream;
        return true;
    }

    private async Task<T> Tell<T>(ServerCallContext context, Func<Task<T>> call)
    {
        var rule = MethodRules.Find(context.Method);
        LaggingRead? read = null;
        if (rule is { MayLag: true })
        {
            var isTold = long.TryParse(context.RequestHeaders.GetValue(Header), NumberStyles.None, CultureInfo.InvariantCulture, out var seen);
            context.GetHttpContext().Features.Set(read = new LaggingRead(isTold ? seen : null));
        }

        var isDone = false;
        try
        {
            var answer = await call();
            isDone = true;
            return answer;
        }
        finally
        {
            var turn = read is not null ? read.Turn
                : isDone && rule is { IsRead: false } ? store.SeenTurn
                : await LastTurn(context.CancellationToken);
            if (turn is { } known)
            {
                context.ResponseTrailers.Add(Header, known.ToString(CultureInfo.InvariantCulture));
            }

            if (read?.Turn is not null)
            {
                instruments.ReadFrom(read.IsFromPrimary ? "primary" : "standby");
            }
        }
    }

    /// <summary>The turn that a read of the primary, or a refusal, can have shown at most; null if the primary does not tell.</summary>
    private async Task<long?> LastTurn(CancellationToken cancellation)
    {
        try
        {
            return (await store.LastTurn(cancellation)).Number;
        }
        catch (Exception failed) when (failed is OperationCanceledException || store.Unavailable(failed) is not null)
        {
            return null;
        }
    }
}
