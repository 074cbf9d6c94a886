using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Proposals;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Proposals;

internal sealed class ProposalService(CommandJournal journal, LedgerStore store, ProposalReader reader, GovernedCalls governed, Paging paging, TimeProvider clock)
    : V1.ProposalService.ProposalServiceBase
{
    public override async Task<V1.ListProposalsResponse> ListProposals(V1.ListProposalsRequest request, ServerCallContext context)
    {
        var (caller, now) = (context.Caller(), Clock.Truncate(clock.GetUtcNow()));
        var page = paging.Read(request.PageSize, request.PageToken, $"proposals {caller.Kind} {request.State}");
        EventId? after = page.After is null ? null : new EventId(Guid.Parse(page.After));
        var (rows, next) = paging.Cut(
            page, await reader.Proposals(caller.Kind, (ProposalState)(int)request.State, now, after, page.Size + 1, context.CancellationToken), row => row.Row.Id.ToString());
        var response = new V1.ListProposalsResponse { NextPageToken = next };
        foreach (var (row, sent) in rows)
        {
            response.Proposals.Add(await WithChanges(row, sent, now, context.CancellationToken));
        }

        return response;
    }

    public override async Task<V1.ApproveProposalResponse> ApproveProposal(V1.ApproveProposalRequest request, ServerCallContext context)
    {
        var id = new EventId(Guid.Parse(request.ProposalId));
        var (found, sent) = await store.Read(rows => (rows.Find(new Proposal.Of(id)), rows.Find(new ProposalRequest.Of(id))), context.CancellationToken);
        var own = context.Caller().NewContext(request.RequestId);
        var change = found is not null && sent is not null ? governed.ChangeOf(found, sent, own) : null;
        var (made, followUps) = await journal.SubmitWhole<ProposalApproved>(new ApproveProposal(own, id, change));
        var decided = await Decided(id, context.CancellationToken);
        var answer = await governed.Find(decided)!.Answer(followUps.Single(followUp => followUp.Id == made.ChangeId), own);
        return new V1.ApproveProposalResponse { Proposal = decided.ToWire(made.Time), Answer = Any.Pack(answer) };
    }

    public override async Task<V1.DeclineProposalResponse> DeclineProposal(V1.DeclineProposalRequest request, ServerCallContext context)
    {
        var id = new EventId(Guid.Parse(request.ProposalId));
        var made = await journal.Submit<ProposalDeclined>(new DeclineProposal(context.Caller().NewContext(request.RequestId), id));
        return new V1.DeclineProposalResponse { Proposal = (await Decided(id, context.CancellationToken)).ToWire(made.Time) };
    }

    private async Task<Proposal> Decided(EventId id, CancellationToken cancellation) =>
        (await store.Read(rows => rows.Find(new Proposal.Of(id)), cancellation))!;

    /// <summary>A proposal, and while it is open what it would change.</summary>
    private async Task<V1.Proposal> WithChanges(Proposal row, ProposalRequest? sent, DateTime now, CancellationToken cancellation)
    {
        var proposal = row.ToWire(now);
        if (sent is not null && proposal.State == V1.ProposalState.Open && governed.RequestOf(row, sent) is { } request)
        {
            var method = governed.Find(row)!;
            proposal.Request = Any.Pack(request);
            proposal.Changes.AddRange(FieldChanges.Between(await method.Before(request, cancellation), method.Completed(request)));
        }

        return proposal;
    }
}
