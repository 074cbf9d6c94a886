using System.Threading.Channels;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Rpc;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Platform.Streams;

/// <summary>One kind of stream of entries. Each entry stands for a call of a unary method, and gets one answer.</summary>
internal abstract class Entries<TEntry, TAnswer>
    where TEntry : class, IMessage
{
    /// <summary>The request of the unary method; null if the entry has none.</summary>
    public abstract IMessage? RequestOf(TEntry entry);

    /// <summary>The request id as it was sent; empty if there is none.</summary>
    public abstract string RequestIdOf(TEntry entry);

    /// <summary>The path of the unary method whose rate limit applies.</summary>
    public abstract string MethodOf(TEntry entry);

    /// <summary>The answer to a refused entry.</summary>
    public abstract TAnswer Refused(string requestId, Google.Rpc.Status refusal);

    /// <summary>Puts an entry into the journal. Returns when it is there; the inner task is the answer.</summary>
    /// <exception cref="InvalidFieldsException">The entry is malformed.</exception>
    /// <exception cref="DailyLimitException">The partner has reached today's limit of stored commands.</exception>
    public abstract ValueTask<Task<TAnswer>> Enter(TEntry entry, Caller caller, CancellationToken entering, CancellationToken answering);
}

/// <summary>
/// Runs streams of entries. Entries enter the journal in stream order and are answered in that order. A refused entry stops
/// no other entry.
/// </summary>
internal sealed class EntryStreams(RefusalInterceptor refusals, OpenStreams streams, EndedCallers callers, RateLimits limits, FieldRules rules)
{
    /// <summary>The largest number of unanswered entries in one stream.</summary>
    private const int _window = 256;

    /// <summary>How long a stream may still send answers after its caller ended.</summary>
    private static readonly TimeSpan _lastAnswers = TimeSpan.FromSeconds(2);

    public async Task Run<TEntry, TAnswer>(
        Entries<TEntry, TAnswer> entries, IAsyncStreamReader<TEntry> requestStream, IServerStreamWriter<TAnswer> responseStream, ServerCallContext context)
        where TEntry : class, IMessage
    {
        // The channel's bound slows the sender down.
        var answers = Channel.CreateBounded<Task<TAnswer>>(new BoundedChannelOptions(_window) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        using var call = callers.Open(context);
        using var taking = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, call.Ended);
        using var coming = CancellationTokenSource.CreateLinkedTokenSource(taking.Token, streams.Stopping);
        var writing = Write(answers.Reader, responseStream, stop);
        try
        {
            while (await requestStream.MoveNext(coming.Token))
            {
                call.Ended.ThrowIfCancellationRequested();
                var answer = await Enter(entries, requestStream.Current, context, coming.Token, taking.Token);
                await answers.Writer.WriteAsync(answer, stop.Token);
            }

            answers.Writer.Complete();
        }
        catch (Exception failed)
        {
            // Entries that were read are answered first, even if the gateway stops or the caller ended.
            answers.Writer.Complete(call.Ended.IsCancellationRequested ? call.Refusal : failed);
        }

        if (call.Ended.IsCancellationRequested)
        {
            stop.CancelAfter(_lastAnswers);
        }

        try
        {
            await writing;
        }
        catch (OperationCanceledException) when (call.Ended.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw call.Refusal;
        }
    }

    private static async Task Write<TAnswer>(ChannelReader<Task<TAnswer>> answers, IServerStreamWriter<TAnswer> stream, CancellationTokenSource stop)
    {
        try
        {
            await foreach (var answer in answers.ReadAllAsync(stop.Token))
            {
                // Answers that are ready together are sent together.
                var isFollowed = answers.TryPeek(out var next) && next.IsCompleted;
                stream.WriteOptions = new WriteOptions(isFollowed ? WriteFlags.BufferHint : default);
                await stream.WriteAsync(await answer, stop.Token);
            }
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    /// <summary>Puts an entry into the journal and returns its future answer. A malformed entry is answered at once.</summary>
    /// <param name="waiting">Ends the wait for the caller's limits, also when the gateway stops.</param>
    /// <param name="entering">Ends the wait for a place in the journal. An entry in it is always answered.</param>
    private async Task<Task<TAnswer>> Enter<TEntry, TAnswer>(
        Entries<TEntry, TAnswer> entries, TEntry entry, ServerCallContext context, CancellationToken waiting, CancellationToken entering)
        where TEntry : class, IMessage
    {
        var (caller, id) = (context.Caller(), entries.RequestIdOf(entry));
        if (await Wait(entries.MethodOf(entry), context.Method, caller, waiting) is { } early)
        {
            return Task.FromResult(entries.Refused(id, refusals.Counted(early, context)));
        }

        try
        {
            rules.Check(entries.RequestOf(entry) ?? entry);
            return Answered(entries, id, context, await entries.Enter(entry, caller, entering, context.CancellationToken));
        }
        catch (Exception refused) when (refused is InvalidFieldsException or DailyLimitException)
        {
            return Task.FromResult(entries.Refused(id, refusals.Translate(refused, context)));
        }
    }

    private async Task<TAnswer> Answered<TEntry, TAnswer>(Entries<TEntry, TAnswer> entries, string requestId, ServerCallContext context, Task<TAnswer> answer)
        where TEntry : class, IMessage
    {
        try
        {
            return await answer;
        }
        catch (Exception failed) when (failed is not OperationCanceledException && !context.CancellationToken.IsCancellationRequested)
        {
            // An entry that the end of the caller kept out of the journal has no answer: it is sent again.
            return entries.Refused(requestId, refusals.Translate(failed, context));
        }
    }

    /// <summary>
    /// Waits until the caller's limits admit an entry: the limit of the method that the entry stands for, and the
    /// stream's own limit if that is another one. Returns the status of the refusal if the wait would take too long.
    /// </summary>
    private async ValueTask<Google.Rpc.Status?> Wait(string method, string stream, Caller caller, CancellationToken cancellation)
    {
        var (ofEntry, ofStream) = (limits.Of(method), limits.Of(stream));
        return (ofEntry is null ? null : await Wait(ofEntry, caller, cancellation))
            ?? (ofStream is null || ofStream == ofEntry ? null : await Wait(ofStream, caller, cancellation));
    }

    private async ValueTask<Google.Rpc.Status?> Wait(Limit limit, Caller caller, CancellationToken cancellation) =>
        await limits.TakeInTurn(caller, limit, cancellation) is { Ticks: > 0 } wait ? RateLimited.Refusal(limit, wait) : null;
}
