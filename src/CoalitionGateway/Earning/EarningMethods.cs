using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Governance;

namespace CoalitionGateway.Earning;

internal sealed class AdjustPointsMethod(GatewayOptions options) : GovernedMethod<V1.AdjustPointsRequest, PointsAdjusted, V1.AdjustPointsResponse>
{
    protected override Command ToCommand(V1.AdjustPointsRequest request, CommandContext context)
    {
        InvalidFieldsException.Unless((request.AmountPoints != 0, "amount_points", "must not be 0."));
        return request.ToCommand(context, options.MaxAdjustmentPoints);
    }

    protected override Task<V1.AdjustPointsResponse> Answer(PointsAdjusted made) => Task.FromResult(made.ToWire());
}
