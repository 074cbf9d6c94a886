using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Privacy;

/// <summary>Finishes an erasure that the gateway which began it did not finish.</summary>
internal sealed partial class ErasureSchedule(Erasing erasing, LedgerStore store, ILogger<ErasureSchedule> log) : Platform.Schedules.ISchedule
{
    private readonly ILogger _log = log;

    public string Kind => FinishErasure.DueKind;

    public async Task<int> Settle(IReadOnlyCollection<Due> due, CancellationToken cancellation)
    {
        await Task.WhenAll(due.Select(found => Finish(found, cancellation)));
        return due.Count;
    }

    private async Task Finish(Due due, CancellationToken cancellation)
    {
        var member = new MemberId(Guid.Parse(due.Subject));
        var stored = await store.Read(rows => rows.Find(new Erasure.Of(member)) is { } begun ? rows.Find(new StoredEvent.Of(begun.EventId)) : null, cancellation);
        await erasing.Finish((MemberErased)EventCodec.Decode(stored!.Body), cancellation);
        LogFinished(member);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The erasure of {Member} was finished")]
    private partial void LogFinished(MemberId member);
}
