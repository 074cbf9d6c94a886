using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Streams;
using Google.Protobuf;

namespace CoalitionGateway.Earning;

/// <summary>The entries of <see cref="EarningService.StreamAwards"/>.</summary>
internal sealed class AwardEntries(CommandJournal journal, PurchaseReadingService reading) : Entries<V1.StreamAwardsRequest, V1.StreamAwardsResponse>
{
    private static readonly string _award = $"/{V1.EarningService.Descriptor.FullName}/{nameof(EarningService.AwardPoints)}";

    public override IMessage? RequestOf(V1.StreamAwardsRequest entry) => entry.Award;

    public override string RequestIdOf(V1.StreamAwardsRequest entry) => entry.Award?.RequestId ?? "";

    public override string MethodOf(V1.StreamAwardsRequest entry) => _award;

    public override V1.StreamAwardsResponse Refused(string requestId, Google.Rpc.Status refusal) => new() { RequestId = requestId, Refusal = refusal };

    public override async ValueTask<Task<V1.StreamAwardsResponse>> Enter(
        V1.StreamAwardsRequest entry, Caller caller, CancellationToken entering, CancellationToken answering)
    {
        reading.Check(entry.Award);
        return Answer(entry.Award.RequestId, await journal.Enqueue<PointsAwarded>(entry.Award.ToCommand(caller), entering, answering));
    }

    private static async Task<V1.StreamAwardsResponse> Answer(string requestId, Task<PointsAwarded> making) =>
        new() { RequestId = requestId, Award = (await making).ToWire() };
}
