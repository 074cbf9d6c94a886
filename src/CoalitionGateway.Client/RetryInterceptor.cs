using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CoalitionGateway.Client;

/// <summary>
/// Repeats unary calls with the same request, as <see cref="Retries"/> says. gRPC's own retries are too short: they end after
/// five attempts in 1.5 seconds, and a restart takes longer. If the gateway cannot be reached, the failure names its address.
/// </summary>
internal sealed class RetryInterceptor(Uri address, Retries retries) : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var attempts = new Attempts<TResponse>(() => continuation(request, context), retries.Begin(), address, context.Options);
        return new AsyncUnaryCall<TResponse>(
            attempts.Run(),
            made => ((Attempts<TResponse>)made).Headers(),
            made => ((Attempts<TResponse>)made).Last.GetStatus(),
            made => ((Attempts<TResponse>)made).Last.GetTrailers(),
            made => ((Attempts<TResponse>)made).Dispose(),
            attempts);
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var wait = retries.Begin();
        while (true)
        {
            try
            {
                return continuation(request, context);
            }
            catch (RpcException raw) when (!context.Options.CancellationToken.IsCancellationRequested)
            {
                var failed = Named(raw, address);
                if (!Waited(wait.Wait(failed, context.Options.CancellationToken, context.Options.Deadline)))
                {
                    throw failed;
                }
            }
        }

        static bool Waited(Task<bool> wait)
        {
            try
            {
                return wait.GetAwaiter().GetResult();
            }
            catch (OperationCanceledException cancelled)
            {
                throw Cancelled(cancelled);
            }
        }
    }

    /// <summary>Adds the address to a failure of the connection. Other failures stay unchanged.</summary>
    private static RpcException Named(RpcException failed, Uri address) =>
        failed.StatusCode == StatusCode.Unavailable && failed.Status.DebugException is { } cause and not TokenRefusedException
            && GatewayRefusal.From(failed) is null
            ? new RpcException(new Status(StatusCode.Unavailable, $"{address} cannot be reached: {TokenSource.Causes(cause)}", cause),
                failed.Trailers)
            : failed;

    private static RpcException Cancelled(Exception cause) =>
        new(new Status(StatusCode.Cancelled, "The caller cancelled the call.", cause));

    /// <summary>One call for its caller; one or more attempts for the gateway.</summary>
    private sealed class Attempts<TResponse>(Func<AsyncUnaryCall<TResponse>> attempt, RetryWait wait, Uri address, CallOptions options)
        : IDisposable
    {
        private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        private Task<TResponse>? _running;

        public AsyncUnaryCall<TResponse> Last { get; private set; } = attempt();

        public Task<TResponse> Run() => _running = Repeat();

        public async Task<Metadata> Headers()
        {
            await _running!.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default).ConfigureAwait(false);
            return await Last.ResponseHeadersAsync.ConfigureAwait(false);
        }

        public void Dispose()
        {
            _ending.Cancel();
            Last.Dispose();
        }

        private async Task<TResponse> Repeat()
        {
            while (true)
            {
                try
                {
                    return await Last.ResponseAsync.ConfigureAwait(false);
                }
                catch (RpcException raw) when (!_ending.IsCancellationRequested)
                {
                    var failed = Named(raw, address);
                    if (!await Waited(failed).ConfigureAwait(false))
                    {
                        throw failed;
                    }

                    Last.Dispose();
                    Last = attempt();
                }
            }
        }

        private async Task<bool> Waited(RpcException failed)
        {
            try
            {
                return await wait.Wait(failed, _ending.Token, options.Deadline).ConfigureAwait(false);
            }
            catch (OperationCanceledException cancelled)
            {
                throw Cancelled(cancelled);
            }
        }
    }
}
