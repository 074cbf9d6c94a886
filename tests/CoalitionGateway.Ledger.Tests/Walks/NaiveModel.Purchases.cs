using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Purchases;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>Purchases: what each rule gives, within caps and budgets.</summary>
internal sealed partial class NaiveModel
{
    private string Record(RecordPurchase made, DateTime now)
    {
        var (refusal, membership, programme) = Refuses(made.PartnerId, made.Reference, made.Number, made.Amount, made.PurchaseTime, now);
        if (refusal is not null)
        {
            return refusal;
        }

        var days = fault == ModelFault.CountsDaysInUtc ? WalkWorld.Utc : WalkWorld.DaysOf(programme);
        var facts = new ModelFacts(made.PartnerId, made.Amount, made.PurchaseTime, made.Details, days.DayOf(made.PurchaseTime), days.MinuteOf(made.PurchaseTime));
        var rules = RulesAt(programme, made.PurchaseTime);
        facts.Tier = TierAt(rules.Tiers, membership, made.PurchaseTime);
        var (visits, bought) = (new List<ModelVisit>(), new HashSet<string>());
        var (awards, apart) = Awards(facts, rules, membership, programme, visits, bought, now);
        var paused = PausedUntil(facts, membership);
        var (climbs, climbed, pausing) = Climb(facts, rules.Tiers, membership, programme, awards);
        var term = TermOf(rules, facts.Day, days);
        term = facts.Tier is { KeepsPoints: true } && fault != ModelFault.PointsExpireInAnyTier ? term with { Expires = null } : term;
        foreach (var end in new[] { paused, pausing?.Until }.Where(_ => fault != ModelFault.TermForgetsPause))
        {
            term = term.Expires < end ? term with { Expires = end } : term;
        }

        if (pausing is not null && fault != ModelFault.NeverPauses)
        {
            _members[membership].Pause.Extend(fault == ModelFault.PauseCoversThePast ? DateTime.MinValue : now, pausing.Until, now);
        }

        var purchase = new ModelPurchase(made.PartnerId, made.Reference, false, membership, programme, made.Amount)
        {
            PaidMicros = facts.PaidMicros, Day = facts.Day, Time = facts.Time, Term = term, Awards = awards, Visits = visits, Bought = bought,
            Counted = CountedIn(awards, rules, facts.Day), Climbs = climbs, RecordTime = now,
        };
        _purchases.Add((made.PartnerId, made.Reference), purchase);
        BeActive(membership, programme, made.PurchaseTime, now);
        var settled = 0L;
        foreach (var award in awards)
        {
            settled += _members[membership].Add($"{made.Reference} {award.Campaign}", term, award.Points, now);
            Pay(purchase, award);
        }

        var told = awards.Select(award => WalkAnswers.Award(award.Campaign, award.Points, award.Waiting, fault == ModelFault.ForgetsWithheld ? 0 : award.Withheld));
        var answer = WalkAnswers.Recorded(told, settled, _members[membership].Available) + climbed;
        PayApart(purchase, apart, rules, now);
        PayReferral(made, membership, programme, now);
        return answer;
    }

    private (string? Refusal, MembershipId Membership, ProgrammeId Programme) Refuses(PartnerId partner, string reference, string number, Money amount, DateTime time, DateTime now)
    {
        if (_purchases.ContainsKey((partner, reference)))
        {
            return (WalkAnswers.Of(RefusalReason.PurchaseReferenceTaken), default, default);
        }

        if (EarningOf(partner, number, time) is not { } membership)
        {
            return (WalkAnswers.Of(RefusalReason.MembershipNotFound), default, default);
        }

        var programme = WalkWorld.ProgrammeOf(membership);
        if (AgreementAt(partner, programme, time) is not { } agreement)
        {
            return (WalkAnswers.Of(RefusalReason.AgreementNotFound), default, default);
        }

        var terms = agreement.Terms;
        if (terms.AcceptDays > 0 && now - time > TimeSpan.FromDays(terms.AcceptDays) && fault != ModelFault.AcceptsLatePurchases)
        {
            return (WalkAnswers.Of(RefusalReason.PurchaseTooLate), default, default);
        }

        return terms.Rates.Any(rate => rate.Spend.CurrencyCode == amount.CurrencyCode)
            ? (null, membership, programme)
            : (WalkAnswers.Of(RefusalReason.CurrencyMismatch), default, default);
    }

