using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Rules;

/// <summary>Simulations of rules on the wire.</summary>
internal static class SimulationMapping
{
    private const int _maxDays = 400;
    private const int _maxCategories = 1000;

    /// <exception cref="InvalidFieldsException">The period or the rule contradicts itself: before anything is looked up.</exception>
    public static void Check(V1.SimulateRulesRequest request)
    {
        var (from, until) = (request.FromTime.ToTime(), request.UntilTime.ToTime());
        InvalidFieldsException.Unless(
            (request.TriedCase != V1.SimulateRulesRequest.TriedOneofCase.None, "tried", "is missing; send terms, a campaign or an agreement."),
            (from < until && until - from <= TimeSpan.FromDays(_maxDays), "until_time", $"must be after from_time, by {_maxDays} days at most."));
        if (request.Terms is { } terms)
        {
            RuleFormMapping.Check(terms);
        }

        if (request.Campaign is { } campaign)
        {
            RuleFormMapping.Check(campaign);
        }

        _ = request.Agreement?.ToTerms();
    }

    /// <summary>The programme that the rule is about, and the field with the rule.</summary>
    public static (ProgrammeId Id, string Field) Programme(this V1.SimulateRulesRequest request) => request switch
    {
        { Terms: { } terms } => (new ProgrammeId(terms.ProgrammeId), "terms"),
        { Campaign: { } campaign } => (new ProgrammeId(campaign.ProgrammeId), "campaign"),
        _ => (new ProgrammeId(request.Agreement.ProgrammeId), "agreement"),
    };

    /// <summary>The published rules with the rule that is tried.</summary>
    public static RuleBook Tried(this V1.SimulateRulesRequest request, RuleBook published)
    {
        switch (request)
        {
            case { Terms: { } terms }:
                return published.With(terms.ToRules());
            case { Campaign: { } campaign }:
                return published.With(campaign.CampaignId, campaign.ToRule() with { FromTime = request.FromTime.ToTime(), UntilTime = request.UntilTime.ToTime() });
            default:
                return published.With(new PartnerId(request.Agreement.PartnerId), request.Agreement.ToTerms());
        }
    }

    public static V1.SimulationResult ToWire(this RuleSimulation simulation, Programme programme) => new()
    {
        RecordedPoints = simulation.RecordedPoints,
        PublishedPoints = simulation.All.PublishedPoints,
        TriedPoints = simulation.All.TriedPoints,
        PublishedCost = WorthMapping.Worth(simulation.All.PublishedPoints, programme.PointValue),
        TriedCost = WorthMapping.Worth(simulation.All.TriedPoints, programme.PointValue),
        Members = simulation.Members,
        MembersGaining = simulation.MembersGaining,
        MembersLosing = simulation.MembersLosing,
        Brands = { Groups(simulation.Brands) },
        Categories =
        {
            Groups(simulation.Categories.OrderByDescending(group => group.Value.Purchases).ThenBy(group => group.Key, StringComparer.Ordinal).Take(_maxCategories)),
        },
        Tiers = { Groups(simulation.Tiers) },
        Budgets =
        {
            simulation.Budgets.Select(budget => new V1.SimulatedBudget { CampaignId = budget.CampaignId, LeftPoints = budget.LeftPoints, SpentTime = budget.SpentTime?.ToWire() }),
        },
    };

    private static IEnumerable<V1.SimulatedGroup> Groups(IEnumerable<KeyValuePair<string, Compared>> groups) => groups
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => new V1.SimulatedGroup
        {
            Name = group.Key, Purchases = group.Value.Purchases, PublishedPoints = group.Value.PublishedPoints, TriedPoints = group.Value.TriedPoints,
        });
}
