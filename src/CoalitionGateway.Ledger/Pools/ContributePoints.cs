using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Pools;

/// <summary>Moves a member's own points into the pool, where they remain that member's share.</summary>
public sealed record ContributePoints(CommandContext Context, MemberId MemberId, PoolId PoolId, long AmountPoints) : Command<PoolView?>(Context)
{
    public override string Method => nameof(ContributePoints);

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Uuid(MemberId.Value).Uuid(PoolId.Value).Number(AmountPoints);

    public override PoolView? Needs(WorkingState rows, DateTime now) => PoolView.Find(rows, PoolId, MemberId, now);

    public override Decision Decide(PoolView? state, DateTime now)
    {
        if (state is not { Own.IsActive: true } view)
        {
            return PoolView.NotFound(PoolId);
        }

        if (view.Holdings.AvailablePoints < AmountPoints)
        {
            return view.Holdings.Insufficient("amount_points", view.Holdings.AvailablePoints);
        }

        var made = new PointsContributed(
            Header(now), PoolId, MemberId, view.Own.MembershipId, AmountPoints, view.Share.Points + AmountPoints, [view.Contribute(AmountPoints)]);
        return Decision.Accept(made).After(view.Settled(Context, MemberId, now));
    }
}

[EventKind(83, Answers = "ContributePoints")]
public sealed record PointsContributed(
    EventHeader Header, PoolId PoolId, MemberId MemberId, MembershipId MembershipId, long AmountPoints, long SharePoints,
    IReadOnlyList<Posting> Moves) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        // Only the posting has an effect.
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(PoolId.Value).Uuid(MemberId.Value).Uuid(MembershipId.Value).Number(AmountPoints).Number(SharePoints).Postings(Moves);

    internal static PointsContributed Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PoolId(reader.Uuid()), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        reader.Number(), reader.Number(), reader.Postings());
}
