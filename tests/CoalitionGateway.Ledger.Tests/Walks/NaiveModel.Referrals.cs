using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>Referrals: the first purchase of a referred member pays both members.</summary>
internal sealed partial class NaiveModel
{
    private readonly List<Referral> _referrals = [.. WalkWorld.Referrals];

    private void PayReferral(RecordPurchase made, MembershipId membership, ProgrammeId programme, DateTime now)
    {
        var rules = RulesAt(programme, fault == ModelFault.ReferralByTermsOfToday ? now : made.PurchaseTime);
        if (rules.Referral is not { } rule || _referrals.Find(found => found.MembershipId == membership) is not { } referral)
        {
            return;
        }

        var hours = (made.PurchaseTime - referral.EnrollTime).TotalHours;
        if (rule.WithinDays > 0 && hours > 24 * rule.WithinDays && fault != ModelFault.ReferralIgnoresTime)
        {
            return;
        }

        _ = fault == ModelFault.PaysReferralAgain || _referrals.Remove(referral);
        var days = WalkWorld.DaysOf(programme);
        var term = fault == ModelFault.ReferralIsPlain ? default : TermOf(rules, days.DayOf(made.PurchaseTime), days);
        var payer = fault == ModelFault.ReferralIsPaidWhereBought ? made.PartnerId : WalkWorld.OwnerOf(programme);
        var referrer = Current(referral.ReferrerId);
        var isOver = rule.MaxReferrals > 0 && UsedCount(referrer, "/referral", "") >= rule.MaxReferrals;
        isOver &= fault != ModelFault.ReferralIgnoresMost;
        isOver |= referrer == membership && fault != ModelFault.MembersReferThemselves;
        if (!isOver || fault != ModelFault.MostEndsReferredToo)
        {
            Refer(membership, programme, payer, term, rule.ReferredPoints, now);
        }

        if (isOver)
        {
            return;
        }

        Refer(referrer, programme, payer, term, rule.ReferrerPoints, now);
        if (fault != ModelFault.ReferralCountsNothing)
        {
            _gifts.Add(new ModelGift(referrer, [("/referral", "")], rule.ReferrerPoints));
        }
    }

    private void Refer(MembershipId membership, ProgrammeId programme, PartnerId payer, ModelTerm term, long points, DateTime now)
    {
        _members[membership].Add("referral", term, points, now);
        Issue(programme, payer, points);
        GivenBy(payer, membership).Given += fault == ModelFault.ReturnsTakeReferral ? points : 0;
    }
}
