using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// The streams that are open. When the process stops they are told first, and the server begins to close connections
/// a moment after the last of them has ended: a client that sees its connection close while it still reads how the
/// stream ended may take the one for the other.
/// </summary>
internal sealed class OpenStreams(IHostApplicationLifetime lifetime) : IHostedLifecycleService
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(200);
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The process's own place is among them until it stops.
    private int _open = 1;

    /// <summary>Cancelled when streams shall end.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // A host that is stopped by a call, and not by a signal, would announce its stop only after this.
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

    /// <summary>Counts a call from here until its response is out, if it is a stream.</summary>
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

/// <summary>Marks a streaming method of a package that does not end by itself when the process stops.</summary>
internal sealed record ResetAtStop;
