using CoalitionGateway.Ledger.Proposals;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Platform.Governance;

internal static class ProposalMapping
{
    public static V1.Proposal ToWire(this Proposal row) => new()
    {
        ProposalId = row.Id.ToString(),
        Method = row.ChangeMethod,
        Proposer = row.Proposer,
        ProposeTime = row.ProposeTime.ToWire(),
        ExpireTime = row.ExpireTime.ToWire(),
        State = (V1.ProposalState)(int)row.State,
        Decider = row.Decider,
        DecideTime = row.DecideTime?.ToWire(),
        ChangeEventId = row.ChangeId?.ToString() ?? "",
    };
}
