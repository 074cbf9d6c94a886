using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>The words in which the Ledger and the model tell what a command did.</summary>
internal static class WalkAnswers
{
    public const string Done = "done";

    /// <summary>The model knows no sweeps. Only their effect is compared: there must be none.</summary>
    public const string Sweep = "a sweep";

    public static string Of(RefusalReason reason) => $"refused: {reason}";

    public static string Recorded(IEnumerable<string> awards, long settled, long available) => $"gives {string.Join(' ', awards)}, pays {settled} of debt, {available} are available";

    public static string Reversed(long taken, long owed, long lapsed) => $"takes {taken}, {owed} become debt, {lapsed} had expired";

    public static string Of(Command command, Answer answer) => (command, answer) switch
    {
        (SettleLots, _) => Sweep,
        (_, { Refusal.Reason: var reason }) => Of(reason),
        (_, { Event: PurchaseRecorded made }) => Recorded(AwardsOf(made), made.SettledPoints, made.AvailablePoints),
        (_, { Event: PurchaseReversed made }) => Reversed(made.TakenPoints, made.OwedPoints, made.Lapsed.Sum(part => part.Points)),
        (_, { Event: ReturnRecorded made }) => Reversed(made.TakenPoints, made.OwedPoints, 0),
        _ => Done,
    };

    private static IEnumerable<string> AwardsOf(PurchaseRecorded made) => made.Awards.Count == 0
        ? [$":{made.GivenPoints}+0"]
        : made.Awards.Select(award => $"{award.RuleId}:{award.Points}+{award.WithheldPoints}");
}
