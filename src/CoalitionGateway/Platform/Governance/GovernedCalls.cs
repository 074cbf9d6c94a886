using System.Collections.Frozen;
using System.Security.Cryptography;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Proposals;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Journal;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Platform.Governance;

/// <summary>Submits governed changes: as proposals, or at once where one person may make them alone.</summary>
internal sealed class GovernedCalls(CommandJournal journal, IEnumerable<GovernedMethod> methods)
{
    private readonly FrozenDictionary<Type, GovernedMethod> _byRequest = methods.ToFrozenDictionary(method => method.Request);
    private readonly FrozenDictionary<string, GovernedMethod> _byName = methods.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);

    /// <summary>Answers a call of a governed method.</summary>
    /// <param name="requestId">The request's id.</param>
    public async Task<TAnswer> Submit<TAnswer>(IMessage request, string requestId, ServerCallContext context)
        where TAnswer : class, IMessage
    {
        var (method, own) = (_byRequest[request.GetType()], context.Caller().NewContext(requestId));
        var change = method.ToCommand(request, own);
        var made = await journal.Submit<Event>(
            new Propose(own, change, request.ToByteArray(), RandomNumberGenerator.GetBytes(ProposalRequest.SaltBytes)));
        return (TAnswer)(made is ProposalMade proposed ? method.Waiting(proposed.Proposal.ToWire(), own) : await method.Answer(made));
    }

    /// <summary>The method that a proposal is of; null if this gateway knows none of that name.</summary>
    public GovernedMethod? Find(Proposal proposal) => _byName.GetValueOrDefault(proposal.ChangeMethod);

    /// <summary>The command of a proposal, made anew from its request; null if it cannot be made any more.</summary>
    public Command? ChangeOf(Proposal proposal, ProposalRequest request)
    {
        try
        {
            return Find(proposal) is { } method
                ? method.ToCommand(method.Parse(request.Request), Caller.Parse(proposal.Proposer).NewContext(RequestIdOf(method.Parse(request.Request))))
                : null;
        }
        catch (Exception unusable) when (unusable is InvalidFieldsException or InvalidProtocolBufferException)
        {
            // Another version of the gateway proposed it.
            return null;
        }
    }

    private static string RequestIdOf(IMessage request) => (string)request.Descriptor.FindFieldByName("request_id").Accessor.GetValue(request);
}
