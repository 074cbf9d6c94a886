using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Transfers;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>Transfers and pools.</summary>
internal sealed partial class NaiveModel
{
    private string Transfer(CreateTransfer transfer, DateTime now)
    {
        var source = _members[WalkWorld.MembershipOf(transfer.MemberId, transfer.SourceId)];
        if (source.Available < transfer.AmountPoints)
        {
            return WalkAnswers.Of(RefusalReason.InsufficientPoints);
        }

        var left = source.Debit(transfer.AmountPoints);
        var arrived = transfer.AmountPoints * WalkWorld.RatioNumerator / WalkWorld.RatioDenominator;
        var term = fault == ModelFault.TransferKeepsExpiry ? left[0].Term : default;
        _members[WalkWorld.MembershipOf(transfer.MemberId, transfer.DestinationId)].Add("transfer", term, arrived, now);
        return WalkAnswers.Done;
    }

    private readonly Dictionary<(PoolId Pool, MembershipId Membership), DateTime> _invited = [];

    private string Create(CreatePool create)
    {
        var membership = WalkWorld.MembershipOf(create.MemberId, create.ProgrammeId);
        var pause = fault == ModelFault.PauseForgetsPools ? new ModelPause() : _members[membership].Pause;
        _shares.Add((create.PoolId, membership), new ModelHolder(fault, pause, _members[membership]));
        return WalkAnswers.Done;
    }

    private string Invite(InviteMember invite, DateTime now)
    {
        if (Own(invite.PoolId, invite.MemberId) is null)
        {
            return WalkAnswers.Of(RefusalReason.PoolNotFound);
        }

        // An unknown number is answered like a known one.
        var nobody = (invite.PoolId, invite.NobodyId);
        var invited = _invited.GetValueOrDefault(nobody) > now ? nobody : (invite.PoolId, CardAt(invite.Number, now) ?? invite.NobodyId);
        if (_invited.GetValueOrDefault(invited) > now || (_shares.ContainsKey(invited) && !_left.Contains(invited)))
        {
            return WalkAnswers.Of(RefusalReason.AlreadyInPool);
        }

        _invited[invited] = now + Pool.InvitationLifetime;
        return WalkAnswers.Done;
    }

    private string Accept(AcceptInvitation accept, DateTime now)
    {
        var membership = WalkWorld.MembershipOf(accept.MemberId, Given.Stars);
        var own = (accept.PoolId, membership);
        if (_shares.ContainsKey(own) && !_left.Contains(own))
        {
            return WalkAnswers.Of(RefusalReason.AlreadyInPool);
        }

        if (!_invited.TryGetValue(own, out var end))
        {
            return WalkAnswers.Of(RefusalReason.PoolNotFound);
        }

        var isEmpty = !_shares.Keys.Any(share => share.Pool == accept.PoolId && !_left.Contains(share));
        if ((now >= end && fault != ModelFault.InvitationNeverEnds) || isEmpty)
        {
            return WalkAnswers.Of(RefusalReason.InvitationExpired);
        }

        _invited.Remove(own);
        _left.Remove(own);
        _ = _shares.ContainsKey(own) || _shares.TryAdd(own, new ModelHolder(fault, _members[membership].Pause, _members[membership]));
        return WalkAnswers.Done;
    }

    private string Contribute(ContributePoints contribute, DateTime now)
    {
        if (Own(contribute.PoolId, contribute.MemberId) is not var (membership, share))
        {
            return WalkAnswers.Of(RefusalReason.PoolNotFound);
        }

        if (_members[membership].Available < contribute.AmountPoints)
        {
            return WalkAnswers.Of(RefusalReason.InsufficientPoints);
        }

        foreach (var piece in _members[membership].Debit(contribute.AmountPoints))
        {
            share.Add(piece.Award, fault == ModelFault.ForgetsTermInPool ? default : piece.Term, piece.Points, now);
        }

        return WalkAnswers.Done;
    }

    private string Withdraw(WithdrawPoints withdraw, DateTime now)
    {
        if (Own(withdraw.PoolId, withdraw.MemberId) is not var (membership, share))
        {
            return WalkAnswers.Of(RefusalReason.PoolNotFound);
        }

        if (share.Available < withdraw.AmountPoints)
        {
            return WalkAnswers.Of(RefusalReason.InsufficientShare);
        }

        Return(membership, share, withdraw.AmountPoints, now);
        return WalkAnswers.Done;
    }

    private string Leave(LeavePool leave, DateTime now)
    {
        // A member who is only invited declines the invitation.
        var invitation = (leave.PoolId, WalkWorld.MembershipOf(leave.MemberId, Given.Stars));
        if (_invited.GetValueOrDefault(invitation) > now)
        {
            _invited.Remove(invitation);
            return WalkAnswers.Done;
        }

        if (Own(leave.PoolId, leave.MemberId) is not var (membership, share))
        {
            return WalkAnswers.Of(RefusalReason.PoolNotFound);
        }

        Return(membership, share, share.Available, now);
        _left.Add((leave.PoolId, membership));
        return WalkAnswers.Done;
    }

    private void Return(MembershipId membership, ModelHolder share, long points, DateTime now)
    {
        foreach (var piece in share.Debit(points))
        {
            _members[membership].Add(piece.Award, piece.Term, piece.Points, now);
        }
    }

    private (MembershipId Membership, ModelHolder Share)? Own(PoolId pool, MemberId member)
    {
        foreach (var ((found, membership), share) in _shares)
        {
            if (found == pool && WalkWorld.HolderOf(membership) == member && !_left.Contains((found, membership)))
            {
                return (membership, share);
            }
        }

        return null;
    }
}
