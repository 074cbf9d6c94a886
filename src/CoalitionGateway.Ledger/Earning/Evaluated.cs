using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>The awards for a purchase.</summary>
/// <param name="Awards">First the agreement's, then those of campaigns in the order of their ids.</param>
/// <param name="Counted">What the awards add to counters.</param>
public sealed record Evaluated(IReadOnlyList<Award> Awards, IReadOnlyList<Counted> Counted)
{
    /// <summary>The way to the tiers; null if the programme has none.</summary>
    public TierProgress? Tier { get; init; }

    /// <summary>Awards in events of their own that no brand sees, because they tell of purchases at other brands.</summary>
    public IReadOnlyList<Award> Apart { get; init; } = [];

    /// <summary>What the awards of <see cref="Apart"/> add to counters.</summary>
    public IReadOnlyList<Counted> CountedApart { get; init; } = [];

    /// <summary>The points of the purchase itself, without those of <see cref="Apart"/>.</summary>
    public long Points => Awards.Sum(award => award.Points);

    /// <summary>Whether the agreement alone gave plain points, so that the event needs no list of awards.</summary>
    public bool IsPlain => Counted.Count == 0 && Awards is [{ WithheldPoints: 0, Term.IsPlain: true }];
}
