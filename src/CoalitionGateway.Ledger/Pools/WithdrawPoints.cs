using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Pools;

/// <summary>Returns points of the member's own share, never more.</summary>
public sealed record WithdrawPoints(CommandContext Context, MemberId MemberId, PoolId PoolId, long AmountPoints) : Command<PoolView?>(Context)
{
    public override string Method => nameof(WithdrawPoints);

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Uuid(MemberId.Value).Uuid(PoolId.Value).Number(AmountPoints);

    public override PoolView? Needs(WorkingState rows, DateTime now) => PoolView.Find(rows, PoolId, MemberId, now);

    public override Decision Decide(PoolView? state, DateTime now)
    {
        if (state is not { Own.IsActive: true } view)
        {
            return PoolView.NotFound(PoolId);
        }

        if (view.Share.Points < AmountPoints)
        {
            return new Refusal(RefusalReason.InsufficientShare, $"Your share of the pool is {view.Share.Points} points.", "amount_points")
                .With("share_points", view.Share.Points);
        }

        var made = new PointsWithdrawn(
            Header(now), PoolId, MemberId, view.Own.MembershipId, AmountPoints, view.Holdings.Settles(AmountPoints),
            view.Share.Points - AmountPoints, view.Return(AmountPoints));
        return Decision.Accept(made).After(view.Settled(Context, MemberId, now));
    }
}

/// <param name="SettledPoints">The part of <paramref name="AmountPoints"/> that paid debt.</param>
[EventKind(84, Answers = "WithdrawPoints")]
public sealed record PointsWithdrawn(
    EventHeader Header, PoolId PoolId, MemberId MemberId, MembershipId MembershipId, long AmountPoints, long SettledPoints,
    long SharePoints, IReadOnlyList<Posting> Moves) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        // Only the posting has an effect.
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(PoolId.Value).Uuid(MemberId.Value).Uuid(MembershipId.Value).Number(AmountPoints).Number(SettledPoints)
        .Number(SharePoints).Postings(Moves);

    internal static PointsWithdrawn Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PoolId(reader.Uuid()), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        reader.Number(), reader.Number(), reader.Number(), reader.Postings());
}
