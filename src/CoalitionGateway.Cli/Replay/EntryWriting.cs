using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Cli.Replay;

/// <summary>Writes to a stream that may have ended. The reader of the stream gets the reason.</summary>
internal static class EntryWriting
{
    /// <returns>False if the stream has ended.</returns>
    public static async Task<bool> TryWrite(this IClientStreamWriter<StreamPurchasesRequest> stream, StreamPurchasesRequest entry, bool isFollowed)
    {
        try
        {
            // Entries that others follow at once may share a packet with them.
            stream.WriteOptions = new WriteOptions(isFollowed ? WriteFlags.BufferHint : default);
            await stream.WriteAsync(entry);
            return true;
        }
        catch (Exception ended) when (IsOfTheStream(ended))
        {
            return false;
        }
    }

    /// <summary>Ends the sending side. Does nothing if the stream has ended already.</summary>
    public static async Task TryComplete(this IClientStreamWriter<StreamPurchasesRequest> stream)
    {
        try
        {
            await stream.CompleteAsync();
        }
        catch (Exception ended) when (IsOfTheStream(ended))
        {
        }
    }

    /// <summary>
    /// Whether the stream has ended: by the call's status, a call that is over, or a broken connection, which .NET reports as an
    /// IOException or as an HttpRequestException.
    /// </summary>
    private static bool IsOfTheStream(Exception ended) =>
        ended is RpcException or InvalidOperationException or IOException or HttpRequestException or OperationCanceledException;
}
