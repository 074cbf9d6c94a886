using System.Globalization;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Store.Postgres;
using CoalitionGateway.Platform.Telemetry;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// Lets methods with the contract's option "may_lag" read from a standby, if their caller says which turn it has seen. Each
/// call's trailer tells the turn that its caller has seen now.
/// </summary>
internal sealed class StandbyReads(Standbys standbys, LedgerStore store, Instruments instruments) : Interceptor
{
    /// <summary>The request header and the trailer with the number of a turn.</summary>
    public const string Header = "coalition-turn";

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var read = await Begin(context);
        try
        {
            return await continuation(request, context);
        }
        finally
        {
            await End(context, read);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var read = await Begin(context);
        try
        {
            await continuation(request, responseStream, context);
        }
        finally
        {
            await End(context, read);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        finally
        {
            await End(context, new Read(false, 0, null));
        }
    }

    private async Task<Read> Begin(ServerCallContext context)
    {
        var mayLag = MethodRules.Find(context.Method) is { MayLag: true };
        var isTold = long.TryParse(context.RequestHeaders.GetValue(Header), NumberStyles.None, CultureInfo.InvariantCulture, out var seen);
        var standby = mayLag && isTold ? await standbys.Find(seen, context.CancellationToken) : null;
        if (mayLag)
        {
            instruments.ReadFrom(standby is null ? "primary" : "standby");
        }

        if (standby is not null)
        {
            context.GetHttpContext().Features.Set(standby);
        }

        return new Read(mayLag, seen, standby);
    }

    /// <summary>Asks the database that was read for its last turn: the caller has seen no later one.</summary>
    private async Task End(ServerCallContext context, Read read)
    {
        var turn = store.SeenTurn;
        try
        {
            if (read.MayLag)
            {
                turn = await (read.Standby is { } standby ? standby.LastTurn(context.CancellationToken) : LastOfPrimary(context.CancellationToken)) ?? turn;
            }
        }
        catch (OperationCanceledException)
        {
            // The caller has left.
        }
        catch (Exception failed) when (store.Unavailable(failed) is not null)
        {
            // The call has an answer; only its turn is not known exactly.
        }

        context.ResponseTrailers.Add(Header, Math.Max(turn, read.Seen).ToString(CultureInfo.InvariantCulture));
    }

    private async Task<long?> LastOfPrimary(CancellationToken cancellation) => await store.LastTurn(cancellation);

    /// <summary>How a call reads, and the turn that its caller had seen before it.</summary>
    private sealed record Read(bool MayLag, long Seen, Standby? Standby);
}
