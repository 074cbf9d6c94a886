namespace Grpc.Core;

/// <summary>What every call object asks of the implementation that made it.</summary>
internal readonly struct CallState(
    Func<object, Task<Metadata>> headers,
    Func<object, Status> status,
    Func<object, Metadata> trailers,
    Action<object> dispose,
    object state)
{
    public CallState(Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, Action dispose)
        : this(
            static captured => ((Captured)captured).Headers,
            static captured => ((Captured)captured).Status(),
            static captured => ((Captured)captured).Trailers(),
            static captured => ((Captured)captured).Dispose(),
            new Captured(headers, status, trailers, dispose))
    {
    }

    public Task<Metadata> ResponseHeadersAsync => headers(state);

    public Status GetStatus() => status(state);

    public Metadata GetTrailers() => trailers(state);

    public void Dispose() => dispose(state);

    private sealed record Captured(Task<Metadata> Headers, Func<Status> Status, Func<Metadata> Trailers, Action Dispose);
}
