using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>The rules under which a purchase earns: those that held when it was made.</summary>
public sealed record EarningRules(Agreement Agreement, ProgrammeRules Programme, long ProgrammeVersion, IReadOnlyList<Campaign> Campaigns)
{
    private const long _wholePercent = 100;

    /// <summary>The counters that the rules read and raise for a purchase.</summary>
    public IEnumerable<(string Rule, string Period)> Counters(PurchaseFacts facts)
    {
        foreach (var cap in Programme.Caps)
        {
            if (cap.PeriodOf(facts.Day) is { } period)
            {
                yield return ("", period);
            }
        }

        if (Programme.Tiers is { } tiers)
        {
            foreach (var period in tiers.PeriodsOf(facts.Day))
            {
                yield return (TierRule.CounterRule, period);
            }
        }

        foreach (var campaign in Campaigns)
        {
            if (campaign.Rule.Filter.Counts)
            {
                yield return (campaign.VisitsRule, campaign.Rule.Filter.NumberPeriodOf(facts.Day));
            }

            if (campaign.Rule.ActivateUntilTime is not null)
            {
                yield return (campaign.WaitingRule, "");
            }

            foreach (var counter in Together.Counters(campaign, facts))
            {
                yield return counter;
            }

            foreach (var cap in campaign.Rule.Caps)
            {
                if (cap.PeriodOf(facts.Day) is { } period)
                {
                    yield return (campaign.Id, period);
                }
            }
        }
    }

    /// <summary>
    /// The awards for a purchase, and what they add to counters; null if an award exceeds <see cref="Points.MaxPerCommand"/>.
    /// Pure: recording, previewing and simulating give the same awards.
    /// </summary>
    /// <param name="counter">The counter of a rule and a period.</param>
    /// <param name="budget">The points that a campaign's budget has left.</param>
    /// <param name="isActivated">Whether the member has activated a campaign that must be activated.</param>
    public Evaluated? Evaluate(PurchaseFacts facts, Func<string, string, Counter> counter, Func<string, long> budget, Func<string, bool> isActivated)
    {
        var given = facts.Details is null
            ? Agreement.Terms.PointsFor(facts.Amount)
            : Agreement.Terms.PointsFor(facts.Amount, [.. facts.Lines.Select(line => (line.Category, line.AmountMicros))], facts.PaidWithPointsMicros);
        if (given is not { } basePoints)
        {
            return null;
        }

        var term = Programme.TermOf(facts);
        if (Campaigns.Count == 0 && Programme is { Caps.Count: 0, Tiers: null })
        {
            return new Evaluated([new Award(AwardRule.Agreement, "", Agreement.Version, basePoints, 0, term)], []);
        }

        var wanted = new List<Award> { new(AwardRule.Agreement, "", Agreement.Version, basePoints, 0, term) };
        if (facts.Tier is { FactorPercent: > _wholePercent } tier)
        {
            // The factor is at most 10,000 percent, so the product is far below 2^127.
            var more = (Int128)basePoints * (tier.FactorPercent - _wholePercent) / _wholePercent;
            wanted.Add(new Award(AwardRule.Tier, tier.Id, ProgrammeVersion, (long)Int128.Min(more, Points.MaxPerCommand + 1), 0, term));
        }

        var (counted, apart, countedApart) = (new List<Counted>(), new List<Award>(), new List<Counted>());
        foreach (var (campaign, points) in Applying(facts, counter, counted, isActivated))
        {
            if (points is not { } wants)
            {
                return null;
            }

            var allowed = Capped(wants, campaign.Rule.Caps, facts, period => counter(campaign.Id, period));
            if (campaign.Rule.ActivateUntilTime is not null && !isActivated(campaign.Id))
            {
                wanted.Add(Waiting(campaign, allowed, wants, term, counter));
                continue;
            }

            var gets = campaign.Rule.BudgetPoints > 0 ? Math.Min(allowed, budget(campaign.Id)) : allowed;
            (campaign.Rule.Filter.TogetherDays > 0 ? apart : wanted).Add(new Award(AwardRule.Campaign, campaign.Id, campaign.Version, gets, wants - gets, term));
        }

        var awards = Capped(wanted, apart, facts, counter, counted, countedApart);
        var climbed = Climb(facts, awards, counter, counted);
        if (climbed is { PausesExpiry: true, UntilTime: { } end })
        {
            // The points are those of the tier that they reach.
            awards = awards.ConvertAll(award => award with { Term = award.Term.NotBefore(end) });
        }

        return new Evaluated(awards, counted)
        {
            Tier = climbed, Apart = apart, CountedApart = countedApart,
        };
    }

    /// <summary>An award that the member gets by activating the campaign. Caps count it now; the budget pays it then.</summary>
    private static Award Waiting(Campaign campaign, long allowed, long wants, Term term, Func<string, string, Counter> counter)
    {
        var waits = counter(campaign.WaitingRule, "").Count < Campaign.MostWaiting ? allowed : 0;
        return new Award(AwardRule.Campaign, campaign.Id, campaign.Version, 0, wants - waits, term) { WaitingPoints = waits };
    }

