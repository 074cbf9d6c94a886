using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.Transfers;

namespace CoalitionGateway.Movements;

/// <summary>What moved the points. The numbers match the contract's.</summary>
internal enum MovementKind
{
    /// <summary>An event of a kind that the contract does not name.</summary>
    Unspecified = 0,
    Purchase = 1,
    Return = 2,
    ReturnUndone = 3,
    TransferOut = 4,
    TransferIn = 5,
    PoolIn = 6,
    PoolOut = 7,
    Expired = 8,
    DebtPaid = 9,
    Inherited = 10,
    Award = 11,
    Adjustment = 12,
    Referral = 13,
    Merge = 14,
    Campaign = 15,
    Redemption = 16,
    Refund = 17,
    Reward = 18,
    Payout = 19,
}

/// <summary>The change that an event made to one membership's points.</summary>
/// <param name="LogIndex">The event's place in the log.</param>
/// <param name="Points">The change of the points outside of pools, pending ones included.</param>
internal sealed record Movement(Event Event, long LogIndex, MovementKind Kind, long Points, long PooledPoints, long OwedPoints)
{
    /// <summary>The points that the member held afterwards.</summary>
    public long BalancePoints { get; init; }

    /// <summary>The points that the sentence tells: with those that paid debt or became debt.</summary>
    public long ToldPoints => this switch
    {
        { Event: LotsSettled { LapsedPoints: > 0 and var lapsed } } => lapsed,
        { Kind: MovementKind.DebtPaid } => OwedPoints,
        { IsWithheld: true } => WithheldPoints,
        { PooledPoints: not 0 } when Points == 0 || Points + PooledPoints == 0 => PooledPoints,
        { Event: RedemptionRefunded { GivenPoints: 0, AmountPoints: var lost } } => lost,
        _ => Points - OwedPoints,
    };

    /// <summary>The points that caps, limits and budgets withheld.</summary>
    public long WithheldPoints => WithheldBy(Event).Points;

    /// <summary>Whether all points were withheld, and none wait for an activation.</summary>
    public bool IsWithheld => WithheldPoints > 0 && (Points, PooledPoints, OwedPoints) == (0, 0, 0)
        && !(Event is PurchaseRecorded made && made.Awards.Any(award => award.WaitingPoints > 0));

    /// <summary>
    /// The movement of a membership's points by an event; null if the event neither moved points nor had all points withheld.
    /// </summary>
    /// <param name="made">The event.</param>
    /// <param name="logIndex">Its place in the log.</param>
    /// <param name="programme">The programme.</param>
    /// <param name="memberships">The membership, and those that were merged into it.</param>
    public static Movement? Of(Event made, long logIndex, ProgrammeId programme, IReadOnlySet<MembershipId> memberships)
    {
        var (points, pooled, owed) = (0L, 0L, 0L);
        foreach (var line in made.Postings.Where(posting => posting.ProgrammeId == programme).SelectMany(posting => posting.Lines))
        {
            if (line.Account.MembershipId is not { } membership || !memberships.Contains(membership))
            {
                continue;
            }

            points += line.Account.Kind.IsHeld() ? line.AmountPoints : 0;
            pooled += line.Account.Kind.IsPooled() ? line.AmountPoints : 0;
            owed -= line.Account.Kind == AccountKind.Receivable ? line.AmountPoints : 0;
        }

        // A merge moves points between the two, so that their sum stays. It is shown all the same.
        // So is a refund of points that have all expired.
        var isMerge = made is RedemptionRefunded { GivenPoints: 0, MembershipId: var of } ? memberships.Contains(of) : made is MembershipsMerged { IntoId: var into } && memberships.Contains(into);
        var movement = new Movement(made, logIndex, KindOf(made, programme), points, pooled, owed);
        return (points, pooled, owed) == (0, 0, 0) && !isMerge && !(movement.IsWithheld && memberships.Contains(WithheldBy(made).Membership)) ? null : movement;
    }

    /// <summary>The membership to which an event gives points, and how many limits withheld.</summary>
    private static (MembershipId Membership, long Points) WithheldBy(Event made) => made switch
    {
        PurchaseRecorded given => (given.MembershipId, given.Awards.Sum(award => award.WithheldPoints)),
        PointsAwarded given => (given.MembershipId, given.WithheldPoints),
        CampaignPaid given => (given.MembershipId, given.WithheldPoints),
        _ => default,
    };

    private static MovementKind KindOf(Event made, ProgrammeId programme) => made switch
    {
        PurchaseRecorded => MovementKind.Purchase,
        PurchaseReversed or ReturnRecorded => MovementKind.Return,
        ReturnUndone => MovementKind.ReturnUndone,
        TransferCreated transfer => transfer.SourceId == programme ? MovementKind.TransferOut : MovementKind.TransferIn,
        PointsContributed => MovementKind.PoolIn,
        PointsWithdrawn or PoolLeft => MovementKind.PoolOut,
        LotsSettled settled => settled.LapsedPoints > 0 ? MovementKind.Expired : MovementKind.DebtPaid,
        PointsInherited => MovementKind.Inherited,
        PointsAwarded => MovementKind.Award,
        PointsAdjusted => MovementKind.Adjustment,
        ReferralPaid => MovementKind.Referral,
        MembershipsMerged => MovementKind.Merge,
        CampaignPaid or CampaignActivated => MovementKind.Campaign,
        PointsReserved or RedemptionCaptured => MovementKind.Redemption,
        RedemptionReleased => MovementKind.DebtPaid,
        RedemptionRefunded refunded => refunded.GivenPoints > 0 ? MovementKind.Refund : MovementKind.Expired,
        RewardClaimed => MovementKind.Reward,
        RewardPaidOut => MovementKind.Payout,
        _ => MovementKind.Unspecified,
    };
}
