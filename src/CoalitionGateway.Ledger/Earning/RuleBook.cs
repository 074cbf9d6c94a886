using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>All versions of the rules by which purchases earn points of one programme.</summary>
public sealed class RuleBook
{
    private readonly IReadOnlyList<Agreement> _agreements;
    private readonly IReadOnlyList<ProgrammeTerms> _terms;
    private readonly IReadOnlyList<Campaign> _campaigns;
    private readonly DateTime[] _changes;
    private readonly Dictionary<PartnerId, EarningRules?> _held = [];
    private (DateTime From, DateTime Until) _span;

    public RuleBook(Programme programme, IReadOnlyList<Agreement> agreements, IReadOnlyList<ProgrammeTerms> terms, IReadOnlyList<Campaign> campaigns)
    {
        (Programme, _agreements, _terms, _campaigns) = (programme, agreements, terms, campaigns);
        Calendar = Calendar.Of(programme.TimeZone);
        _changes =
        [
            .. agreements.Select(version => version.FromTime).Concat(terms.Select(version => version.FromTime))
                .Concat(campaigns.SelectMany(version => new[] { version.FromTime, version.Rule.FromTime, version.Rule.UntilTime }))
                .Distinct().Order(),
        ];
    }

    public Programme Programme { get; }

    public Calendar Calendar { get; }

    /// <summary>The brands that give points of the programme.</summary>
    public IReadOnlyList<PartnerId> Brands => [.. _agreements.Select(version => version.PartnerId).Distinct()];

    /// <summary>The budget of each campaign that has one, as its last version says.</summary>
    public IReadOnlyDictionary<string, long> Budgets => _campaigns.GroupBy(version => version.Id, StringComparer.Ordinal)
        .Select(campaign => campaign.MaxBy(version => version.Version)!).Where(last => last.Rule.BudgetPoints > 0)
        .ToDictionary(last => last.Id, last => last.Rule.BudgetPoints, StringComparer.Ordinal);

    /// <summary>The same rules, but with these terms for all time.</summary>
    public RuleBook With(ProgrammeRules rules) => new(
        Programme, _agreements, [new ProgrammeTerms(Programme.Id, 0, DateTime.UnixEpoch, rules, DateTime.UnixEpoch)], _campaigns);

    /// <summary>The same rules, but with this agreement for all time in place of the brand's versions.</summary>
    public RuleBook With(PartnerId brand, Terms terms) => new(
        Programme,
        [.. _agreements.Where(version => version.PartnerId != brand), new Agreement(brand, Programme.Id, 0, DateTime.UnixEpoch, terms, DateTime.UnixEpoch)],
        _terms, _campaigns);

    /// <summary>The same rules, but with this campaign in place of the versions with its id. It runs from its rule's start to its end.</summary>
    public RuleBook With(string id, CampaignRule rule) => new(
        Programme, _agreements, _terms,
        [.. _campaigns.Where(version => version.Id != id), new Campaign(Programme.Id, id, 0, DateTime.UnixEpoch, rule, DateTime.UnixEpoch)]);

    /// <summary>The rules that held for a brand's purchase; null if the brand had no agreement.</summary>
    public EarningRules? At(PartnerId brand, DateTime time)
    {
        if (time < _span.From || time >= _span.Until)
        {
            _held.Clear();
            var next = Array.FindIndex(_changes, change => change > time);
            _span = (_changes.LastOrDefault(change => change <= time), next < 0 ? DateTime.MaxValue : _changes[next]);
        }

        if (!_held.TryGetValue(brand, out var rules))
        {
            rules = _held[brand] = Find(brand, time);
        }

        return rules;
    }

    private EarningRules? Find(PartnerId brand, DateTime time)
    {
        var terms = ProgrammeTerms.At(_terms, time);
        return Agreement.At([.. _agreements.Where(version => version.PartnerId == brand)], Programme.Id, time) is { } agreement
            ? new EarningRules(agreement, terms?.Rules ?? ProgrammeRules.None, terms?.Version ?? 0, Campaign.At(_campaigns, time))
            : null;
    }
}
