using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Rpc;

namespace CoalitionGateway.Pools;

/// <summary>A pool as a member may see it: all of it from inside, only the own invitation from outside.</summary>
internal sealed record PoolPicture(Pool Pool, Membership Caller, IReadOnlyList<(Participant Participant, long Share)> Participants)
{
    public V1.Pool ToWire()
    {
        var own = Participants.First(part => part.Participant.MembershipId == Caller.Id);
        var visible = own.Participant.IsActive ? Participants : [own];
        var pool = new V1.Pool
        {
            PoolId = Pool.Id.ToString(),
            ProgrammeId = Pool.ProgrammeId.Value,
            TotalPoints = visible.Sum(part => part.Share),
            CreateTime = Pool.CreateTime.ToWire(),
        };
        pool.Participants.AddRange(visible.Select(part => new V1.Participant
        {
            ParticipantId = part.Participant.Id.ToString(),
            IsCaller = part.Participant.MembershipId == Caller.Id,
            State = part.Participant.IsActive ? V1.ParticipantState.Active : V1.ParticipantState.Invited,
            SharePoints = part.Share,
            InvitationExpireTime = part.Participant.InvitationExpireTime?.ToWire(),
        }));
        return pool;
    }
}
