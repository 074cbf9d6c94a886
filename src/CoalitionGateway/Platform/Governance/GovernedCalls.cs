using System.Collections.Frozen;
using System.Security.Cryptography;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Proposals;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Platform.Governance;

/// <summary>Submits governed changes: as proposals, or at once where one person may make them alone.</summary>
internal sealed class GovernedCalls(CommandJournal journal, IEnumerable<GovernedMethod> methods, FieldRules rules, LedgerStore store, GatewayOptions options, TimeProvider clock)
{
    private readonly FrozenDictionary<Type, GovernedMethod> _byRequest = methods.ToFrozenDictionary(method => method.Request);
    private readonly FrozenDictionary<string, GovernedMethod> _byName = methods.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);

    /// <summary>Answers a call of a governed method.</summary>
    /// <param name="requestId">The request's id.</param>
    public async Task<TAnswer> Submit<TAnswer>(IMessage request, string requestId, ServerCallContext context)
        where TAnswer : class, IMessage
    {
        var (method, own) = (_byRequest[request.GetType()], context.Caller().NewContext(requestId));
        var change = method.ToCommand(request, own, null);
        var owner = own.Caller.Tool is { } tool ? options.Clients.FirstOrDefault(client => client.ClientId == tool)?.OwnerId ?? "" : "";
        var made = await journal.Submit<Event>(
            new Propose(own, change, AnswerFields.Cleared(request).ToByteArray(), owner, RandomNumberGenerator.GetBytes(ProposalRequest.SaltBytes)));
        if (made is not ProposalMade proposed)
        {
            return (TAnswer)await method.Answer(made, null);
        }

        // A retry can come when the proposal is decided.
        var found = await store.Read(rows => rows.Find(new Proposal.Of(made.Id)), context.CancellationToken) ?? proposed.Proposal;
        return (TAnswer)method.Waiting(found.ToWire(clock.GetUtcNow().UtcDateTime), own);
    }

    /// <summary>The method that a proposal is of; null if this gateway knows none of that name.</summary>
    public GovernedMethod? Find(Proposal proposal) => _byName.GetValueOrDefault(proposal.ChangeMethod);

    /// <summary>The request of a proposal; null if this gateway cannot read it, because another version proposed it.</summary>
    public IMessage? RequestOf(Proposal proposal, ProposalRequest sent)
    {
        try
        {
            return Find(proposal)?.Parse(sent.Request);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>The command of a proposal, made anew from its request; null if it cannot be made any more.</summary>
    public Command? ChangeOf(Proposal proposal, ProposalRequest sent, CommandContext approver)
    {
        if (RequestOf(proposal, sent) is not { } request)
        {
            return null;
        }

        try
        {
            rules.Check(request);
            return Find(proposal)!.ToCommand(request, Caller.Parse(proposal.Proposer).NewContext(RequestIdOf(request)), approver);
        }
        catch (InvalidFieldsException)
        {
            // The contract has other rules by now.
            return null;
        }
    }

    private static string RequestIdOf(IMessage request) => (string)request.Descriptor.FindFieldByName("request_id").Accessor.GetValue(request);
}
