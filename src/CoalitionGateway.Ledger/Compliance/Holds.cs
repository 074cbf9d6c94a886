using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Compliance;

/// <summary>Places a hold: the member is not erased for a time, on a ground that the law names.</summary>
public sealed record PlaceHold(CommandContext Context, MemberId MemberId, HoldGround Ground, DateTime UntilTime) : Command<IReadOnlyList<Membership>>(Context)
{
    public override string Method => nameof(PlaceHold);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Number((int)Ground).Time(UntilTime);

    public override IReadOnlyList<Membership> Needs(WorkingState rows, DateTime now) => rows.FindAll(new Membership.ByMember(MemberId));

    public override Decision Decide(IReadOnlyList<Membership> state, DateTime now) =>
        state.Count == 0 ? MemberRefusals.NoMember() : new HoldPlaced(Header(now), MemberId, Ground, UntilTime);
}

/// <summary>Ends a hold before its time.</summary>
public sealed record ReleaseHold(CommandContext Context, EventId Id) : GovernedCommand<Hold?>(Context)
{
    public override string Method => nameof(ReleaseHold);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(Id.Value);

    public override Hold? Needs(WorkingState rows, DateTime now) => rows.Find(new Hold.Of(Id));

    public override Governance GovernanceOf(Hold? state, DateTime now) => new("");

    public override Decision Decide(Hold? state, DateTime now) => state is null
        ? new Refusal(RefusalReason.HoldNotFound, "There is no such hold, or it was released; ListHolds shows those there are.", "hold_id").With("hold_id", Id.ToString())
        : new HoldReleased(Header(now), Id, state.MemberId);
}

[EventKind(143, Answers = "PlaceHold")]
public sealed record HoldPlaced(EventHeader Header, MemberId MemberId, HoldGround Ground, DateTime UntilTime) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public Hold Hold => new(Id, MemberId, Ground, UntilTime, Time);

    public override void Apply(WorkingState rows) => rows.Put(Hold);

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value).Number((int)Ground).Time(UntilTime);

    internal static HoldPlaced Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new MemberId(reader.Uuid()), reader.Value<HoldGround>(), reader.Time());
}

/// <param name="HoldId">The event that placed the hold.</param>
[EventKind(144, Answers = "ReleaseHold")]
public sealed record HoldReleased(EventHeader Header, EventId HoldId, MemberId MemberId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows) => rows.Remove(rows.Find(new Hold.Of(HoldId))!);

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(HoldId.Value).Uuid(MemberId.Value);

    internal static HoldReleased Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new EventId(reader.Uuid()), new MemberId(reader.Uuid()));
}
