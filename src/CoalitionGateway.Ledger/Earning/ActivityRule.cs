using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Purchases;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>An activity that is no purchase, such as a review, and what a member gets for it.</summary>
/// <param name="Id">The operator's name of the activity, unique in the programme.</param>
/// <param name="Caps">The most that it gives one member, by the day on which it is recorded.</param>
public sealed record ActivityRule(string Id, long Points, IReadOnlyList<Cap> Caps)
{
    /// <summary>The activity's name in counters. No campaign has such a name.</summary>
    public string CounterRule => $"/activity/{Id}";

    internal static void Encode(CanonicalWriter writer, ActivityRule rule) => writer.Text(rule.Id).Number(rule.Points).List(rule.Caps, Cap.Encode);

    internal static ActivityRule Decode(CanonicalReader reader) => new(reader.Text(), reader.Number(), reader.List(Cap.Decode));
}
