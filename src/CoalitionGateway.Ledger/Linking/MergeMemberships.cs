using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Privacy;

namespace CoalitionGateway.Ledger.Linking;

/// <summary>
/// Makes one of two memberships that a person has in one programme. The calling member's own membership stays and gets the
/// points, numbers, counters and tiers of the other, which a one-time code proves to be theirs.
/// </summary>
/// <param name="Number">The number of the membership that is merged into the member's own.</param>
/// <param name="CodeHash">The keyed hash of the code that the member typed.</param>
public sealed record MergeMemberships(
    CommandContext Context, MemberId MemberId, ProgrammeId ProgrammeId, string Number, byte[] CodeHash, NoticesInForce InForce)
    : Command<MergeMemberships.State>(Context)
{
    /// <summary>As in <see cref="LinkMembership.OfChild"/>.</summary>
    public (MemberId Member, int Age)? OfChild { get; init; }

    public override string Method => nameof(MergeMemberships);

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Uuid(MemberId.Value).Text(ProgrammeId.Value).Text(Number).Bytes(CodeHash);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var former = FormerHolder.Find(rows, MemberId, ProgrammeId, Number);
        return former is { Membership: { } membership, Own: { } own } && membership.Id != own.Id
            ? new State(former, MergedRows.Find(rows, membership, own, now))
            {
                Places = rows.FindAll(new Participant.ByMembership(membership.Id)),
                Restriction = rows.Find(new Restriction.Of(MemberId)),
            }
            : new State(former, null);
    }

    public override Decision Decide(State state, DateTime now)
    {
        var former = state.Former;
        if (former.RefusesCode(ProgrammeId, CodeHash, now) is { } invalid)
        {
            return invalid;
        }

        if (former.Own is not { } own)
        {
            return MemberRefusals.NotAMember(ProgrammeId, "programme_id");
        }

        if (state.Merged is not { } merged)
        {
            return new Refusal(RefusalReason.SameMembership, "The number leads to your own membership already; send the number of the other one.", "membership_number")
                .With("programme_id", ProgrammeId.Value);
        }

        if (former.RefusesMove(OfChild, now) is { } refusal)
        {
            return refusal;
        }

        if (state.Restriction is { } restriction)
        {
            return restriction.Refuse("Processing of your data is restricted; LiftRestriction first.");
        }

        if (state.Places.Where(place => place.HoldsPlace(now)).ToArray() is { Length: > 0 } places)
        {
            return new Refusal(RefusalReason.MembershipInPool, "The other membership is in a pool or invited to one; leave the pool under it first.", "membership_number")
                .With("pool_ids", string.Join(',', places.Select(place => $"{place.PoolId}").Order(StringComparer.Ordinal)));
        }

        var membership = former.Membership!;
        var (posting, points, available) = merged.Points.Move();
        var made = new MembershipsMerged(
            Header(now), MemberId, membership.MemberId, membership.Id, own.Id, ProgrammeId, points, available,
            merged.Counters, merged.Tiers, merged.Partners, merged.Places, merged.Activations, merged.Waiting, posting is null ? [] : [posting]);
        var (followUps, told) = new ConsentsMoved(former, MemberId, InForce, ConsentAction.Merge.At(now)).End(Context, nth => FollowUp(now, nth), now);
        var merging = Notification.Tell(Context, former.Programme!.PartnerId, NotificationKind.MembershipsMerged, former.Number, now);
        return Decision.Accept(made, [.. merged.Numbers.Select(number => number with { MembershipId = own.Id, IsMain = false }), .. told, .. merging])
            .After(merged.Points.Settled(Context, membership.MemberId, MemberId, now)).Then(followUps).Erase(former.Erased);
    }

    /// <param name="Former">The membership that is merged, and its holder.</param>
    /// <param name="Merged">What the two memberships have; null if there are not two.</param>
    public sealed record State(FormerHolder Former, MergedRows? Merged)
    {
        /// <summary>The pools that the merged membership is in, and its invitations.</summary>
        public IReadOnlyList<Participant> Places { get; init; } = [];

        /// <summary>The restriction of the calling member; null if there is none.</summary>
        public Restriction? Restriction { get; init; }
    }
}