    private ModelTerm TermOf(ProgrammeRules rules, DateOnly day, ModelDays days)
    {
        var pending = (int)rules.Lots.PendingDays;
        DateTime? usable = pending == 0 ? null : days.StartOf(day.AddDays(fault == ModelFault.UsableADayEarly ? pending - 1 : pending));
        return new ModelTerm(usable, rules.Lots.Expiry is { } expiry ? days.StartOf(ModelDays.LastDay(day, expiry, fault).AddDays(1)) : null);
    }

    /// <summary>The agreement's award first, then those of campaigns in the order of their ids.</summary>
    private (List<ModelAward> Awards, List<ModelAward> Apart) Awards(
        ModelFacts facts, ProgrammeRules rules, MembershipId membership, ProgrammeId programme, List<ModelVisit> visits, HashSet<string> bought, DateTime now)
    {
        var terms = AgreementAt(facts.Partner, programme, facts.Time)!.Terms;
        var wanted = new List<ModelAward> { new("", null, ModelPoints.Base(terms, facts.Amount, facts.Lines, facts.PaidMicros, fault), 0) };
        if (FactorOf(facts, rules.Tiers, membership, wanted[0].Points) is { FactorPercent: > 100 } tier)
        {
            var agreed = wanted[0].Points;
            if (fault == ModelFault.FactorOfCappedPoints)
            {
                agreed = Math.Min(agreed, Cut(long.MaxValue, rules.Caps, membership, "", facts.Day));
            }

            var more = agreed * (tier.FactorPercent - 100);
            wanted.Add(new ModelAward(tier.Id, null, fault == ModelFault.RoundsFactorUp ? (more + 99) / 100 : more / 100, 0));
        }

        var apart = new List<ModelAward>();
        foreach (var (id, rule, wants) in Applying(facts, membership, programme, visits, bought, now))
        {
            var gets = fault == ModelFault.IgnoresCampaignCap ? wants : Cut(wants, rule.Caps, membership, id, facts.Day);
            if (IsToActivate(membership, id, rule))
            {
                wanted.Add(new ModelAward(id, rule, 0, wants - gets) { Waiting = gets });
                continue;
            }

            if (rule.BudgetPoints > 0 && fault != ModelFault.IgnoresBudget)
            {
                gets = IsClosed(programme, id, now) ? 0 : Math.Min(gets, _budgets[(programme.Value, id)]);
            }

            (rule.Filter.TogetherDays > 0 ? apart : wanted).Add(new ModelAward(id, rule, gets, wants - gets));
        }

        var left = fault == ModelFault.IgnoresProgrammeCap ? long.MaxValue : Cut(long.MaxValue, rules.Caps, membership, "", facts.Day);
        return (CutAll(wanted, ref left), CutAll(apart, ref left));
    }

    /// <summary>The awards in their order, as far as points are left.</summary>
    private List<ModelAward> CutAll(List<ModelAward> wanted, ref long left)
    {
        var awards = new List<ModelAward>();
        foreach (var award in wanted)
        {
            var wants = award.Points + award.Waiting;
            var gets = award.Waiting > 0 && fault == ModelFault.ProgrammeCapForgetsWaiting ? wants : Math.Min(left, wants);
            left -= Math.Min(left, gets);
            awards.Add(award with { Points = award.Waiting > 0 ? 0 : gets, Waiting = award.Waiting > 0 ? gets : 0, Withheld = award.Withheld + wants - gets });
        }

        return awards;
    }

    /// <summary>The campaigns that give points for the purchase. Of a group only the one that gives most does.</summary>
    private List<(string Id, CampaignRule Rule, long Wants)> Applying(
        ModelFacts facts, MembershipId membership, ProgrammeId programme, List<ModelVisit> visits, HashSet<string> bought, DateTime now)
    {
        var applying = new List<(string Id, CampaignRule Rule, long Wants)>();
        foreach (var (id, rule) in CampaignsAt(programme, facts.Time).Where(campaign => ModelPoints.Counts(campaign.Rule, facts)))
        {
            if (IsTooLateToActivate(membership, id, rule, facts.Time, now) || !IsTogether(facts, membership, id, rule, bought) || !IsDue(id, rule, membership, visits))
            {
                continue;
            }

            var terms = AgreementAt(facts.Partner, programme, facts.Time)!.Terms;
            var wants = ModelPoints.Wanted(rule, facts, terms, fault);
            var rival = applying.FindIndex(other => other.Rule.Group == rule.Group && rule.Group.Length > 0 && fault != ModelFault.AddsUpGroup);
            var wins = rival >= 0 && (wants > applying[rival].Wants || (wants == applying[rival].Wants && fault == ModelFault.LastOfGroupWinsTie));
            if (wants > 0 && rival < 0)
            {
                applying.Add((id, rule, wants));
            }
            else if (wants > 0 && wins)
            {
                applying.RemoveAt(rival);
                applying.Add((id, rule, wants));
            }
        }

        return applying;
    }

