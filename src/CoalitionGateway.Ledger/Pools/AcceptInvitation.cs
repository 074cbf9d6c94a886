using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Pools;

/// <summary>Accepts an invitation to a pool.</summary>
public sealed record AcceptInvitation(CommandContext Context, MemberId MemberId, PoolId PoolId) : Command<AcceptInvitation.State>(Context)
{
    public override string Method => nameof(AcceptInvitation);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Uuid(PoolId.Value);

    public override State Needs(WorkingState rows, DateTime now) => new(PoolView.FindInvited(rows, PoolId, MemberId, now), rows.FindAll(new Participant.ByPool(PoolId)));

    public override Decision Decide(State state, DateTime now)
    {
        if (state.View is not { Own: var own })
        {
            return PoolView.NotFound(PoolId);
        }

        if (own.IsActive)
        {
            return InviteMember.AlreadyIn(PoolId, "active");
        }

        if (!own.HoldsPlace(now))
        {
            return new Refusal(RefusalReason.InvitationExpired, "The invitation has ended; ask for a new one.", "pool_id")
                .With("expire_time", own.InvitationExpireTime!.Value.ToString("O"));
        }

        if (!state.Participants.Any(participant => participant.IsActive))
        {
            return new Refusal(RefusalReason.InvitationExpired, "All members have left the pool, and the invitation ended with that; create a pool of your own.", "pool_id")
                .With("expire_time", now.ToString("O"));
        }

        return new InvitationAccepted(Header(now), PoolId, MemberId, own.MembershipId, own.Id);
    }

    public sealed record State(PoolView? View, IReadOnlyList<Participant> Participants);
}

[EventKind(82, Answers = "AcceptInvitation")]
public sealed record InvitationAccepted(
    EventHeader Header, PoolId PoolId, MemberId MemberId, MembershipId MembershipId, ParticipantId ParticipantId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        rows.Put(new Participant(PoolId, MembershipId, ParticipantId, null));
        Due.Settle(rows, EndInvitation.DueKind, EndInvitation.SubjectOf(PoolId, MembershipId));
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(PoolId.Value).Uuid(MemberId.Value).Uuid(MembershipId.Value).Uuid(ParticipantId.Value);

    internal static InvitationAccepted Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PoolId(reader.Uuid()), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new ParticipantId(reader.Uuid()));
}
