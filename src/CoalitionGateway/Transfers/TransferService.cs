using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Transfers;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;
using Grpc.Core;

namespace CoalitionGateway.Transfers;

internal sealed class TransferService(CommandJournal journal, LedgerStore store, TransferReader reader, Paging paging, GatewayOptions options, TimeProvider clock)
    : V1.TransferService.TransferServiceBase
{
    public override async Task<V1.QuoteTransferResponse> QuoteTransfer(V1.QuoteTransferRequest request, ServerCallContext context)
    {
        var asked = Read(context.Caller(), Guid.CreateVersion7(), request.SourceProgrammeId, request.DestinationProgrammeId, request.AmountPoints);
        var now = Clock.Truncate(clock.GetUtcNow());
        var (state, source, destination) = await store.Read(
            rows => (asked.Needs(rows, now), rows.Find(new Programme.Of(asked.SourceId)), rows.Find(new Programme.Of(asked.DestinationId))), context.CancellationToken);
        return asked.Refuses(state) is { } refusal
            ? throw new RefusedException(refusal)
            : new V1.QuoteTransferResponse { Quote = asked.ToQuote(state, source!, destination!) };
    }

    public override async Task<V1.CreateTransferResponse> CreateTransfer(V1.CreateTransferRequest request, ServerCallContext context)
    {
        if (request.AmountPoints > options.FreshSignInAbovePoints)
        {
            context.Demand(FreshSignIn.ForMuch, clock);
        }

        var command = Read(context.Caller(), Guid.Parse(request.RequestId), request.SourceProgrammeId, request.DestinationProgrammeId, request.AmountPoints);
        var made = await journal.Submit<TransferCreated>(command);
        return new V1.CreateTransferResponse { Transfer = made.Transfer.ToWire() };
    }

    public override async Task<V1.GetTransferResponse> GetTransfer(V1.GetTransferRequest request, ServerCallContext context)
    {
        var id = new EventId(Guid.Parse(request.TransferId));
        var member = context.Caller().MemberId();
        var found = await store.Read(
            rows =>
            {
                var transfer = rows.Find(new Transfer.Of(id));
                var source = transfer is null ? null : Membership.Find(rows, transfer.SourceMembershipId);
                return source?.MemberId == member ? transfer : null;
            },
            context.CancellationToken);
        return found is null
            ? throw new RefusedException(new Refusal(RefusalReason.TransferNotFound, "You made no such transfer.", "transfer_id").With("transfer_id", id.ToString()))
            : new V1.GetTransferResponse { Transfer = found.ToWire() };
    }

    public override async Task<V1.ListTransfersResponse> ListTransfers(V1.ListTransfersRequest request, ServerCallContext context)
    {
        var member = context.Caller().MemberId();
        ProgrammeId? source = request.SourceProgrammeId.Length == 0 ? null : new ProgrammeId(request.SourceProgrammeId);
        var page = paging.Read(request.PageSize, request.PageToken, $"transfers {member} {source}");
        var after = page.After is null ? (EventId?)null : new EventId(Guid.Parse(page.After));
        var found = await reader.Transfers(member, source, after, page.Size + 1, context.CancellationToken);
        var (rows, next) = paging.Cut(page, found, row => row.Id.ToString());
        return new V1.ListTransfersResponse { Transfers = { rows.Select(row => row.ToWire()) }, NextPageToken = next };
    }

    private static CreateTransfer Read(Caller caller, Guid requestId, string source, string destination, long points)
    {
        var command = new CreateTransfer(
            caller.NewContext(requestId), caller.MemberId(),
            new ProgrammeId(source),
            new ProgrammeId(destination),
            points);
        return command;
    }
}
