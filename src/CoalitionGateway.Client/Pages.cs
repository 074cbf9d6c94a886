using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace CoalitionGateway.Client;

/// <summary>Reads all entries of a list, page by page.</summary>
public static class Pages
{
    /// <summary>
    /// The entries of all pages, in the list's order. The next page is read when its first entry is asked for. For example:
    /// <c>Pages.Of(new ListMovementsRequest(), client.Movements.ListMovementsAsync, page =&gt; page.Movements)</c>.
    /// </summary>
    /// <param name="request">The request of the first page. It is not changed.</param>
    /// <param name="list">The method, whose request has a page_token and whose answer has a next_page_token.</param>
    /// <param name="entries">The entries of a page.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ArgumentException">The method has no pages.</exception>
    /// <exception cref="RpcException">A page could not be read.</exception>
    public static IAsyncEnumerable<TEntry> Of<TRequest, TPage, TEntry>(
        TRequest request, Func<TRequest, CallOptions, AsyncUnaryCall<TPage>> list, Func<TPage, IEnumerable<TEntry>> entries,
        CancellationToken cancellation = default)
        where TRequest : IMessage<TRequest>
        where TPage : IMessage<TPage>
    {
        var token = request.Descriptor.FindFieldByName("page_token")
            ?? throw new ArgumentException($"{request.Descriptor.Name} has no pages.", nameof(request));
        return Read(request.Clone(), token.Accessor, list, entries, cancellation);
    }

    private static async IAsyncEnumerable<TEntry> Read<TRequest, TPage, TEntry>(
        TRequest request, IFieldAccessor token,
        Func<TRequest, CallOptions, AsyncUnaryCall<TPage>> list, Func<TPage, IEnumerable<TEntry>> entries,
        [EnumeratorCancellation] CancellationToken cancellation)
        where TRequest : IMessage<TRequest>
        where TPage : IMessage<TPage>
    {
        string next;
        do
        {
            using var call = list(request, new CallOptions(cancellationToken: cancellation));
            var page = await call.ResponseAsync.ConfigureAwait(false);
            foreach (var entry in entries(page))
            {
                yield return entry;
            }

            next = (string)page.Descriptor.FindFieldByName("next_page_token").Accessor.GetValue(page);
            token.SetValue(request, next);
        }
        while (next.Length > 0);
    }
}
