using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>A purchase, and how much of the rules' caps and budgets is used so far.</summary>
/// <param name="Facts">Null: the purchase earns nothing, for want of a programme or an agreement.</param>
/// <param name="Budgets">The points that are left, by campaign.</param>
public sealed record EarningUse(
    PurchaseFacts? Facts, MembershipId MembershipId, IReadOnlyDictionary<(string Rule, string Period), Counter> Counters, IReadOnlyDictionary<string, long> Budgets)
{
    private static readonly Dictionary<(string Rule, string Period), Counter> _noCounters = [];
    private static readonly Dictionary<string, long> _noBudgets = [];
    private static readonly HashSet<string> _noneActivated = [];

    /// <summary>The campaigns that the member has activated.</summary>
    public IReadOnlySet<string> Activated { get; init; } = _noneActivated;

    /// <summary>Without caps and budgets.</summary>
    public static EarningUse None(PurchaseFacts? facts) => new(facts, default, _noCounters, _noBudgets);

    /// <summary>The awards for the purchase; null if they are too many points. The agreement must be known.</summary>
    public Evaluated? Evaluate(EarningTerms terms) => new EarningRules(terms.Agreement!, terms.Rules, terms.RulesVersion, terms.Campaigns).Evaluate(
        Facts!,
        (rule, period) => Counters.GetValueOrDefault((rule, period)) ?? new Counter(MembershipId, rule, period, 0, 0),
        campaign => Budgets.GetValueOrDefault(campaign),
        Activated.Contains);

    /// <summary>Reads what a purchase needs beside the terms: counters, budgets, and the account that its points go to.</summary>
    public static EarningUse Find(WorkingState rows, EarningTerms terms, PartnerId partner, Money amount, DateTime time, PurchaseDetails? details, DateTime now)
    {
        if (terms.Programme is null || terms.Agreement is not { } agreement || terms.Earning is not { } earning)
        {
            return None(null);
        }

        var facts = terms.Facts(partner, amount, time, details) with { RecordTime = now };
        var term = terms.Rules.TermOf(facts).At(now);
        terms.Holdings!.NeedCredit(rows, term);
        if (terms.Rules is { PausesExpiry: true, Tiers: { } tiers })
        {
            terms.Holdings.NeedCredit(rows, term.NotBefore(facts.Calendar.StartOf(tiers.EndOf(facts.Day))));
        }

        if (terms.Campaigns.Count == 0 && terms.Rules is { Caps.Count: 0, Tiers: null })
        {
            return None(facts);
        }

        var counters = new EarningRules(agreement, terms.Rules, terms.RulesVersion, terms.Campaigns).Counters(facts).Distinct()
            .ToDictionary(key => key, key => Counter.Find(rows, earning.Id, key.Rule, key.Period));
        var budgets = terms.Campaigns.Where(campaign => campaign.Rule.BudgetPoints > 0).ToDictionary(
            campaign => campaign.Id,
            campaign => Campaign.IsClosed(rows.FindAll(new Campaign.ByProgramme(earning.ProgrammeId)), campaign.Id, now) ? 0 : rows.Find(new Account.Of(AccountRef.Budget(earning.ProgrammeId, campaign.Id).Id))?.BalancePoints ?? 0,
            StringComparer.Ordinal);
        return new EarningUse(facts, earning.Id, counters, budgets)
        {
            Activated = terms.Campaigns
                .Where(campaign => campaign.Rule.ActivateUntilTime is not null && rows.Find(new Activation.Of(earning.Id, campaign.Id)) is not null)
                .Select(campaign => campaign.Id).ToHashSet(StringComparer.Ordinal),
        };
    }
}
