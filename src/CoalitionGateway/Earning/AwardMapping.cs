using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Earning;

/// <summary>Awards and recorded purchases on the wire.</summary>
internal static class AwardMapping
{
    public static IEnumerable<V1.Award> ToWire(PurchaseRecorded made) => AwardsOf(made).Select(award => ToWire(award, 0));

    public static V1.Award ToWire(Award award, long takenPoints) => new()
    {
        Rule = (V1.AwardRule)(int)award.Rule,
        CampaignId = award.RuleId,
        RuleVersion = award.RuleVersion,
        Points = award.Points,
        WithheldPoints = award.WithheldPoints,
        UsableTime = award.Term.UsableTime?.ToWire(),
        ExpireTime = award.Term.ExpireTime?.ToWire(),
        TakenPoints = takenPoints,
    };

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
        };
        if (found.Event is not PurchaseRecorded made)
        {
            return purchase;
        }

        var taken = found.Returns?.TakenAfter(row.ReturnedMicros) ?? [row.TakenPoints];
        purchase.Awards.AddRange(AwardsOf(made).Select((award, i) => ToWire(award, taken[i])));
        if (made.Details is { } details)
        {
            purchase.Lines.AddRange(details.Lines.Select(PurchaseDetailsMapping.ToWire));
            (purchase.Shop, purchase.Till, purchase.Channel) = (details.Shop, details.Till, (V1.SalesChannel)(int)details.Channel);
            purchase.PaidWithPointsMicros = details.PaidWithPointsMicros;
        }

        return purchase;
    }

    /// <summary>The awards of a purchase. One without a list has the agreement's award alone, with plain points.</summary>
    private static IReadOnlyList<Award> AwardsOf(PurchaseRecorded made) =>
        made.Awards.Count > 0 ? made.Awards : [new Award(AwardRule.Agreement, "", made.AgreementVersion, made.GivenPoints, 0, Term.Plain)];
}
