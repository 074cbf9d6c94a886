using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>A membership's tier at a time, and the way to the next one.</summary>
/// <param name="Tier">Null: none.</param>
/// <param name="UntilTime">How long the tier is kept; null without a tier.</param>
/// <param name="Counted">What has counted in the period.</param>
/// <param name="Next">The tier above; null: there is none.</param>
/// <param name="PeriodEndTime">When the period ends: the month, if it rolls.</param>
/// <param name="Rule">The programme's tiers.</param>
public sealed record TierStanding(TierLevel? Tier, DateTime? UntilTime, long Counted, TierLevel? Next, DateTime PeriodEndTime, TierRule Rule)
{
    /// <summary>The standing; null if the programme has no tiers now.</summary>
    public static TierStanding? Find(WorkingState rows, Membership membership, DateTime now)
    {
        var terms = ProgrammeTerms.At(rows.FindAll(new ProgrammeTerms.ByProgramme(membership.ProgrammeId)), now);
        if (terms?.Rules.Tiers is not { } rule || rows.Find(new Programme.Of(membership.ProgrammeId)) is not { } programme)
        {
            return null;
        }

        var calendar = Calendar.Of(programme.TimeZone);
        var (day, held) = (calendar.DayOf(now), rows.FindAll(new TierHeld.ByMembership(membership.Id)));
        var (tier, counted) = (rule.At(held, now), rule.PeriodsOf(day).Sum(period => Counter.Find(rows, membership.Id, TierRule.CounterRule, period).Points));
        var above = (tier is null ? -1 : rule.RankOf(tier.Id)) + 1;
        return new TierStanding(
            tier,
            tier is null ? null : held.Where(found => found.TierId == tier.Id && found.FromTime <= now).Max(found => found.UntilTime),
            counted,
            above < rule.Levels.Count ? rule.Levels[above] : null,
            calendar.StartOf(rule.NextOf(day)), rule);
    }
}