    /// <summary>Whether the purchase's number gets points, if the campaign is about a number.</summary>
    private bool IsDue(string campaign, CampaignRule rule, MembershipId membership, List<ModelVisit> visits)
    {
        var (nth, every) = (rule.Filter.Nth, rule.Filter.EveryNth);
        if (nth == 0 && every == 0)
        {
            return true;
        }

        var before = VisitsOf(membership, campaign);
        var (number, last) = (before.Count + 1, before.Sum(visit => visit.Gain));
        var isDue = nth > 0 ? number >= nth && last < nth : Enumerable.Range((int)last + 1, (int)Math.Max(0, number - last)).Any(stamp => stamp % every == 0);
        visits.Add(new ModelVisit(campaign, isDue ? number - last : 0));
        return isDue;
    }

    private long Cut(long points, IReadOnlyList<Cap> caps, MembershipId membership, string rule, DateOnly day)
    {
        foreach (var cap in caps)
        {
            var period = PeriodOf(cap.Period, day);
            var (usedPoints, usedCount) = period is null ? (0, 0) : (UsedPoints(membership, rule, period), UsedCount(membership, rule, period));
            if (cap.MaxCount > 0 && usedCount >= cap.MaxCount && fault != ModelFault.IgnoresCountCap)
            {
                return 0;
            }

            points = cap.MaxPoints > 0 ? Math.Clamp(cap.MaxPoints - usedPoints, 0, points) : points;
        }

        return points;
    }

    /// <summary>The periods in which a purchase counts: those of the caps of each rule that gave points.</summary>
    private HashSet<(string Rule, string Period)> CountedIn(List<ModelAward> awards, ProgrammeRules rules, DateOnly day)
    {
        var counted = new HashSet<(string Rule, string Period)>();
        if (awards.Sum(award => award.Points + award.Waiting) > 0)
        {
            counted.UnionWith(rules.Caps.Select(cap => PeriodOf(cap.Period, day)).OfType<string>().Select(period => ("", period)));
        }

        foreach (var award in awards.Where(award => award.Points + (fault == ModelFault.WaitingUsesNoCap ? 0 : award.Waiting) > 0 && award.Rule is not null))
        {
            counted.UnionWith(award.Rule!.Caps.Select(cap => PeriodOf(cap.Period, day)).OfType<string>().Select(period => (award.Campaign, period)));
        }

        return counted;
    }

    private static string? PeriodOf(CapPeriod period, DateOnly day) => period switch
    {
        CapPeriod.Day => day.ToString("yyyy-MM-dd"),
        CapPeriod.Month => day.ToString("yyyy-MM"),
        CapPeriod.Year => day.ToString("yyyy"),
        CapPeriod.Ever => "",
        CapPeriod.Week => WeekOf(day),
        CapPeriod.Quarter => $"{day:yyyy}-Q{(day.Month <= 3 ? 1 : day.Month <= 6 ? 2 : day.Month <= 9 ? 3 : 4)}",
        _ => null,
    };

    /// <summary>A week belongs to the year of its Thursday.</summary>
    private static string WeekOf(DateOnly day)
    {
        while (day.DayOfWeek != DayOfWeek.Monday)
        {
            day = day.AddDays(-1);
        }

        var (thursday, number) = (day.AddDays(3), 1);
        for (var before = thursday.AddDays(-7); before.Year == thursday.Year; before = before.AddDays(-7))
        {
            number++;
        }

        return $"{thursday.Year:0000}-W{number:00}";
    }

    private void Pay(ModelPurchase purchase, ModelAward award)
    {
        if (award.IsOfBudget)
        {
            ChangeBudget(purchase.Programme, award.Campaign, -award.Points);
            return;
        }

        Issue(purchase.Programme, purchase.Partner, award.Points);
        GivenBy(purchase.Partner, purchase.Membership).Given += award.Points;
    }
}
