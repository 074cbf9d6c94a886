using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>The words in which the Ledger and the model tell what a command did.</summary>
internal static class WalkAnswers
{
    public const string Done = "done";

    /// <summary>The model knows no sweeps. Only their effect is compared: there must be none.</summary>
    public const string Sweep = "a sweep";

    public static string Of(RefusalReason reason) => $"refused: {reason}";

    public static string Recorded(IEnumerable<string> awards, long settled, long available) => $"gives {string.Join(' ', awards)}, pays {settled} of debt, {available} are available";

    /// <param name="held">The tier in which the purchase earned; empty: none.</param>
    /// <param name="reached">The tier that it reached or renewed; empty: none.</param>
    public static string Climbed(string held, string reached, DateTime? until, string next, long missing) =>
        $", in '{held}', reaches '{reached}' until {until:O}, {missing} to '{next}'";

    public static string Given(long points, long withheld, long settled, long owed) =>
        $"gives {points}, withholds {withheld}, pays {settled} of debt, {owed} become debt";

    public static string Award(string rule, long points, long waiting, long withheld) => $"{rule}:{points}({waiting} wait)+{withheld}";

    public static string Activated(long points, long settled, long available) => $"gives {points}, pays {settled} of debt, {available} are available";

    public static string Merged(long came, long available) => $"{came} come, {available} are available";

    public static string Reversed(long taken, long owed, long lapsed) => $"takes {taken}, {owed} become debt, {lapsed} had expired";

    public static string Reserved(DateTime until, bool needsApproval) => $"until {until:O}, {(needsApproval ? "to be approved" : "as it is")}";

    public static string Captured(long points, long released) => $"{points} are spent, {released} come back";

    public static string Refunded(long points, long given, long settled) => $"{points} are refunded, {given} come back, {settled} pay debt";

    public static string Claimed(long version, long price, Money? money, DateTime end) => $"version {version} for {price} and {money}, until {end:O}";

    public static string Used(long count, DateTime? entitled, Money? money) => $"{count} times, again until {entitled:O}, for {money}";

    public static string Of(Command command, Answer answer) => (command, answer) switch
    {
        (SettleLots or SettleInactivity or EndPaymentCode, _) => Sweep,
        (_, { Refusal.Reason: var reason }) => Of(reason),
        (_, { Event: PurchaseRecorded made }) => Recorded(AwardsOf(made), made.SettledPoints, made.AvailablePoints) + ClimbedBy(made.Tier),
        (_, { Event: PurchaseReversed made }) => Reversed(made.TakenPoints, made.OwedPoints, made.Lapsed.Sum(part => part.Points)),
        (_, { Event: ReturnRecorded made }) => Reversed(made.TakenPoints, made.OwedPoints, 0),
        (_, { Event: MembershipsMerged made }) => Merged(made.MovedPoints, made.AvailablePoints),
        (_, { Event: CampaignActivated made }) => Activated(made.AmountPoints, made.SettledPoints, made.AvailablePoints),
        (_, { Event: PointsAwarded made }) => Given(made.AmountPoints, made.WithheldPoints, made.SettledPoints, 0),
        (_, { Event: PointsReserved made }) => Reserved(made.UntilTime, made.NeedsApproval),
        (_, { Event: RedemptionCaptured made }) => Captured(made.AmountPoints, made.ReleasedPoints),
        (_, { Event: RedemptionRefunded made }) => Refunded(made.AmountPoints, made.GivenPoints, made.SettledPoints),
        (_, { Event: RewardClaimed made }) => Claimed(made.RewardVersion, made.PricePoints, made.PriceMoney, made.ExpireTime),
        (_, { Event: RewardPaidOut made }) => Claimed(made.RewardVersion, made.AmountPoints, null, made.ExpireTime),
        (_, { Event: VoucherUsed made }) => Used(made.Count, made.EntitledTime, made.PriceMoney),
        (_, { Event: PointsAdjusted made }) => Given(made.AmountPoints, 0, made.SettledPoints, made.OwedPoints),
        _ => Done,
    };

    private static string ClimbedBy(TierProgress? progress) => progress is null
        ? ""
        : Climbed(progress.HeldId, progress.ReachedId, progress.UntilTime, progress.NextId, progress.Missing);

    private static IEnumerable<string> AwardsOf(PurchaseRecorded made) => made.Awards.Count == 0
        ? [Award("", made.GivenPoints, 0, 0)]
        : made.Awards.Select(award => Award(award.RuleId, award.Points, award.WaitingPoints, award.WithheldPoints));
}
