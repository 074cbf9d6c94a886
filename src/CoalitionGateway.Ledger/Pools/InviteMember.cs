using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Pools;

/// <summary>
/// Invites another member of the pool's programme. An unknown number gets the same answer, so that the inviter does not
/// learn whether the number exists.
/// </summary>
/// <param name="ParticipantId">Proposed by the gateway.</param>
/// <param name="NobodyId">
/// Stands in for an unknown number's membership: a keyed hash of pool and number, so that a second invitation finds the first.
/// </param>
public sealed record InviteMember(
    CommandContext Context, MemberId MemberId, PoolId PoolId, string Number, ParticipantId ParticipantId, MembershipId NobodyId)
    : Command<InviteMember.State>(Context)
{
    public override string Method => nameof(InviteMember);

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Uuid(MemberId.Value).Uuid(PoolId.Value).Text(Number);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var view = PoolView.Find(rows, PoolId, MemberId, now);
        var invited = view is null ? null : MembershipNumber.Find(rows, view.Pool.ProgrammeId, Number);
        rows.Find(new Due.Of(EndInvitation.DueKind, EndInvitation.SubjectOf(PoolId, NobodyId)));
        rows.Find(new Due.Of(EndInvitation.DueKind, EndInvitation.SubjectOf(PoolId, invited?.Id ?? NobodyId)));
        return new State(
            view,
            invited,
            rows.FindAll(new Participant.ByPool(PoolId)));
    }

    public override Decision Decide(State state, DateTime now)
    {
        if (state.View is not { Own.IsActive: true } view)
        {
            return PoolView.NotFound(PoolId);
        }

        // An invitation that is older than the membership number keeps its stand-in until it ends.
        var nobody = state.Participants.FirstOrDefault(participant => participant.MembershipId == NobodyId && participant.HoldsPlace(now));
        var invited = nobody is null ? state.Invited : null;
        var membership = invited?.Id ?? NobodyId;
        var already = state.Participants.FirstOrDefault(participant => participant.MembershipId == membership);
        if (already is not null && already.HoldsPlace(now))
        {
            return AlreadyIn(PoolId, already.IsActive ? "active" : "invited");
        }

        if (state.Participants.Count(participant => participant.HoldsPlace(now)) >= Pool.MaxParticipants)
        {
            return new Refusal(RefusalReason.PoolFull, $"A pool has at most {Pool.MaxParticipants} members, the invited included.", "pool_id")
                .With("maximum_members", Pool.MaxParticipants);
        }

        return new MemberInvited(
            Header(now), PoolId, MemberId, invited?.MemberId, membership, ParticipantId, now + Pool.InvitationLifetime);
    }

    internal static Refusal AlreadyIn(PoolId id, string state) =>
        new Refusal(RefusalReason.AlreadyInPool, $"The member is {state} already.").With("pool_id", id.ToString()).With("state", state);

    public sealed record State(PoolView? View, Membership? Invited, IReadOnlyList<Participant> Participants);
}

/// <param name="MemberId">Null if the programme has no such number.</param>
[EventKind(81, Answers = "InviteMember")]
public sealed record MemberInvited(
    EventHeader Header, PoolId PoolId, MemberId InviterId, MemberId? MemberId, MembershipId MembershipId, ParticipantId ParticipantId,
    DateTime ExpireTime) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        rows.Put(new Participant(PoolId, MembershipId, ParticipantId, ExpireTime));
        rows.Put(new Due(EndInvitation.DueKind, EndInvitation.SubjectOf(PoolId, MembershipId), ExpireTime));
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(PoolId.Value).Uuid(InviterId.Value).OptionalUuid(MemberId?.Value).Uuid(MembershipId.Value).Uuid(ParticipantId.Value).Time(ExpireTime);

    internal static MemberInvited Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PoolId(reader.Uuid()), new MemberId(reader.Uuid()), reader.OptionalUuid() is { } member ? new MemberId(member) : null, new MembershipId(reader.Uuid()),
        new ParticipantId(reader.Uuid()), reader.Time());
}
