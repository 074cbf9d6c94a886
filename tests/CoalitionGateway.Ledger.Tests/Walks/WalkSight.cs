using System.Text;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>What a walk compares at one time: names with numbers. A number of 0 is the same as none.</summary>
internal sealed class WalkSight
{
    private readonly SortedDictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _counters = new(StringComparer.Ordinal);

    public static string NameOf(string holder, DateTime? usable, DateTime? expires) => $"{holder} {usable:yyyyMMdd'T'HHmmss} to {expires:yyyyMMdd'T'HHmmss}";

    public void Add(string name, long points) => _numbers[name] = _numbers.GetValueOrDefault(name) + points;

    public void AddCounter(MembershipId membership, string rule, string period, long points, long count)
    {
        if (points != 0 || count != 0)
        {
            _counters[$"{membership} counter {rule} {period}"] = $"{points}, {count} times";
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, points) in _numbers.Where(found => found.Value != 0))
        {
            text.Append(name).Append(" = ").Append(points).Append('\n');
        }

        foreach (var (name, used) in _counters)
        {
            text.Append(name).Append(" = ").Append(used).Append('\n');
        }

        return text.ToString();
    }
}
