using System.Threading.Channels;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Earning;

internal sealed class EarningService(
    CommandJournal journal, OwnProgrammes own, RefusalInterceptor refusals, OpenStreams streams, EndedCallers callers, RateLimits limits, FieldRules rules,
    PurchaseReadingService reading)
    : V1.EarningService.EarningServiceBase
{
    /// <summary>The largest number of unanswered entries in one stream.</summary>
    private const int _window = 256;

    private static readonly string _stream = Path(nameof(StreamPurchases));
    private static readonly string _record = Path(nameof(RecordPurchase));
    private static readonly string _reverse = Path(nameof(ReversePurchase));
    private static readonly string _return = Path(nameof(RecordReturn));
    private static readonly string _undo = Path(nameof(UndoReturn));

    /// <summary>How long a stream may still send answers after its caller ended.</summary>
    private static readonly TimeSpan _lastAnswers = TimeSpan.FromSeconds(2);

    public override async Task<V1.RecordPurchaseResponse> RecordPurchase(V1.RecordPurchaseRequest request, ServerCallContext context)
    {
        var made = await journal.Submit<PurchaseRecorded>(request.ToCommand(context.Caller()));
        return new V1.RecordPurchaseResponse { Purchase = made.ToWire(await own.Of(made.PartnerId, context.CancellationToken)) };
    }

    public override async Task<V1.ReversePurchaseResponse> ReversePurchase(V1.ReversePurchaseRequest request, ServerCallContext context)
    {
        var made = await journal.Submit<PurchaseReversed>(request.ToCommand(context.Caller()));
        return new V1.ReversePurchaseResponse { Reversal = made.ToWire(await own.Of(made.PartnerId, context.CancellationToken)) };
    }

    public override async Task<V1.AwardPointsResponse> AwardPoints(V1.AwardPointsRequest request, ServerCallContext context)
    {
        reading.Check(request);
        return (await journal.Submit<PointsAwarded>(request.ToCommand(context.Caller()))).ToWire();
    }

    public override async Task<V1.PreviewPurchaseResponse> PreviewPurchase(V1.PreviewPurchaseRequest request, ServerCallContext context) =>
        await reading.Preview(context.Caller(), request.Purchase, context.CancellationToken);

    public override async Task<V1.GetPurchaseResponse> GetPurchase(V1.GetPurchaseRequest request, ServerCallContext context) =>
        await reading.Get(context.Caller(), request, context.CancellationToken);

    public override async Task<V1.ListPurchasesResponse> ListPurchases(V1.ListPurchasesRequest request, ServerCallContext context) =>
        await reading.List(context.Caller(), request, context.CancellationToken);

    public override async Task<V1.RecordReturnResponse> RecordReturn(V1.RecordReturnRequest request, ServerCallContext context)
    {
        var made = await journal.Submit<ReturnRecorded>(request.ToCommand(context.Caller()));
        return new V1.RecordReturnResponse { PurchaseReturn = made.ToWire(await own.Of(made.PartnerId, context.CancellationToken)) };
    }

    public override async Task<V1.UndoReturnResponse> UndoReturn(V1.UndoReturnRequest request, ServerCallContext context)
    {
        var made = await journal.Submit<ReturnUndone>(request.ToCommand(context.Caller()));
        return new V1.UndoReturnResponse { Undoing = made.ToWire(await own.Of(made.PartnerId, context.CancellationToken)) };
    }

    public override async Task StreamPurchases(
        IAsyncStreamReader<V1.StreamPurchasesRequest> requestStream, IServerStreamWriter<V1.StreamPurchasesResponse> responseStream, ServerCallContext context)
    {
        // Entries enter the journal in stream order and are answered in that order. The channel's bound slows the sender down.
        var answers = Channel.CreateBounded<Task<V1.StreamPurchasesResponse>>(new BoundedChannelOptions(_window) { SingleReader = true, SingleWriter = true });
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
                var answer = await Enter(requestStream.Current, context, coming.Token, taking.Token);
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

    private static string Path(string method) => $"/{V1.EarningService.Descriptor.FullName}/{method}";

    private static async Task Write(
        ChannelReader<Task<V1.StreamPurchasesResponse>> answers, IServerStreamWriter<V1.StreamPurchasesResponse> stream, CancellationTokenSource stop)
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

    /// <summary>
    /// Waits until the caller's limits admit an entry: the limit of the method that the entry stands for, and the
    /// stream's own limit if that is another one. Returns the status of the refusal if the wait would take too long.
    /// </summary>
    private async ValueTask<Google.Rpc.Status?> Wait(V1.StreamPurchasesRequest entry, Caller caller, CancellationToken cancellation)
    {
        var stream = limits.Of(_stream);
        var ofEntry = limits.Of(entry.EntryCase switch
        {
            V1.StreamPurchasesRequest.EntryOneofCase.Reversal => _reverse,
            V1.StreamPurchasesRequest.EntryOneofCase.PurchaseReturn => _return,
            V1.StreamPurchasesRequest.EntryOneofCase.Undoing => _undo,
            _ => _record,
        });
        return (ofEntry is null ? null : await Wait(ofEntry, caller, cancellation))
            ?? (stream is null || stream == ofEntry ? null : await Wait(stream, caller, cancellation));
    }

    private async ValueTask<Google.Rpc.Status?> Wait(Limit limit, Caller caller, CancellationToken cancellation) =>
        await limits.TakeInTurn(caller, limit, cancellation) is { Ticks: > 0 } wait ? RateLimited.Refusal(limit, wait) : null;

    /// <summary>Puts an entry into the journal and returns its future answer. A malformed entry is answered at once.</summary>
    /// <param name="waiting">Ends the wait for the caller's limits, also when the gateway stops.</param>
    /// <param name="entering">Ends the wait for a place in the journal. An entry in it is always answered.</param>
    private async Task<Task<V1.StreamPurchasesResponse>> Enter(
        V1.StreamPurchasesRequest entry, ServerCallContext context, CancellationToken waiting, CancellationToken entering)
    {
        var (caller, answering) = (context.Caller(), context.CancellationToken);
        var id = entry.Purchase?.RequestId ?? entry.Reversal?.RequestId ?? entry.PurchaseReturn?.RequestId ?? entry.Undoing?.RequestId ?? "";
        if (await Wait(entry, caller, waiting) is { } early)
        {
            return Task.FromResult(new V1.StreamPurchasesResponse { RequestId = id, Refusal = refusals.Counted(early, context) });
        }

        try
        {
            rules.Check((IMessage?)entry.Purchase ?? (IMessage?)entry.Reversal ?? (IMessage?)entry.PurchaseReturn ?? (IMessage?)entry.Undoing ?? entry);
            return entry switch
            {
                { Purchase: { } purchase } => Answer(
                    id, context, await journal.Enqueue<PurchaseRecorded>(purchase.ToCommand(caller), entering, answering),
                    (answer, made, home) => answer.Purchase = made.ToWire(home)),
                { Reversal: { } reversal } => Answer(
                    id, context, await journal.Enqueue<PurchaseReversed>(reversal.ToCommand(caller), entering, answering),
                    (answer, made, home) => answer.Reversal = made.ToWire(home)),
                { PurchaseReturn: { } returned } => Answer(
                    id, context, await journal.Enqueue<ReturnRecorded>(returned.ToCommand(caller), entering, answering),
                    (answer, made, home) => answer.PurchaseReturn = made.ToWire(home)),
                { Undoing: { } undoing } => Answer(
                    id, context, await journal.Enqueue<ReturnUndone>(undoing.ToCommand(caller), entering, answering),
                    (answer, made, home) => answer.Undoing = made.ToWire(home)),
                _ => throw new InvalidFieldsException([("entry", "is missing; send a purchase, a reversal, a purchase_return or an undoing.")]),
            };
        }
        catch (Exception refused) when (refused is InvalidFieldsException or DailyLimitException)
        {
            return Task.FromResult(new V1.StreamPurchasesResponse { RequestId = id, Refusal = refusals.Translate(refused, context) });
        }
    }

    private async Task<V1.StreamPurchasesResponse> Answer<TEvent>(
        string requestId, ServerCallContext context, Task<TEvent> making, Action<V1.StreamPurchasesResponse, TEvent, ProgrammeId?> fill)
        where TEvent : Event
    {
        var answer = new V1.StreamPurchasesResponse { RequestId = requestId };
        try
        {
            fill(answer, await making, await own.Of(context.Caller().PartnerId(), context.CancellationToken));
        }
        catch (Exception failed) when (!context.CancellationToken.IsCancellationRequested)
        {
            answer.Refusal = refusals.Translate(failed, context);
        }

        return answer;
    }
}
