using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.Transfers;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Movements;

internal static class MovementMapping
{
    /// <param name="movement">The movement.</param>
    /// <param name="showsBalance">Whether the caller may see what the member held and owed.</param>
    /// <param name="sentence">The sentence that explains it.</param>
    /// <param name="pointValue">The value of one point.</param>
    public static V1.PointsMovement ToWire(this Movement movement, bool showsBalance, string sentence, Money pointValue)
    {
        var wire = new V1.PointsMovement
        {
            EventId = movement.Event.Id.ToString(),
            Time = movement.Event.Time.ToWire(),
            Kind = (V1.MovementKind)(int)movement.Kind,
            Points = movement.Points,
            PooledPoints = movement.PooledPoints,
            OwedPoints = movement.OwedPoints,
            BalancePoints = showsBalance ? movement.BalancePoints : 0,
            WithheldPoints = movement.WithheldPoints,
            Sentence = sentence,
            Value = WorthMapping.Worth(movement.Points + movement.PooledPoints, pointValue),
        };
        switch (movement.Event)
        {
            case PurchaseRecorded made:
                (wire.PartnerId, wire.PurchaseReference) = (made.PartnerId.Value, made.Reference);
                (wire.Amount, wire.PurchaseTime) = (made.Amount.ToWire(), made.PurchaseTime.ToWire());
                wire.Awards.AddRange(AwardMapping.ToWire(made));
                break;
            case PurchaseReversed made:
                (wire.PartnerId, wire.PurchaseReference, wire.Amount) = (made.PartnerId.Value, made.Reference, new Money(made.CurrencyCode, made.AmountMicros).ToWire());
                break;
            case ReturnRecorded made:
                (wire.PartnerId, wire.PurchaseReference, wire.Amount) = (made.PartnerId.Value, made.Reference, made.Amount.ToWire());
                break;
            case PointsAwarded made:
                (wire.PartnerId, wire.PurchaseReference, wire.ActivityId) = (made.PartnerId.Value, made.Reference, made.ActivityId);
                wire.AwardReason = (V1.AwardReason)(int)made.Reason;
                break;
            case PointsAdjusted made:
                (wire.CaseReference, wire.AdjustmentReason) = (made.CaseReference, (V1.AdjustmentReason)(int)made.Reason);
                break;
            case CampaignPaid made:
                wire.CampaignId = made.CampaignId;
                wire.Awards.Add(AwardMapping.ToWire(
                    new Award(AwardRule.Campaign, made.CampaignId, made.Version, made.AmountPoints, made.WithheldPoints, made.Term), 0));
                break;
            case CampaignActivated made:
                wire.CampaignId = made.CampaignId;
                wire.Awards.Add(AwardMapping.ToWire(
                    new Award(AwardRule.Campaign, made.CampaignId, made.Version, made.AmountPoints, 0, made.Term), 0));
                break;
            case RewardClaimed made:
                wire.RewardId = made.RewardId;
                break;
            case RewardPaidOut made:
                wire.RewardId = made.RewardId;
                break;
            case ReturnUndone made:
                (wire.PartnerId, wire.PurchaseReference) = (made.PartnerId.Value, made.Reference);
                break;
            case PointsReserved or RedemptionCaptured or RedemptionReleased or RedemptionRefunded:
                (wire.PartnerId, wire.RedemptionReference) = (movement.Event.Partner!.Value.Value, RedemptionOf(movement.Event));
                break;
            case TransferCreated made:
                wire.CounterpartProgrammeId = (movement.Kind == MovementKind.TransferOut ? made.DestinationId : made.SourceId).Value;
                break;
        }

        return wire;
    }

    private static string RedemptionOf(Event made) => made switch
    {
        PointsReserved found => found.Reference,
        RedemptionCaptured found => found.Reference,
        RedemptionReleased found => found.Reference,
        RedemptionRefunded found => found.Reference,
        _ => "",
    };
}
