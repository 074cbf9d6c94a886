using CoalitionGateway.Ledger.Lots;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>When all points of a member who does nothing expire.</summary>
internal sealed partial class NaiveModel
{
    /// <summary>A purchase begins the months anew, by the rule that holds when it is recorded. Without a rule there is no end.</summary>
    private void BeActive(MembershipId membership, ProgrammeId programme, DateTime purchaseTime, DateTime now)
    {
        var rule = RulesAt(programme, fault == ModelFault.InactivityByTermsOfPurchase ? purchaseTime : now).Inactivity;
        if (rule is not null || fault != ModelFault.InactivityOutlivesRule)
        {
            End(membership, programme, rule, fault == ModelFault.InactivityCountsFromPurchase ? purchaseTime : now);
        }
    }

    /// <summary>Points without a purchase begin the months anew if the rule says so. Otherwise the end stays.</summary>
    private void BeActiveByAward(MembershipId membership, ProgrammeId programme, DateTime now)
    {
        var rule = RulesAt(programme, now).Inactivity;
        var counts = rule is { AwardsCount: true } && fault != ModelFault.AwardsAreNoActivity;
        if (counts || (rule is not null && fault == ModelFault.AwardsAreAlwaysActivity))
        {
            End(membership, programme, rule, now);
        }
    }

    private void End(MembershipId membership, ProgrammeId programme, InactivityRule? rule, DateTime activity)
    {
        DateTime? end = null;
        if (rule is not null)
        {
            var days = WalkWorld.DaysOf(programme);
            var last = ModelDays.LastDay(days.DayOf(activity), new Expiry(rule.Months, 0, ExpirySnap.Day), ModelFault.None);
            if (rule.ToMonthEnd && fault != ModelFault.InactivityForgetsMonthEnd)
            {
                for (last = last.AddDays(-1); last.AddDays(1).Day != 1;)
                {
                    last = last.AddDays(1);
                }
            }

            end = days.StartOf(last.AddDays(fault == ModelFault.InactivityADayLonger ? 2 : 1));
        }

        _members[membership].InactiveTime = end;
        foreach (var (_, share) in _shares.Where(found => found.Key.Membership == membership && fault == ModelFault.InactivityEndsPools))
        {
            share.InactiveTime = end;
        }
    }
}
