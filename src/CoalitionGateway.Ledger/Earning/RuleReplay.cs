using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>
/// Purchases as they would earn under some rules, one after the other. Caps, budgets and tiers begin unused and are kept in
/// memory. Every member counts as having activated the campaigns. Nothing is recorded.
/// </summary>
public sealed class RuleReplay(RuleBook book)
{
    private readonly Dictionary<(MembershipId Membership, string Rule, string Period), Counter> _counters = [];
    private readonly Dictionary<MembershipId, List<TierHeld>> _tiers = [];
    private readonly Dictionary<string, long> _budgets = new(book.Budgets, StringComparer.Ordinal);
    private readonly Dictionary<string, DateTime> _spent = new(StringComparer.Ordinal);

    /// <summary>What each budget has left, and when it was spent; null: it was not.</summary>
    public IReadOnlyList<(string CampaignId, long LeftPoints, DateTime? SpentTime)> Budgets =>
    [
        .. _budgets.OrderBy(budget => budget.Key, StringComparer.Ordinal)
            .Select(budget => (budget.Key, budget.Value, _spent.TryGetValue(budget.Key, out var time) ? time : (DateTime?)null)),
    ];

    /// <summary>The points of the next purchase, and the tier in which it earns.</summary>
    public Replayed Next(PartnerId brand, MembershipId membership, Money amount, DateTime time, PurchaseDetails? details)
    {
        if (book.At(brand, time) is not { } rules || rules.Agreement.Terms.RateFor(amount.CurrencyCode) is null)
        {
            return new Replayed(0, "");
        }

        IReadOnlyList<TierHeld> held = rules.Programme.Tiers is null ? [] : _tiers.GetValueOrDefault(membership) ?? [];
        var facts = new PurchaseFacts(brand, amount, time, details, book.Calendar) { Tiers = held, Tier = rules.Programme.Tiers?.At(held, time) };
        var evaluated = rules.Evaluate(
            facts,
            (rule, period) => CounterOf(membership, rule, period),
            campaign => _budgets.GetValueOrDefault(campaign),
            _ => true);
        if (evaluated is null || evaluated.Points > Points.MaxPerCommand)
        {
            return new Replayed(0, "");
        }

        Use(membership, time, evaluated);
        return new Replayed(evaluated.Points + evaluated.Apart.Sum(award => award.Points), facts.Tier?.Id ?? "");
    }

    private Counter CounterOf(MembershipId membership, string rule, string period) =>
        _counters.GetValueOrDefault((membership, rule, period)) ?? new Counter(membership, rule, period, 0, 0);

    private void Use(MembershipId membership, DateTime time, Evaluated evaluated)
    {
        foreach (var counted in evaluated.Counted.Concat(evaluated.CountedApart))
        {
            _counters[(membership, counted.Rule, counted.Period)] = CounterOf(membership, counted.Rule, counted.Period).Plus(counted);
        }

        foreach (var award in evaluated.Awards.Concat(evaluated.Apart).Where(award => award.Rule == AwardRule.Campaign && _budgets.ContainsKey(award.RuleId)))
        {
            _budgets[award.RuleId] -= award.Points;
            if (_budgets[award.RuleId] == 0)
            {
                _spent.TryAdd(award.RuleId, time);
            }
        }

        if (evaluated.Tier is { FromTime: { } from, UntilTime: { } until } reached)
        {
            if (!_tiers.TryGetValue(membership, out var tiers))
            {
                tiers = _tiers[membership] = [];
            }

            tiers.Add(new TierHeld(membership, reached.ReachedId, from, until));
        }
    }
}

/// <param name="TierId">The tier in which the purchase earns; empty: none.</param>
public readonly record struct Replayed(long Points, string TierId);
