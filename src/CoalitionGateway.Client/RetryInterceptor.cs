using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CoalitionGateway.Client;

/// <summary>
/// Repeats unary calls as <see cref="Retries"/> says, with the same request. gRPC's own retries end after five attempts,
/// which is a second and a half; a restart takes longer.
/// </summary>
internal sealed class RetryInterceptor(Retries retries) : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var attempts = new Attempts<TResponse>(() => continuation(request, context), retries.Begin(), context.Options);
        return new AsyncUnaryCall<TResponse>(
            attempts.Run(),
            made => ((Attempts<TResponse>)made).Headers(),
            made => ((Attempts<TResponse>)made).Last.GetStatus(),
            made => ((Attempts<TResponse>)made).Last.GetTrailers(),
            made => ((Attempts<TResponse>)made).Dispose(),
            attempts);
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var wait = retries.Begin();
        while (true)
        {
            try
            {
                return continuation(request, context);
            }
            catch (RpcException failed) when (!context.Options.CancellationToken.IsCancellationRequested)
            {
                if (!Waited(wait.Wait(failed, context.Options.CancellationToken, context.Options.Deadline)))
                {
                    throw;
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

    private static RpcException Cancelled(Exception cause) => new(new Status(StatusCode.Cancelled, "The caller cancelled the call.", cause));

    /// <summary>One call to its caller, as many as it takes to the gateway.</summary>
    private sealed class Attempts<TResponse>(Func<AsyncUnaryCall<TResponse>> attempt, RetryWait wait, CallOptions options) : IDisposable
    {
        private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        private Task<TResponse>? _running;

        public AsyncUnaryCall<TResponse> Last { get; private set; } = attempt();

        public Task<TResponse> Run() => _running = Repeat();

        public async Task<Metadata> Headers()
        {
            await _running!.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
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
                catch (RpcException failed) when (!_ending.IsCancellationRequested)
                {
                    if (!await Waited(failed).ConfigureAwait(false))
                    {
                        throw;
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
