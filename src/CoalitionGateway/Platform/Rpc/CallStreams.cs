using Grpc.Core;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>The streams of a call, with failures that say whether the message or the caller is at fault.</summary>
internal static class CallStreams
{
    /// <summary>Reads a stream. An unreadable message fails with its status; a reset stream counts as cancelled.</summary>
    public static IAsyncStreamReader<T> Named<T>(this IAsyncStreamReader<T> stream, ServerCallContext context) => new Reader<T>(stream, context);

    /// <summary>Writes a stream. A write to a call that is over counts as cancelled.</summary>
    public static IServerStreamWriter<T> Named<T>(this IServerStreamWriter<T> stream, ServerCallContext context) => new Writer<T>(stream, context);

    /// <summary>At the deadline the framework completes the request a moment before it cancels the call's token.</summary>
    private static bool IsOver(ServerCallContext context) =>
        context.CancellationToken.IsCancellationRequested || context.Deadline <= TimeProvider.System.GetUtcNow().UtcDateTime;

    private sealed class Reader<T>(IAsyncStreamReader<T> stream, ServerCallContext context) : IAsyncStreamReader<T>
    {
        public T Current => stream.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                return await stream.MoveNext(cancellationToken);
            }
            catch (Exception failed) when (UnreadableRequests.StatusOf(failed) is { } status)
            {
                throw new UnreadableRequestException(status, failed);
            }
            catch (IOException gone)
            {
                // A reset appears here before the call's token is cancelled.
                throw new OperationCanceledException("The caller reset the stream.", gone);
            }
            catch (InvalidOperationException gone) when (IsOver(context))
            {
                // The framework has no exception type for a completed request, for example after its deadline.
                throw new OperationCanceledException("The call is over.", gone, context.CancellationToken);
            }
        }
    }

    private sealed class Writer<T>(IServerStreamWriter<T> stream, ServerCallContext context) : IServerStreamWriter<T>
    {
        public WriteOptions? WriteOptions
        {
            get => stream.WriteOptions;
            set => stream.WriteOptions = value;
        }

        public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

        public async Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            try
            {
                await stream.WriteAsync(message, cancellationToken);
            }
            catch (Exception gone) when (gone is InvalidOperationException or IOException && IsOver(context))
            {
                // The framework has no exception type for a completed request, for example after its deadline.
                throw new OperationCanceledException("The call is over.", gone, context.CancellationToken);
            }
        }
    }
}
