using CoalitionGateway.Access;
using CoalitionGateway.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Audit;
using Grpc.Core;

namespace CoalitionGateway.Audit;

/// <summary>Records that an officer reads, before the answer is given. Others read what is their own: that is not recorded.</summary>
internal sealed class OfficersReading(CommandJournal journal)
{
    public async Task Record(ServerCallContext context, MemberId? member, PartnerId? partner)
    {
        var caller = context.Caller();
        if (caller.Kind == CallerKind.Officer)
        {
            var question = context.Method[(context.Method.LastIndexOf('/') + 1)..];
            await journal.Submit<AuditRead>(
                new RecordAuditRead(caller.Issue(Guid.CreateVersion7()), question, member, partner), context.CancellationToken);
        }
    }
}
