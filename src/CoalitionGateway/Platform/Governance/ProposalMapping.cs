using CoalitionGateway.Ledger.Proposals;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Platform.Governance;

internal static class ProposalMapping
{
    /// <summary>A proposal as it is at a time: it ends by itself.</summary>
    public static V1.Proposal ToWire(this Proposal row, DateTime now) => new()
    {
        ProposalId = row.Id.ToString(),
        Method = row.ChangeMethod,
        Proposer = row.Proposer,
        ProposeTime = row.ProposeTime.ToWire(),
        ExpireTime = row.ExpireTime.ToWire(),
        State = (V1.ProposalState)(int)row.StateAt(now),
        Decider = row.Decider,
        DecideTime = row.DecideTime?.ToWire(),
        ChangeEventId = row.ChangeId?.ToString() ?? "",
    };
}
