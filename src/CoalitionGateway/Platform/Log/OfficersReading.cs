using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Audit;
using Grpc.Core;

namespace CoalitionGateway.Platform.Log;

/// <summary>
/// Records each read of an officer, before the answer is given. Other callers read only their own data, which is not
/// recorded.
/// </summary>
internal sealed class OfficersReading(CommandJournal journal)
{
    /// <param name="members">The members that the officer asks about; null or empty: no particular member.</param>
    public async Task RecordEach(ServerCallContext context, IReadOnlyList<MemberId>? members, PartnerId? partner, string? reason = null)
    {
        await Task.WhenAll((members is { Count: > 0 } ? members.Select(member => (MemberId?)member) : [null]).Select(member => Record(context, member, partner, reason)));
    }

    public async Task Record(ServerCallContext context, MemberId? member, PartnerId? partner, string? reason = null)
    {
        var caller = context.Caller();
        if (caller.Kind == CallerKind.Officer)
        {
            var question = context.Method[(context.Method.LastIndexOf('/') + 1)..];
            await journal.Submit<AuditRead>(
                new RecordAuditRead(caller.NewContext(Guid.CreateVersion7()), question, member, partner) { Reason = reason });
        }
    }
}