    /// <summary>Counts the purchase towards the tiers; null if there are none.</summary>
    private TierProgress? Climb(PurchaseFacts facts, List<Award> awards, Func<string, string, Counter> counter, List<Counted> counted)
    {
        if (Programme.Tiers is not { } tiers)
        {
            return null;
        }

        var (day, period) = (facts.Day, tiers.PeriodOf(facts.Day));
        var counts = tiers.Measure switch
        {
            TierMeasure.Points => awards[0].Points,
            TierMeasure.AllPoints => awards.Sum(award => award.Points),
            TierMeasure.Units => PurchaseLine.UnitsOf(facts.Lines),
            TierMeasure.Spend => facts.Amount.CurrencyCode == tiers.CurrencyCode ? facts.Amount.Micros - facts.PaidWithPointsMicros : 0,
            _ => 1,
        };
        DateTime? time = counts > 0 ? facts.Time : null;
        counted.Add(new Counted(TierRule.CounterRule, period, counts, 1) { Time = time });
        Counter[] before = [.. tiers.PeriodsOf(day).Select(name => counter(TierRule.CounterRule, name))];
        var latest = Counter.Later(before.Max(one => one.LatestTime), time) ?? facts.Time;
        return TierProgress.Of(
            tiers, facts.Tiers, facts.Time, before.Sum(one => one.Points) + counts, latest,
            facts.Calendar.StartOf(tiers.EndOf(day)));
    }

    /// <summary>The campaigns that give points for the purchase: of each group the one that gives most.</summary>
    private List<(Campaign Campaign, long? Points)> Applying(
        PurchaseFacts facts, Func<string, string, Counter> counter, List<Counted> counted, Func<string, bool> isActivated)
    {
        var found = new List<(Campaign Campaign, long? Points)>();
        foreach (var campaign in Campaigns)
        {
            var isOver = campaign.Rule.ActivateUntilTime is { } until && (facts.Time >= until || facts.RecordTime >= until) && !isActivated(campaign.Id);
            if (isOver || !campaign.Rule.Filter.Admits(facts) || !Together.IsComplete(campaign, facts, counter, counted))
            {
                continue;
            }

            if (campaign.Rule.Filter.Counts)
            {
                var period = campaign.Rule.Filter.NumberPeriodOf(facts.Day);
                var visits = counter(campaign.VisitsRule, period);
                var number = visits.Count + 1;
                var isAwarded = campaign.Rule.Filter.AdmitsNumber(number, visits.Points);
                counted.Add(new Counted(campaign.VisitsRule, period, isAwarded ? number - visits.Points : 0, 1));
                if (!isAwarded)
                {
                    continue;
                }
            }

            var points = campaign.PointsFor(facts, Agreement.Terms);
            if (points != 0)
            {
                found.Add((campaign, points));
            }
        }

        // The campaigns are in the order of their ids.
        return found.TrueForAll(one => one.Campaign.Rule.Group.Length == 0) ? found :
        [
            .. found.GroupBy(one => one.Campaign.Rule.Group.Length == 0 ? $" {one.Campaign.Id}" : one.Campaign.Rule.Group, StringComparer.Ordinal)
                .Select(group => group.MaxBy(one => one.Points ?? long.MaxValue))
                .OrderBy(one => one.Campaign.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>Applies the programme's caps to all awards, in their order, and counts what is given or waits.</summary>
    private List<Award> Capped(
        List<Award> wanted, List<Award> apart, PurchaseFacts facts, Func<string, string, Counter> counter, List<Counted> counted, List<Counted> countedApart)
    {
        var most = Capped(long.MaxValue, Programme.Caps, facts, period => counter("", period));
        var left = most;
        var awards = wanted.ConvertAll(award => Cut(award, ref left));
        Count(counted, "", Programme.Caps, facts, most - left);
        var rest = left;
        for (var i = 0; i < apart.Count; i++)
        {
            apart[i] = Cut(apart[i], ref left);
        }

        // The purchase is counted once: with what it gives itself, if it gives anything.
        Count(countedApart, "", Programme.Caps, facts, rest - left, count: most == rest ? 1 : 0);
        foreach (var (award, into) in awards.Select(award => (award, counted)).Concat(apart.Select(award => (award, countedApart))))
        {
            if (award.Rule == AwardRule.Campaign)
            {
                Count(into, award.RuleId, Of(award.RuleId).Rule.Caps, facts, award.Points + award.WaitingPoints);
                if (award.WaitingPoints > 0)
                {
                    into.Add(new Counted(Of(award.RuleId).WaitingRule, "", 0, 1));
                }
            }
        }

        return awards;
    }

    /// <summary>Cuts what an award gives, or lets wait, to what the caps leave.</summary>
    private static Award Cut(Award award, ref long left)
    {
        var wants = award.Points + award.WaitingPoints;
        var gets = Math.Min(wants, left);
        left -= gets;
        return gets == wants ? award : award with
        {
            Points = award.WaitingPoints > 0 ? 0 : gets, WaitingPoints = award.WaitingPoints > 0 ? gets : 0, WithheldPoints = award.WithheldPoints + wants - gets,
        };
    }

    private Campaign Of(string id)
    {
        var i = 0;
        while (Campaigns[i].Id != id)
        {
            i++;
        }

        return Campaigns[i];
    }

    /// <summary>Counts points in each period of some caps, once.</summary>
    private static void Count(List<Counted> counted, string rule, IReadOnlyList<Cap> caps, PurchaseFacts facts, long points, long count = 1)
    {
        var from = counted.Count;
        foreach (var cap in caps)
        {
            if (points > 0 && cap.PeriodOf(facts.Day) is { } period && counted.FindIndex(from, one => one.Period == period) < 0)
            {
                counted.Add(new Counted(rule, period, points, count));
            }
        }
    }

    private static long Capped(long points, IReadOnlyList<Cap> caps, PurchaseFacts facts, Func<string, Counter> counter) =>
        caps.Count == 0 ? points : Cap.Apply(points, caps, facts.Day, counter);
}
