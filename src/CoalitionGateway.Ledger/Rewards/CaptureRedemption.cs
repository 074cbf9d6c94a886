using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>Spends reserved points. The rest of the reservation goes back to the member.</summary>
/// <param name="AmountPoints">Null: all.</param>
public sealed record CaptureRedemption(CommandContext Context, PartnerId PartnerId, string Reference, long? AmountPoints)
    : Command<RedemptionView?>(Context)
{
    public override string Method => nameof(CaptureRedemption);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Text(Reference).Number(AmountPoints ?? 0);

    public override RedemptionView? Needs(WorkingState rows, DateTime now) => RedemptionView.Find(rows, PartnerId, Reference, now);

    // The order is the precedence, and the contract lists the same order.
    public override Decision Decide(RedemptionView? state, DateTime now)
    {
        if (state is not { Redemption: var redemption })
        {
            return Redemption.NotFound("redemption_reference");
        }

        if (!state.IsOpen(now))
        {
            return redemption.NotOpen();
        }

        if (redemption is { NeedsApproval: true, ApproveTime: null })
        {
            return ReservePoints.NotApproved("redemption_reference");
        }

        var points = AmountPoints ?? redemption.Points;
        if (points > redemption.Points)
        {
            return new Refusal(RefusalReason.CaptureExceedsReserved, $"{redemption.Points} points are reserved.", "amount_points")
                .With("reserved_points", redemption.Points);
        }

        var member = state.Membership!.MemberId;
        var made = new RedemptionCaptured(
            Header(now), PartnerId, Reference, member, redemption.MembershipId, redemption.ProgrammeId, points, redemption.Points - points,
            redemption.PointValue, [state.Capture(points)]);
        return Decision.Accept(made).After(state.Holdings!.Settled(Context, member, now));
    }
}

/// <param name="ReleasedPoints">The reserved points that went back to the member.</param>
/// <param name="PointValue">The value of one point when the points were reserved.</param>
[EventKind(91, Answers = "CaptureRedemption")]
public sealed record RedemptionCaptured(
    EventHeader Header, PartnerId PartnerId, string Reference, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId,
    long AmountPoints,
    long ReleasedPoints, Money PointValue, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        var before = rows.Find(new Redemption.Of(PartnerId, Reference))!;
        rows.Put(before with
        {
            State = RedemptionState.Captured, CapturedPoints = AmountPoints,
            Parts = new RedeemedParts(LotPart.Split(before.Parts.All, AmountPoints).First),
        });
    }

    private protected override void EncodeBody(CanonicalWriter writer) => PointValue
        .Encode(writer.Text(PartnerId.Value).Text(Reference).Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value)
            .Number(AmountPoints).Number(ReleasedPoints))
        .Postings(Moves);

    internal static RedemptionCaptured Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), reader.Text(), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ProgrammeId(reader.Text()),
        reader.Number(), reader.Number(), Money.Decode(reader), reader.Postings());
}
