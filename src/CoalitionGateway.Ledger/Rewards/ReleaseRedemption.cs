using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>Gives all reserved points back to the member: the brand does not need them.</summary>
public sealed record ReleaseRedemption(CommandContext Context, PartnerId PartnerId, string Reference) : Command<RedemptionView?>(Context)
{
    public override string Method => nameof(ReleaseRedemption);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Text(Reference);

    public override RedemptionView? Needs(WorkingState rows, DateTime now) => RedemptionView.Find(rows, PartnerId, Reference, now);

    public override Decision Decide(RedemptionView? state, DateTime now) => state switch
    {
        null => Redemption.NotFound("redemption_reference"),
        _ when !state.IsOpen(now) => state.Redemption.NotOpen(),
        _ => RedemptionReleased.Of(state, Context, Header(now), now),
    };
}

/// <summary>Gives all reserved points back to the member, who does not want to spend them.</summary>
public sealed record DeclineRedemption(CommandContext Context, MemberId MemberId, EventId RedemptionId) : Command<RedemptionView?>(Context)
{
    public override string Method => nameof(DeclineRedemption);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Uuid(RedemptionId.Value);

    public override RedemptionView? Needs(WorkingState rows, DateTime now) => RedemptionView.Find(rows, MemberId, RedemptionId, now);

    public override Decision Decide(RedemptionView? state, DateTime now) => state switch
    {
        null => Redemption.NotFound("redemption_id"),
        _ when !state.IsOpen(now) => state.Redemption.NotOpen() with { Field = "redemption_id" },
        _ => RedemptionReleased.Of(state, Context, Header(now), now),
    };
}

[EventKind(92)]
public sealed record RedemptionReleased(
    EventHeader Header, PartnerId PartnerId, string Reference, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId,
    long AmountPoints,
    IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override string? Answers => Header.Actor.Kind == CallerKind.Member ? nameof(DeclineRedemption) : nameof(ReleaseRedemption);

    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows) =>
        rows.Put(rows.Find(new Redemption.Of(PartnerId, Reference))! with { State = RedemptionState.Released });

    internal static Decision Of(RedemptionView view, CommandContext context, EventHeader header, DateTime now)
    {
        var (redemption, member) = (view.Redemption, view.Membership!.MemberId);
        var made = new RedemptionReleased(
            header, redemption.PartnerId, redemption.Reference, member, redemption.MembershipId, redemption.ProgrammeId, redemption.Points,
            [view.Capture(0)]);
        return Decision.Accept(made).After(view.Holdings!.Settled(context, member, now));
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Text(PartnerId.Value).Text(Reference).Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value).Number(AmountPoints)
            .Postings(Moves);

    internal static RedemptionReleased Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), reader.Text(), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ProgrammeId(reader.Text()),
        reader.Number(), reader.Postings());
}
