using System.Text.Json.Serialization;
using CoalitionGateway.V1;

namespace CoalitionGateway.Cli.Replay;

/// <summary>What one rule gave, and what caps and the campaign's budget withheld of it.</summary>
/// <param name="Rule">agreement, tier or campaign.</param>
/// <param name="CampaignId">Only for a campaign.</param>
internal sealed record RuleResult(
    string Rule, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? CampaignId, long PointsGiven, long PointsWithheld)
{
    /// <summary>Only for a tier.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TierId { get; init; }

    /// <summary>The kind of the rule and its id.</summary>
    [JsonIgnore]
    public string Name => $"{Rule} {TierId}{CampaignId}".TrimEnd();
}

/// <summary>Adds up the awards of one brand's purchases by rule. The points are copied from the gateway's answers.</summary>
internal sealed class AwardTally
{
    private readonly Dictionary<(AwardRule Kind, string Id), (long Given, long Withheld)> _rules = new() { [(AwardRule.Agreement, "")] = (0, 0) };

    /// <param name="rules">Their tiers and campaigns are in the result even if they give nothing.</param>
    public AwardTally(BrandRules rules)
    {
        foreach (var tier in rules.Terms?.Tiers?.Levels ?? [])
        {
            _rules[(AwardRule.Tier, tier.TierId)] = (0, 0);
        }

        foreach (var campaign in rules.Campaigns)
        {
            _rules[(AwardRule.Campaign, campaign.CampaignId)] = (0, 0);
        }
    }

    /// <summary>First the agreement, then the campaigns and the tiers in the order of their ids.</summary>
    public IReadOnlyList<RuleResult> Results =>
    [
        .. _rules.OrderBy(rule => rule.Key.Kind).ThenBy(rule => rule.Key.Id, StringComparer.Ordinal).Select(rule => rule.Key.Kind switch
        {
            AwardRule.Tier => new RuleResult("tier", null, rule.Value.Given, rule.Value.Withheld) { TierId = rule.Key.Id },
            AwardRule.Campaign => new RuleResult("campaign", rule.Key.Id, rule.Value.Given, rule.Value.Withheld),
            _ => new RuleResult("agreement", null, rule.Value.Given, rule.Value.Withheld),
        }),
    ];

    public void Add(Purchase purchase)
    {
        foreach (var award in purchase.Awards)
        {
            var rule = (award.Rule, $"{award.TierId}{award.CampaignId}");
            var (given, withheld) = _rules.GetValueOrDefault(rule);
            _rules[rule] = (given + award.Points, withheld + award.WithheldPoints);
        }
    }
}
