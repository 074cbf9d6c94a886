using System.Text;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>What a walk compares at one time: names with numbers. A number of 0 is the same as none.</summary>
internal sealed class WalkSight
{
    private readonly SortedDictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _facts = new(StringComparer.Ordinal);

    public static string NameOf(string holder, DateTime? usable, DateTime? expires) => $"{holder} {usable:yyyyMMdd'T'HHmmss} to {expires:yyyyMMdd'T'HHmmss}";

    public void Add(string name, long points) => _numbers[name] = _numbers.GetValueOrDefault(name) + points;

    public void AddCounter(MembershipId membership, string rule, string period, long points, long count)
    {
        if (points != 0 || count != 0)
        {
            AddFact($"{membership} counter {rule} {period}", $"{points}, {count} times");
        }
    }

    /// <summary>Points that a member gets by activating a campaign.</summary>
    public void AddWaiting(MembershipId membership, string campaign, long points) => Add($"{membership} waits {campaign}", points);

    public void AddTier(MembershipId membership, string tier, DateTime from, DateTime until) =>
        AddFact($"{membership} {tier} from {from:O}", $"{until:O}");

    public void AddInactivity(MembershipId membership, DateTime? time) => AddFact($"{membership} inactive", $"{time:O}");

    /// <param name="tier">Empty: none.</param>
    /// <param name="next">The tier above; empty: there is none.</param>
    /// <param name="end">The end of the period.</param>
    public void AddStanding(MembershipId membership, string tier, DateTime? until, long counted, string next, DateTime end) =>
        AddFact($"{membership} stands", $"in '{tier}' until {until:O}, {counted} counted until {end:O}, then '{next}'");

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, points) in _numbers.Where(found => found.Value != 0))
        {
            text.Append(name).Append(" = ").Append(points).Append('\n');
        }

        foreach (var (name, fact) in _facts)
        {
            text.Append(name).Append(" = ").Append(fact).Append('\n');
        }

        return text.ToString();
    }

    private void AddFact(string name, string fact) => _facts[name] = fact;
}
