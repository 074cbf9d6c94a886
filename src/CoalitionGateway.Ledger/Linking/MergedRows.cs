using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Linking;

/// <summary>What a membership has that goes to another one when the two become one.</summary>
/// <param name="Numbers">The numbers that lead to it.</param>
/// <param name="Partners">The brands that gave it points.</param>
/// <param name="Places">Its invitations to pools, which have ended.</param>
/// <param name="Activations">The campaigns that it activated.</param>
/// <param name="Waiting">Its purchases that counted for campaigns before an activation.</param>
public sealed record MergedRows(
    MergedPoints Points, IReadOnlyList<MembershipNumber> Numbers, IReadOnlyList<CounterOf> Counters, IReadOnlyList<TierOf> Tiers,
    IReadOnlyList<PartnerId> Partners, IReadOnlyList<PoolId> Places, IReadOnlyList<ActivationOf> Activations, IReadOnlyList<WaitingOf> Waiting)
{
    /// <summary>Asks for every row that the merge reads and changes.</summary>
    public static MergedRows Find(WorkingState rows, Membership from, Membership into, DateTime now)
    {
        var counters = rows.FindAll(new Counter.ByMembership(from.Id)).OrderBy(row => (row.Rule, row.Period)).ToArray();
        var tiers = rows.FindAll(new TierHeld.ByMembership(from.Id)).OrderBy(row => (row.FromTime, row.TierId)).ToArray();
        foreach (var counter in counters)
        {
            Counter.Find(rows, into.Id, counter.Rule, counter.Period);
        }

        foreach (var tier in tiers)
        {
            rows.Find(new TierHeld.Of(into.Id, tier.TierId, tier.FromTime));
        }

        var partners = rows.FindAll(new Agreement.ByProgramme(from.ProgrammeId)).Select(row => row.PartnerId).Distinct()
            .Where(partner => rows.Find(new Earned.Of(partner, from.Id)) is not null).OrderBy(partner => partner.Value, StringComparer.Ordinal).ToArray();
        foreach (var partner in partners)
        {
            Earned.Find(rows, partner, into.Id);
        }

        rows.Find(new Referral.Of(from.Id));
        rows.FindAll(new Membership.MergedInto(from.Id));
        foreach (var membership in new[] { from.Id, into.Id })
        {
            Inactivity.Find(rows, membership);
            rows.Find(new ExpiryPause.Of(membership));
            rows.Find(new Due.Of(ReminderDue.DueKind, membership.ToString()));
            rows.Find(new Reminded.Of(membership));
        }

        var places = rows.FindAll(new Participant.ByMembership(from.Id)).Select(row => row.PoolId).OrderBy(id => id.Value).ToArray();
        foreach (var pool in places)
        {
            rows.Find(new Due.Of(EndInvitation.DueKind, EndInvitation.SubjectOf(pool, from.Id)));
        }

        var activations = rows.FindAll(new Activation.ByMembership(from.Id)).OrderBy(row => row.CampaignId, StringComparer.Ordinal).ToArray();
        foreach (var activation in activations)
        {
            rows.Find(new Activation.Of(into.Id, activation.CampaignId));
        }

        return new MergedRows(
            MergedPoints.Find(rows, from.ProgrammeId, from.Id, into.Id, now), rows.FindAll(new MembershipNumber.ByMembership(from.Id)),
            [.. counters.Select(row => new CounterOf(row.MembershipId, row.Rule, row.Period))],
            [.. tiers.Select(row => new TierOf(row.MembershipId, row.TierId, row.FromTime))], partners, places,
            [.. activations.Select(row => new ActivationOf(row.MembershipId, row.CampaignId))],
            [.. rows.FindAll(new WaitingAward.ByMembership(from.Id)).Select(row => row.Key).OrderBy(row => (row.PartnerId.Value, row.Reference, row.CampaignId))]);
    }
}
