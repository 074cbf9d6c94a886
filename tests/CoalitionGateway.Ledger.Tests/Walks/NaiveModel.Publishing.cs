using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>The published rules, and which of them hold at a time.</summary>
internal sealed partial class NaiveModel
{
    private readonly List<(PublishAgreement Agreement, DateTime From)> _agreements = [];
    private readonly List<(PublishProgrammeTerms Terms, DateTime From)> _terms = [];
    private readonly List<(PublishCampaign Campaign, DateTime From)> _campaigns = [];
    private readonly Dictionary<(ProgrammeId Programme, string Campaign), DateTime> _closings = [];

    private string Publish(PublishAgreement publish, DateTime now)
    {
        if (publish.FromTime < now)
        {
            return WalkAnswers.Of(RefusalReason.RuleInThePast);
        }

        _agreements.Add((publish, publish.FromTime ?? now));
        return WalkAnswers.Done;
    }

    private string Publish(PublishProgrammeTerms publish, DateTime now)
    {
        if (publish.FromTime < now)
        {
            return WalkAnswers.Of(RefusalReason.RuleInThePast);
        }

        _terms.Add((publish, publish.FromTime ?? now));
        return WalkAnswers.Done;
    }

    private string Publish(PublishCampaign publish, DateTime now)
    {
        var before = LatestOf(publish.ProgrammeId, publish.Id);
        if (before is null && publish.Rule.FromTime < now)
        {
            return WalkAnswers.Of(RefusalReason.RuleInThePast);
        }

        var isClosed = IsClosed(publish.ProgrammeId, publish.Id, now);
        var added = publish.Rule.BudgetPoints - (before?.Rule.BudgetPoints ?? 0);
        if ((isClosed ? 0 : _budgets.GetValueOrDefault((publish.ProgrammeId.Value, publish.Id))) + added < 0)
        {
            return WalkAnswers.Of(RefusalReason.BudgetSpent);
        }

        if (isClosed && _closings.ContainsKey((publish.ProgrammeId, publish.Id)))
        {
            GiveBack(publish.ProgrammeId, publish.Id);
        }

        _campaigns.Add((publish, now));
        if (publish.Rule.PayerId is { } payer)
        {
            Issue(publish.ProgrammeId, payer, added);
            ChangeBudget(publish.ProgrammeId, publish.Id, added);
            _closings[(publish.ProgrammeId, publish.Id)] = (publish.Rule.UntilTime > now ? publish.Rule.UntilTime : now).AddDays(31);
        }

        return WalkAnswers.Done;
    }

    private string Close(CloseBudget close, DateTime now)
    {
        if (!_closings.TryGetValue((close.ProgrammeId, close.Id), out var time) || time > now)
        {
            return WalkAnswers.Of(RefusalReason.ProgrammeNotFound);
        }

        GiveBack(close.ProgrammeId, close.Id);
        return WalkAnswers.Done;
    }

    private void GiveBack(ProgrammeId programme, string campaign)
    {
        var left = _budgets[(programme.Value, campaign)];
        Issue(programme, LatestOf(programme, campaign)!.Rule.PayerId!.Value, -left);
        ChangeBudget(programme, campaign, -left);
        _closings.Remove((programme, campaign));
    }

    /// <summary>Whether what is left of a budget belongs to its payer again, posted or not.</summary>
    private bool IsClosed(ProgrammeId programme, string campaign, DateTime now) =>
        _closings.TryGetValue((programme, campaign), out var time) && time <= now && fault != ModelFault.BudgetOutlivesClosing;

    private PublishAgreement? AgreementAt(PartnerId partner, ProgrammeId programme, DateTime time) => InForce(
        _agreements.Where(found => found.Agreement.PartnerId == partner && found.Agreement.ProgrammeId == programme).ToList(),
        fault == ModelFault.TakesLatestAgreement ? DateTime.MaxValue : time);

    private ProgrammeRules RulesAt(ProgrammeId programme, DateTime time) => InForce(
        _terms.Where(found => found.Terms.ProgrammeId == programme).ToList(),
        fault == ModelFault.TakesLatestTerms ? DateTime.MaxValue : time)?.Rules ?? new ProgrammeRules(new Lots.LotRule(0, null), []);

    /// <summary>The campaigns that run at a time, in the order of their ids.</summary>
    private List<(string Id, CampaignRule Rule)> CampaignsAt(ProgrammeId programme, DateTime time)
    {
        var running = new List<(string Id, CampaignRule Rule)>();
        foreach (var versions in _campaigns.Where(found => found.Campaign.ProgrammeId == programme).GroupBy(found => found.Campaign.Id).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            if (InForce(versions.ToList(), time) is { Rule: var rule } && rule.FromTime <= time && (time < rule.UntilTime || fault == ModelFault.IgnoresEndOfCampaign))
            {
                running.Add((versions.Key, rule));
            }
        }

        return running;
    }

    private PublishCampaign? LatestOf(ProgrammeId programme, string campaign) =>
        _campaigns.LastOrDefault(found => found.Campaign.ProgrammeId == programme && found.Campaign.Id == campaign).Campaign;

    /// <summary>The version with the latest beginning that is not after a time. Of two with the same beginning the later one holds.</summary>
    private static T? InForce<T>(List<(T Version, DateTime From)> versions, DateTime time)
        where T : class
    {
        var holds = (Version: (T?)null, From: DateTime.MinValue);
        foreach (var (version, from) in versions)
        {
            if (from <= time && from >= holds.From)
            {
                holds = (version, from);
            }
        }

        return holds.Version;
    }
}
