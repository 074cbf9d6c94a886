using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Streams;
using Grpc.Core;

namespace CoalitionGateway.Earning;

internal sealed class EarningService(CommandJournal journal, GovernedCalls governed, OwnProgrammes own, PurchaseAnswerService answers, EntryStreams streams, PurchaseReadingService reading)
    : V1.EarningService.EarningServiceBase
{
    public override async Task<V1.RecordPurchaseResponse> RecordPurchase(V1.RecordPurchaseRequest request, ServerCallContext context)
    {
        var made = await journal.Submit<PurchaseRecorded>(request.ToCommand(context.Caller()));
        return new V1.RecordPurchaseResponse { Purchase = await answers.Of(made, context.CancellationToken) };
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

    public override Task<V1.AdjustPointsResponse> AdjustPoints(V1.AdjustPointsRequest request, ServerCallContext context) =>
        governed.Submit<V1.AdjustPointsResponse>(request, request.RequestId, context);

    public override async Task<V1.PreviewPurchaseResponse> PreviewPurchase(V1.PreviewPurchaseRequest request, ServerCallContext context) =>
        await reading.Preview(context.Caller(), request.Purchase, context.CancellationToken);

    public override async Task<V1.CompareEarningResponse> CompareEarning(V1.CompareEarningRequest request, ServerCallContext context) =>
        await reading.Compare(context.Caller(), request, context.CancellationToken);

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

    public override Task StreamPurchases(
        IAsyncStreamReader<V1.StreamPurchasesRequest> requestStream, IServerStreamWriter<V1.StreamPurchasesResponse> responseStream, ServerCallContext context) =>
        streams.Run(new TillEntries(journal, own, answers), requestStream, responseStream, context);

    public override Task StreamAwards(
        IAsyncStreamReader<V1.StreamAwardsRequest> requestStream, IServerStreamWriter<V1.StreamAwardsResponse> responseStream, ServerCallContext context) =>
        streams.Run(new AwardEntries(journal, reading), requestStream, responseStream, context);
}
