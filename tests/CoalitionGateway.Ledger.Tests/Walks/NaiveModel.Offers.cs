using System.Numerics;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>Campaigns that a member activates, and campaigns for purchases at several brands.</summary>
internal sealed partial class NaiveModel
{
    private readonly HashSet<(MembershipId Membership, string Campaign)> _activated = [];

    private bool IsToActivate(MembershipId membership, string campaign, CampaignRule rule) =>
        rule.ActivateUntilTime is not null && !_activated.Contains((membership, campaign)) && fault != ModelFault.PaysWithoutActivation;

    private bool IsTooLateToActivate(MembershipId membership, string campaign, CampaignRule rule, DateTime time, DateTime now) =>
        rule.ActivateUntilTime is { } until && (time >= until || now >= until) && !_activated.Contains((membership, campaign)) && fault != ModelFault.CountsAfterDeadline;

    private string Activate(ActivateCampaign activate, DateTime now)
    {
        var (membership, programme, id) = (WalkWorld.MembershipOf(activate.MemberId, activate.ProgrammeId), activate.ProgrammeId, activate.CampaignId);
        if (_merged.ContainsKey(membership))
        {
            return WalkAnswers.Of(RefusalReason.MembershipNotFound);
        }

        var waiting = _purchases.Values.Where(made => made.Membership == membership && made.Awards.Any(award => award.Waits && award.Campaign == id))
            .OrderBy(made => made.Partner.Value, StringComparer.Ordinal).ThenBy(made => made.Reference, StringComparer.Ordinal).ToList();
        if (LatestOf(programme, id)?.Rule is not { } rule || (rule.ActivateUntilTime is null && waiting.Count == 0))
        {
            return WalkAnswers.Of(RefusalReason.CampaignNotFound);
        }

        if (_activated.Contains((membership, id)) && waiting.Count == 0)
        {
            return WalkAnswers.Of(RefusalReason.CampaignActivated);
        }

        if (now >= rule.ActivateUntilTime || now >= rule.UntilTime)
        {
            return WalkAnswers.Of(RefusalReason.ActivationOver);
        }

        _activated.Add((membership, id));
        var (rules, days) = (RulesAt(programme, now), WalkWorld.DaysOf(programme));
        var term = TermOf(rules, days.DayOf(now), days);
        term = TierAt(rules.Tiers, membership, now) is { KeepsPoints: true } ? term with { Expires = null } : term;
        term = fault == ModelFault.ActivationExpiresByPurchase && waiting.Count > 0 ? waiting[0].Term : term;
        var points = waiting.Sum(made => PayWaiting(made, id, term, now));
        var settled = _members[membership].Add("activation", term, points, now);
        return WalkAnswers.Activated(points, settled, _members[membership].Available);
    }

    /// <summary>Pays what a purchase waited for: as much as is not returned and the budget has.</summary>
    private long PayWaiting(ModelPurchase made, string campaign, ModelTerm term, DateTime now)
    {
        var place = made.Awards.FindIndex(award => award.Waits && award.Campaign == campaign);
        var award = made.Awards[place];
        var points = award.Waiting - (fault == ModelFault.ActivationForgetsReturns ? 0 : made.LostWhileWaiting(award));
        if (award.IsOfBudget && fault != ModelFault.ActivationIgnoresBudget)
        {
            points = Math.Min(points, _budgets[(made.Programme.Value, campaign)]);
        }

        made.Awards[place] = award with { Points = points, Paid = new ModelPaid(now, made.ReturnedMicros, term) };
        Pay(made, made.Awards[place]);
        return points;
    }

    private void AddWaiting(WalkSight seen)
    {
        foreach (var made in _purchases.Values)
        {
            foreach (var award in made.Awards.Where(award => award.Waiting > 0))
            {
                seen.AddWaiting(made.Membership, award.Campaign, award.Waits ? award.Waiting : 0);
            }
        }

        var counting = _purchases.Values.Where(made => !made.IsOver).SelectMany(made => made.Awards.Where(award => award.Waiting > 0).Select(award => (made.Membership, award.Campaign)));
        foreach (var found in counting.GroupBy(found => found))
        {
            seen.AddCounter(found.Key.Membership, $"{found.Key.Campaign}/waiting", "", 0, found.Count());
        }
    }

    /// <summary>Whether the member has bought at every brand of the campaign within its days. The purchase is one of them.</summary>
    private bool IsTogether(ModelFacts facts, MembershipId membership, string campaign, CampaignRule rule, HashSet<string> bought)
    {
        if (rule.Filter.TogetherDays == 0)
        {
            return true;
        }

        bought.Add(campaign);
        var days = rule.Filter.TogetherDays + (fault == ModelFault.TogetherADayLonger ? 1 : 0);
        var counting = BoughtBy(membership, campaign).Where(made => Math.Abs(made.Day.DayNumber - facts.Day.DayNumber) < days)
            .Where(made => made.Day <= facts.Day || fault != ModelFault.TogetherForgetsLaterDays);
        return fault == ModelFault.PaysWithoutOtherBrand || rule.Filter.Brands.All(brand => brand == facts.Partner || counting.Any(made => made.Partner == brand));
    }

    private IEnumerable<ModelPurchase> BoughtBy(MembershipId membership, string campaign) => _purchases.Values
        .Where(made => made.Membership == membership && made.Bought.Contains(campaign) && (!made.IsOver || fault == ModelFault.TogetherCountsReturned));

    /// <summary>Pays what belongs to several purchases. The programme's brand or the budget pays, and no return takes it.</summary>
    private void PayApart(ModelPurchase made, List<ModelAward> apart, ProgrammeRules rules, DateTime now)
    {
        var isCounted = made.Awards.Sum(award => award.Points + award.Waiting) > 0;
        var counted = CountedIn(apart, rules, made.Day);
        if (fault != ModelFault.TogetherForgetsCaps)
        {
            _gifts.Add(new ModelGift(made.Membership, [.. counted.Where(found => found.Rule.Length == 0)], apart.Sum(award => award.Points), isCounted ? 0 : 1));
            _gifts.AddRange(apart.Select(award => new ModelGift(made.Membership, [.. counted.Where(found => found.Rule == award.Campaign)], award.Points)));
        }

        foreach (var award in apart)
        {
            _members[made.Membership].Add("together", made.Term, award.Points, now);
            if (award.IsOfBudget)
            {
                ChangeBudget(made.Programme, award.Campaign, -award.Points);
            }
            else
            {
                Issue(made.Programme, fault == ModelFault.TogetherIsPaidByBrand ? made.Partner : WalkWorld.OwnerOf(made.Programme), award.Points);
            }
        }

        if (fault == ModelFault.ReturnsTakeTogether)
        {
            made.Awards.AddRange(apart);
        }
    }

    private void AddBought(WalkSight seen)
    {
        foreach (var (membership, campaign) in _purchases.Values.SelectMany(made => made.Bought.Select(campaign => (made.Membership, campaign))).Distinct())
        {
            foreach (var day in BoughtBy(membership, campaign).GroupBy(made => (made.Partner, made.Day)))
            {
                seen.AddCounter(membership, $"{campaign}/at/{day.Key.Partner}", day.Key.Day.ToString("yyyy-MM-dd"), 0, day.Count());
            }
        }
    }
}
