using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Pools;

/// <summary>Returns the member's whole share and removes the member from the pool. Also declines an invitation.</summary>
public sealed record LeavePool(CommandContext Context, MemberId MemberId, PoolId PoolId) : Command<PoolView?>(Context)
{
    public override string Method => nameof(LeavePool);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Uuid(PoolId.Value);

    public override PoolView? Needs(WorkingState rows, DateTime now) => PoolView.FindInvited(rows, PoolId, MemberId, now);

    public override Decision Decide(PoolView? state, DateTime now) => state is { } view && view.Own.HoldsPlace(now)
        ? Decision.Accept(new PoolLeft(
            Header(now), PoolId, MemberId, view.Own.MembershipId, view.Own.Id, view.Share.Points,
            view.Holdings.Settles(view.Share.Points), view.Return(view.Share.Points))).After(view.Settled(Context, MemberId, now))
        : PoolView.NotFound(PoolId);
}

/// <param name="SettledPoints">The part of <paramref name="ReturnedPoints"/> that paid debt.</param>
[EventKind(85, Answers = "LeavePool")]
public sealed record PoolLeft(
    EventHeader Header, PoolId PoolId, MemberId MemberId, MembershipId MembershipId, ParticipantId ParticipantId,
    long ReturnedPoints, long SettledPoints, IReadOnlyList<Posting> Moves) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        rows.Remove(rows.Find(new Participant.Of(PoolId, MembershipId))!);
        Due.Settle(rows, EndInvitation.DueKind, EndInvitation.SubjectOf(PoolId, MembershipId));
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(PoolId.Value).Uuid(MemberId.Value).Uuid(MembershipId.Value).Uuid(ParticipantId.Value)
        .Number(ReturnedPoints).Number(SettledPoints).Postings(Moves);

    internal static PoolLeft Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PoolId(reader.Uuid()), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ParticipantId(reader.Uuid()), reader.Number(), reader.Number(), reader.Postings());
}
