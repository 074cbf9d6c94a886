using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Purchases;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>
/// Campaigns for members who buy at several brands within some days. A counter for each brand and day tells where the member
/// bought, so that a return of one purchase takes away that one alone, and a purchase that arrives late still completes.
/// </summary>
internal static class Together
{
    /// <summary>The counters that a campaign reads and raises for a purchase.</summary>
    public static IEnumerable<(string Rule, string Period)> Counters(Campaign campaign, PurchaseFacts facts) =>
        campaign.Rule.Filter.TogetherDays == 0 ? [] :
        [
            (campaign.BoughtRule(facts.PartnerId), NameOf(facts.Day)),
            .. campaign.Rule.Filter.Brands.Where(brand => brand != facts.PartnerId)
                .SelectMany(brand => Days(campaign, facts).Select(day => (campaign.BoughtRule(brand), NameOf(day)))),
        ];

    /// <summary>Whether the member has bought at every brand of a campaign within its days. Counts the purchase.</summary>
    public static bool IsComplete(Campaign campaign, PurchaseFacts facts, Func<string, string, Counter> counter, List<Counted> counted)
    {
        if (campaign.Rule.Filter.TogetherDays == 0)
        {
            return true;
        }

        counted.Add(new Counted(campaign.BoughtRule(facts.PartnerId), NameOf(facts.Day), 0, 1));
        return campaign.Rule.Filter.Brands.Where(brand => brand != facts.PartnerId)
            .All(brand => Days(campaign, facts).Any(day => counter(campaign.BoughtRule(brand), NameOf(day)).Count > 0));
    }

    private static IEnumerable<DateOnly> Days(Campaign campaign, PurchaseFacts facts)
    {
        var days = (int)campaign.Rule.Filter.TogetherDays - 1;
        return Enumerable.Range(-days, (2 * days) + 1).Select(facts.Day.AddDays);
    }

    private static string NameOf(DateOnly day) => Cap.NameOf(CapPeriod.Day, day)!;
}
