using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>The first purchase of a referred member, which pays both members.</summary>
/// <param name="Referrer">The member who referred; null: gone, the same person since a merge, or paid as often as the rule allows.</param>
/// <param name="Term">When the points can be used and expire.</param>
public sealed record ReferralDue(ReferralRule Rule, Programme Programme, Membership Referred, Membership? Referrer, Holdings? ReferrersHoldings, Term Term)
{
    /// <summary>What a purchase pays for a referral; null: nothing, because nobody referred the member or the time is over.</summary>
    public static ReferralDue? Find(WorkingState rows, EarningTerms terms, DateTime time, DateTime now)
    {
        if (terms is not { Rules.Referral: { } rule, Earning: { } earning, Programme: { } programme }
            || rows.Find(new Referral.Of(earning.Id)) is not { } referral
            || (rule.WithinDays > 0 && time > referral.EnrollTime.AddDays(rule.WithinDays)))
        {
            return null;
        }

        var term = terms.Rules.Lots.TermOf(time, Calendar.Of(programme.TimeZone)).At(now);
        terms.Holdings!.NeedCredit(rows, term);
        var referrer = Membership.Find(rows, referral.ReferrerId);
        var paid = Counter.Find(rows, referrer?.Id ?? referral.ReferrerId, ReferralRule.CounterRule, "");
        if (referrer is null or { IsErased: true } || referrer.Id == earning.Id || (rule.MaxReferrals > 0 && paid.Count >= rule.MaxReferrals))
        {
            return new ReferralDue(rule, programme, earning, null, null, term);
        }

        var holdings = Holdings.Find(rows, programme.Id, referrer.Id, now);
        holdings.NeedCredit(rows, term);
        return new ReferralDue(rule, programme, earning, referrer, holdings, term);
    }

    /// <summary>What has fallen due for the member who referred.</summary>
    public IEnumerable<Event?> Settled(CommandContext context, DateTime now) =>
        Referrer is { } referrer ? [ReferrersHoldings!.Settled(context, referrer.MemberId, now)] : [];

    /// <summary>The events that pay: the referred member first, then the one who referred.</summary>
    /// <param name="held">The referred member's points and what is left of the debt after the purchase.</param>
    /// <param name="headerOf">The headers of the follow-ups, from 1.</param>
    public IReadOnlyList<Event> Pay(Holdings held, Func<int, EventHeader> headerOf)
    {
        var referred = Paid(headerOf(1), Referred, held, Rule.ReferredPoints, false);
        return Referrer is { } referrer ? [referred, Paid(headerOf(2), referrer, ReferrersHoldings!, Rule.ReferrerPoints, true)] : [referred];
    }

    private ReferralPaid Paid(EventHeader header, Membership membership, Holdings holdings, long points, bool isReferrer)
    {
        // Neither member may learn from the log which partner's till the other stood at.
        var posting = Posting.Of(Programme.Id, [new(AccountRef.Issue(Programme.Id, Programme.PartnerId), -points), .. holdings.Credit(points, Term)]);
        return new ReferralPaid(
            header with { Actor = Caller.Gateway }, Programme.PartnerId, membership.MemberId, membership.Id, Programme.Id, isReferrer, points, Term,
            holdings.Settles(points, Term), posting is null ? [] : [posting]);
    }
}
