using CoalitionGateway.Ledger.Linking;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>Two memberships of one programme that become one: everything that was the one's is the other's.</summary>
internal sealed partial class NaiveModel
{
    private readonly Dictionary<MembershipId, (MembershipId Into, DateTime Time)> _merged = [];

    /// <summary>The membership to which another leads, after a merge.</summary>
    private MembershipId Current(MembershipId membership) => _merged.TryGetValue(membership, out var merged) ? merged.Into : membership;

    private string Merge(MergeMemberships merge, DateTime now)
    {
        var (found, into) = (CardAt(merge.Number, now), WalkWorld.MembershipOf(merge.MemberId, merge.ProgrammeId));
        if (found is not { } from || from != WalkWorld.SecondInStars || !_hasCode)
        {
            return WalkAnswers.Of(RefusalReason.LinkCodeInvalid);
        }

        _merged[from] = (into, now);
        foreach (var (key, made) in _purchases.Where(made => made.Value.Membership == from).ToList())
        {
            _purchases[key] = made with { Membership = into, Origin = from, Visits = fault == ModelFault.MergeForgetsStamps ? [] : made.Visits };
        }

        Replace(_claims, claim => claim.Membership == from, claim => claim with { Membership = into });
        Replace(_payouts, payout => payout.Membership == from, payout => payout with { Membership = into });
        Replace(_gifts, gift => gift.Membership == from, gift => gift with { Membership = into });
        MoveTiers(from, into);
        foreach (var (partner, _) in _given.Keys.Where(found => found.Membership == from).ToList())
        {
            GivenBy(partner, into).Add(fault == ModelFault.MergeForgetsGiven ? new ModelGiven() : GivenBy(partner, from));
            _given.Remove((partner, from));
        }

        foreach (var (_, campaign) in _activated.Where(found => found.Membership == from && fault != ModelFault.MergeForgetsActivations).ToList())
        {
            _activated.Add((into, campaign));
        }

        _referrals.RemoveAll(found => found.MembershipId == from);
        var came = _members[into].Absorb(_members[from], now);
        return WalkAnswers.Merged(came, _members[into].Available);
    }

    private void MoveTiers(MembershipId from, MembershipId into)
    {
        if (fault == ModelFault.MergeForgetsTiers)
        {
            _tiers.RemoveAll(tier => tier.Membership == from);
        }

        Replace(_tiers, tier => tier.Membership == from, tier => tier with { Membership = into });
        var longest = _tiers.GroupBy(tier => (tier.Membership, tier.Id, tier.From)).Select(same => same.MaxBy(tier => tier.Until)!).ToList();
        _tiers.Clear();
        _tiers.AddRange(longest);
    }

    private static void Replace<T>(List<T> list, Predicate<T> which, Func<T, T> by)
    {
        for (var i = 0; i < list.Count; i++)
        {
            list[i] = which(list[i]) ? by(list[i]) : list[i];
        }
    }
}
