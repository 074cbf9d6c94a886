using System.Globalization;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CoalitionGateway.Client;

/// <summary>
/// Sends the last turn that this client has seen, where the gateway tells turns. The gateway may then answer lists from a
/// standby of its database that has that turn. While a stream of this client is open, its turn is unknown and none is sent.
/// </summary>
internal sealed class SeenTurnInterceptor : Interceptor
{
    private const string _header = "coalition-turn";

    private long _turn;
    private int _streams;

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, Told(context));
        return new AsyncUnaryCall<TResponse>(Answer(call), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        try
        {
            return continuation(request, Told(context));
        }
        finally
        {
            // A blocking call shows no trailers.
            Volatile.Write(ref _turn, 0);
        }
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, Told(context));

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        Interlocked.Increment(ref _streams);
        var call = continuation(context);
        var isOpen = 1;
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            call.RequestStream, new Watched<TResponse>(call.ResponseStream, End), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, Dispose);

        // A stream that is left before its end tells no turn: what it did is not known.
        void Dispose()
        {
            if (Interlocked.Exchange(ref isOpen, 0) == 1)
            {
                Volatile.Write(ref _turn, 0);
                Interlocked.Decrement(ref _streams);
            }

            call.Dispose();
        }

        void End()
        {
            if (Interlocked.Exchange(ref isOpen, 0) == 1)
            {
                Saw(call.GetTrailers());
                Interlocked.Decrement(ref _streams);
            }
        }
    }

    private ClientInterceptorContext<TRequest, TResponse> Told<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        if (Volatile.Read(ref _turn) is not (> 0 and var turn) || Volatile.Read(ref _streams) > 0)
        {
            return context;
        }

        var headers = new Metadata();
        foreach (var entry in context.Options.Headers ?? [])
        {
            headers.Add(entry);
        }

        headers.Add(_header, turn.ToString(CultureInfo.InvariantCulture));
        return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithHeaders(headers));
    }

    private async Task<TResponse> Answer<TResponse>(AsyncUnaryCall<TResponse> call)
    {
        try
        {
            var answer = await call.ResponseAsync.ConfigureAwait(false);
            Saw(call.GetTrailers());
            return answer;
        }
        catch (RpcException failed)
        {
            Saw(failed.Trailers);
            throw;
        }
    }

    private void Saw(Metadata trailers)
    {
        if (long.TryParse(trailers.GetValue(_header), NumberStyles.None, CultureInfo.InvariantCulture, out var turn))
        {
            for (var seen = Volatile.Read(ref _turn); turn > seen; seen = Volatile.Read(ref _turn))
            {
                Interlocked.CompareExchange(ref _turn, turn, seen);
            }
        }
    }

    /// <summary>Reads a stream and tells when it has ended.</summary>
    private sealed class Watched<T>(IAsyncStreamReader<T> stream, Action ended) : IAsyncStreamReader<T>
    {
        public T Current => stream.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (await stream.MoveNext(cancellationToken).ConfigureAwait(false))
            {
                return true;
            }

            ended();
            return false;
        }
    }
}
