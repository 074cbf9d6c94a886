using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Compliance;

internal sealed class ReleaseHoldMethod : GovernedMethod<V1.ReleaseHoldRequest, HoldReleased, V1.ReleaseHoldResponse>
{
    protected override Command ToCommand(V1.ReleaseHoldRequest request, CommandContext context) => new ReleaseHold(context, new EventId(Guid.Parse(request.HoldId)));

    protected override Task<V1.ReleaseHoldResponse> Answer(HoldReleased made) => Task.FromResult(new V1.ReleaseHoldResponse { ReleaseTime = made.Time.ToWire() });
}
