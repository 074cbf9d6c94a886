using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Streams;
using Google.Protobuf;
using Entry = CoalitionGateway.V1.StreamPurchasesRequest.EntryOneofCase;

namespace CoalitionGateway.Earning;

/// <summary>The entries of <see cref="EarningService.StreamPurchases"/>.</summary>
internal sealed class TillEntries(CommandJournal journal, OwnProgrammes own, PurchaseAnswerService answers) : Entries<V1.StreamPurchasesRequest, V1.StreamPurchasesResponse>
{
    private static readonly string _record = Path(nameof(EarningService.RecordPurchase));
    private static readonly string _reverse = Path(nameof(EarningService.ReversePurchase));
    private static readonly string _return = Path(nameof(EarningService.RecordReturn));
    private static readonly string _undo = Path(nameof(EarningService.UndoReturn));

    public override IMessage? RequestOf(V1.StreamPurchasesRequest entry) =>
        (IMessage?)entry.Purchase ?? (IMessage?)entry.Reversal ?? (IMessage?)entry.PurchaseReturn ?? entry.Undoing;

    public override string RequestIdOf(V1.StreamPurchasesRequest entry) =>
        entry.Purchase?.RequestId ?? entry.Reversal?.RequestId ?? entry.PurchaseReturn?.RequestId ?? entry.Undoing?.RequestId ?? "";

    public override string MethodOf(V1.StreamPurchasesRequest entry) => entry.EntryCase switch
    {
        Entry.Reversal => _reverse,
        Entry.PurchaseReturn => _return,
        Entry.Undoing => _undo,
        _ => _record,
    };

    public override V1.StreamPurchasesResponse Refused(string requestId, Google.Rpc.Status refusal) => new() { RequestId = requestId, Refusal = refusal };

    public override async ValueTask<Task<V1.StreamPurchasesResponse>> Enter(
        V1.StreamPurchasesRequest entry, Caller caller, CancellationToken entering, CancellationToken answering) => entry switch
    {
        { Purchase: { } purchase } => Answer(
            purchase.RequestId, await journal.Enqueue<PurchaseRecorded>(purchase.ToCommand(caller), entering, answering), answering),
        { Reversal: { } reversal } => Answer(
            reversal.RequestId, caller, await journal.Enqueue<PurchaseReversed>(reversal.ToCommand(caller), entering, answering),
            (answer, made, home) => answer.Reversal = made.ToWire(home), answering),
        { PurchaseReturn: { } returned } => Answer(
            returned.RequestId, caller, await journal.Enqueue<ReturnRecorded>(returned.ToCommand(caller), entering, answering),
            (answer, made, home) => answer.PurchaseReturn = made.ToWire(home), answering),
        { Undoing: { } undoing } => Answer(
            undoing.RequestId, caller, await journal.Enqueue<ReturnUndone>(undoing.ToCommand(caller), entering, answering),
            (answer, made, home) => answer.Undoing = made.ToWire(home), answering),
        _ => throw new InvalidFieldsException([("entry", "is missing; send a purchase, a reversal, a purchase_return or an undoing.")]),
    };

    private static string Path(string method) => $"/{V1.EarningService.Descriptor.FullName}/{method}";

    private async Task<V1.StreamPurchasesResponse> Answer(string requestId, Task<PurchaseRecorded> making, CancellationToken answering) =>
        new() { RequestId = requestId, Purchase = await answers.Of(await making, answering) };

    private async Task<V1.StreamPurchasesResponse> Answer<TEvent>(
        string requestId, Caller caller, Task<TEvent> making, Action<V1.StreamPurchasesResponse, TEvent, ProgrammeId?> fill, CancellationToken answering)
        where TEvent : Event
    {
        var answer = new V1.StreamPurchasesResponse { RequestId = requestId };
        fill(answer, await making, await own.Of(caller.PartnerId(), answering));
        return answer;
    }
}
