using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Rpc;

namespace CoalitionGateway.Platform.Wire;

/// <summary>A pool as a member may see it. An invited member sees only their own invitation, a participant sees all.</summary>
/// <param name="PointValue">The value of a point of the programme.</param>
internal sealed record PoolPicture(Pool Pool, Membership Caller, Money PointValue, IReadOnlyList<(Participant Participant, HeldShare Share)> Participants)
{
    /// <summary>The picture; null if there is no such pool, or if the member has no place in it.</summary>
    /// <param name="showsExpired">Whether expired invitations are shown, which no longer hold a place.</param>
    public static PoolPicture? Find(WorkingState rows, PoolId id, MemberId member, DateTime now, bool showsExpired = false)
    {
        if (PoolView.Find(rows, id, member, now) is not { } view || !(showsExpired || view.Own.HoldsPlace(now))
            || rows.Find(new Membership.Of(view.Own.MembershipId)) is not { } membership
            || rows.Find(new Programme.Of(view.Pool.ProgrammeId)) is not { } programme)
        {
            return null;
        }

        var participants = rows.FindAll(new Participant.ByPool(id)).Where(participant => showsExpired || participant.HoldsPlace(now))
            .Select(participant => (participant, HeldShare.Find(rows, view.Pool.ProgrammeId, id, participant.MembershipId, now)));
        return new PoolPicture(view.Pool, membership, programme.PointValue, [.. participants.OrderBy(part => part.participant.Id.Value)]);
    }

    public V1.Pool ToWire()
    {
        var own = Participants.First(part => part.Participant.MembershipId == Caller.Id);
        var visible = own.Participant.IsActive ? Participants : [own];
        var pool = new V1.Pool
        {
            PoolId = Pool.Id.ToString(),
            ProgrammeId = Pool.ProgrammeId.Value,
            TotalPoints = visible.Sum(part => part.Share.Points),
            CreateTime = Pool.CreateTime.ToWire(),
        };
        pool.Participants.AddRange(visible.Select(part => new V1.Participant
        {
            ParticipantId = part.Participant.Id.ToString(),
            IsCaller = part == own,
            State = part.Participant.IsActive ? V1.ParticipantState.Active : V1.ParticipantState.Invited,
            SharePoints = part.Share.Points,
            InvitationExpireTime = part.Participant.InvitationExpireTime?.ToWire(),
            Expiring = { part == own ? MemberMapping.Timed(part.Share.Lots, lot => part.Share.ExpireTimeOf(lot.Term)) : [] },
            Value = part == own ? WorthMapping.Worth(part.Share.Points, PointValue) : null,
        }));
        return pool;
    }
}
