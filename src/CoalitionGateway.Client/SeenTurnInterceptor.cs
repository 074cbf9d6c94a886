using System.Globalization;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CoalitionGateway.Client;

/// <summary>
/// Sends the last turn that this client has seen, if the gateway tells turns. The gateway may then answer lists from a standby
/// of its database that has this turn. While a stream is open, and after a call whose outcome is unknown, none is sent: such
/// lists are current.
/// </summary>
internal sealed class SeenTurnInterceptor : Interceptor
{
    private readonly SeenTurn _seen = new();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var begun = _seen.Begin();
        var call = continuation(request, Told(context));
        return new AsyncUnaryCall<TResponse>(
            Answer(call, begun), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        try
        {
            return continuation(request, Told(context));
        }
        finally
        {
            // A blocking call shows no trailers.
            _seen.Lose();
        }
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, Told(context));
        var stream = new OpenStream(_seen, call.GetTrailers);
        return new AsyncServerStreamingCall<TResponse>(
            new Watched<TResponse>(call.ResponseStream, stream), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers,
            () => stream.Leave(call.Dispose));
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(context);
        var stream = new OpenStream(_seen, call.GetTrailers);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            call.RequestStream, new Watched<TResponse>(call.ResponseStream, stream), call.ResponseHeadersAsync, call.GetStatus,
            call.GetTrailers, () => stream.Leave(call.Dispose));
    }

    private ClientInterceptorContext<TRequest, TResponse> Told<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        if (_seen.Turn is not { } turn)
        {
            return context;
        }

        var headers = new Metadata();
        foreach (var entry in context.Options.Headers ?? [])
        {
            headers.Add(entry);
        }

        headers.Add(SeenTurn.Header, turn.ToString(CultureInfo.InvariantCulture));
        return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithHeaders(headers));
    }

    private async Task<TResponse> Answer<TResponse>(AsyncUnaryCall<TResponse> call, long begun)
    {
        var trailers = default(Metadata);
        try
        {
            var answer = await call.ResponseAsync.ConfigureAwait(false);
            trailers = call.GetTrailers();
            return answer;
        }
        catch (RpcException failed)
        {
            trailers = failed.Trailers;
            throw;
        }
        finally
        {
            _seen.End(begun, trailers);
        }
    }

    /// <summary>A stream from its begin to its end.</summary>
    private sealed class OpenStream
    {
        private readonly SeenTurn _seen;
        private readonly Func<Metadata> _trailers;
        private readonly long _begun;
        private int _isOpen = 1;

        public OpenStream(SeenTurn seen, Func<Metadata> trailers)
        {
            (_seen, _trailers) = (seen, trailers);
            _begun = seen.Open();
        }

        /// <summary>The stream has ended, and so has its trailers; or it failed and has none.</summary>
        public void End(bool hasTrailers)
        {
            if (Interlocked.Exchange(ref _isOpen, 0) == 1)
            {
                _seen.Close();
                _seen.End(_begun, hasTrailers ? _trailers() : null);
            }
        }

        public void Leave(Action dispose)
        {
            End(hasTrailers: false);
            dispose();
        }
    }

    /// <summary>Reads a stream and tells when it has ended.</summary>
    private sealed class Watched<T>(IAsyncStreamReader<T> messages, OpenStream stream) : IAsyncStreamReader<T>
    {
        public T Current => messages.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                var isMore = await messages.MoveNext(cancellationToken).ConfigureAwait(false);
                if (!isMore)
                {
                    stream.End(hasTrailers: true);
                }

                return isMore;
            }
            catch
            {
                stream.End(hasTrailers: false);
                throw;
            }
        }
    }
}
