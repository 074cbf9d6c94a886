using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Transfers;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Transfers;

internal static class TransferMapping
{
    public static V1.Transfer ToWire(this Transfer row) => new()
    {
        TransferId = row.Id.ToString(),
        SourceProgrammeId = row.SourceId.Value,
        DestinationProgrammeId = row.DestinationId.Value,
        AmountPoints = row.AmountPoints,
        ArrivedPoints = row.ArrivedPoints,
        SettledPoints = row.SettledPoints,
        CreditedPoints = row.ArrivedPoints - row.SettledPoints,
        RouteVersion = row.RouteVersion,
        CreateTime = row.CreateTime.ToWire(),
    };

    public static V1.TransferQuote ToQuote(this CreateTransfer asked, CreateTransfer.State state, Programme source, Programme destination)
    {
        var arriving = state.Route!.Arriving(asked.AmountPoints)!.Value;
        var settling = state.Destination!.Settles(arriving);
        return new V1.TransferQuote
        {
            SourceProgrammeId = asked.SourceId.Value,
            DestinationProgrammeId = asked.DestinationId.Value,
            AmountPoints = asked.AmountPoints,
            ArrivingPoints = arriving,
            SettlingPoints = settling,
            CreditedPoints = arriving - settling,
            SourceValue = WorthMapping.Worth(asked.AmountPoints, source.PointValue),
            DestinationValue = WorthMapping.Worth(arriving, destination.PointValue),
            AvailablePoints = state.Source!.AvailablePoints,
            RouteVersion = state.Route.Version,
        };
    }
}
