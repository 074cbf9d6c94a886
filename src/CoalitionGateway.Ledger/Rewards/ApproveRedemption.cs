using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>The member agrees to spend the reserved points.</summary>
public sealed record ApproveRedemption(CommandContext Context, MemberId MemberId, EventId RedemptionId) : Command<RedemptionView?>(Context)
{
    public override string Method => nameof(ApproveRedemption);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Uuid(RedemptionId.Value);

    public override RedemptionView? Needs(WorkingState rows, DateTime now) => RedemptionView.Find(rows, MemberId, RedemptionId, now);

    public override Decision Decide(RedemptionView? state, DateTime now) => state switch
    {
        null => Redemption.NotFound("redemption_id"),
        _ when !state.IsOpen(now) => state.Redemption.NotOpen() with { Field = "redemption_id" },
        _ => new RedemptionApproved(Header(now), state.Redemption.PartnerId, state.Redemption.Reference, MemberId),
    };
}

[EventKind(93, Answers = "ApproveRedemption")]
public sealed record RedemptionApproved(EventHeader Header, PartnerId PartnerId, string Reference, MemberId MemberId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override void Apply(WorkingState rows)
    {
        var before = rows.Find(new Redemption.Of(PartnerId, Reference))!;
        rows.Put(before with { ApproveTime = before.ApproveTime ?? Time });
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Text(PartnerId.Value).Text(Reference).Uuid(MemberId.Value);

    internal static RedemptionApproved Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new PartnerId(reader.Text()), reader.Text(), new MemberId(reader.Uuid()));
}
