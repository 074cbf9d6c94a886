using System.Text.Json.Serialization;
using CoalitionGateway.V1;

namespace CoalitionGateway.Cli.Replay;

/// <summary>What one rule gave, and what caps and the campaign's budget withheld of it.</summary>
/// <param name="Rule">agreement or campaign.</param>
/// <param name="CampaignId">Null for an agreement.</param>
internal sealed record RuleResult(
    string Rule, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? CampaignId, long PointsGiven, long PointsWithheld);

/// <summary>Adds up the awards of one brand's purchases by rule. The points are copied from the gateway's answers.</summary>
internal sealed class AwardTally
{
    private readonly SortedDictionary<string, (long Given, long Withheld)> _rules = new(StringComparer.Ordinal) { [""] = (0, 0) };

    /// <param name="rules">Their campaigns are in the result even if they give nothing.</param>
    public AwardTally(BrandRules rules)
    {
        foreach (var campaign in rules.Campaigns)
        {
            _rules[campaign.CampaignId] = (0, 0);
        }
    }

    /// <summary>First the agreement, then the campaigns in the order of their ids.</summary>
    public IReadOnlyList<RuleResult> Results =>
    [
        .. _rules.Select(rule => rule.Key.Length == 0
            ? new RuleResult("agreement", null, rule.Value.Given, rule.Value.Withheld)
            : new RuleResult("campaign", rule.Key, rule.Value.Given, rule.Value.Withheld)),
    ];

    public void Add(Purchase purchase)
    {
        foreach (var award in purchase.Awards)
        {
            var (given, withheld) = _rules.GetValueOrDefault(award.CampaignId);
            _rules[award.CampaignId] = (given + award.Points, withheld + award.WithheldPoints);
        }
    }
}
