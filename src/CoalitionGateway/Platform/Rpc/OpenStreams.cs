using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// The open streams. When the process stops, the streams are ended first, and the server begins to close connections a moment
/// after the last stream has ended. Otherwise a client that still reads the end of its stream could see only a lost connection.
/// </summary>
internal sealed class OpenStreams(IHostApplicationLifetime lifetime) : IHostedLifecycleService
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(200);
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The process itself counts as one until it stops.
    private int _open = 1;

    /// <summary>Cancelled when streams must end.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // Announces the stop now. A host that is stopped by a method call, not by a signal, would announce it only later.
        lifetime.StopApplication();
        Leave();
        if (!_allEnded.Task.IsCompleted)
        {
            await Task.WhenAny(_allEnded.Task, Task.Delay(_patience, cancellationToken));
            await Task.Delay(_moment, CancellationToken.None);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Counts a call until its response is complete, if the call is a stream.</summary>
    public void Enter(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method is null or { Type: MethodType.Unary })
        {
            return;
        }

        if (context.GetEndpoint()!.Metadata.GetMetadata<ResetAtStop>() is not null)
        {
            context.Response.RegisterForDispose(Stopping.Register(context.Abort));
        }

        Interlocked.Increment(ref _open);
        context.Response.OnCompleted(() =>
        {
            Leave();
            return Task.CompletedTask;
        });
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _allEnded.TrySetResult();
        }
    }
}

/// <summary>Marks a package's streaming method that does not end by itself when the process stops.</summary>
internal sealed record ResetAtStop;
