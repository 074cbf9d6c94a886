using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Earning;

/// <summary>Recorded purchases on the wire.</summary>
internal static class RecordedPurchaseMapping
{
    public static V1.RecordedPurchase ToWire(this FoundPurchase found)
    {
        var row = found.Row;
        var purchase = new V1.RecordedPurchase
        {
            PurchaseReference = row.Reference,
            IsReturn = row.IsReturn,
            MembershipNumber = found.Number ?? "",
            ProgrammeId = row.ProgrammeId.Value,
            Amount = new Money(row.CurrencyCode, row.AmountMicros).ToWire(),
            PurchaseTime = row.PurchaseTime.ToWire(),
            RecordTime = found.Event.Time.ToWire(),
            ReturnedAmount = row.ReturnedMicros > 0 ? new Money(row.CurrencyCode, row.ReturnedMicros).ToWire() : null,
            GivenPoints = row.IsReturn ? 0 : row.GivenPoints,
            TakenPoints = row.TakenPoints,
            Reversals =
            {
                found.Reversals.Select(made => new V1.RecordedReversal
                {
                    ReversalReference = made.ReversalReference,
                    Amount = new Money(made.CurrencyCode, made.AmountMicros).ToWire(),
                    TakenPoints = made.TakenPoints,
                    RecordTime = made.Time.ToWire(),
                }),
            },
        };
        if (found.Event is not PurchaseRecorded made)
        {
            return purchase;
        }

        var taken = found.Returns?.TakenAfter(row.ReturnedMicros) ?? [row.TakenPoints];
        var paid = found.Returns?.Paid ?? [];
        purchase.Awards.AddRange((found.Returns?.Made ?? made).AllAwards.Select((award, i) => AwardMapping.ToWire(
            paid.Any(row => row.CampaignId == award.RuleId) ? award with { WaitingPoints = 0 } : award, taken[i])));
        if (made.Details is { } details)
        {
            purchase.Lines.AddRange(details.Lines.Select(PurchaseDetailsMapping.ToWire));
            (purchase.Shop, purchase.Till, purchase.Channel) = (details.Shop, details.Till, (V1.SalesChannel)(int)details.Channel);
            purchase.PaidWithPointsMicros = details.PaidWithPointsMicros;
        }

        return purchase;
    }
}
