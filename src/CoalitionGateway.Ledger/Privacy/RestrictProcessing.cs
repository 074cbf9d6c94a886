using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;

namespace CoalitionGateway.Ledger.Privacy;

/// <summary>Restricts processing (GDPR Art. 18): the data is kept, but goes to no partner until the restriction ends.</summary>
public sealed record RestrictProcessing(CommandContext Context, MemberId MemberId, RestrictionGround Ground) : Command<RestrictProcessing.State>(Context)
{
    public override string Method => nameof(RestrictProcessing);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Number((int)Ground);

    public override State Needs(WorkingState rows, DateTime now) => State.Of(rows, MemberId);

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Recipients.Count == 0)
        {
            return MemberRefusals.NoMember();
        }

        if (state.Restriction is { } before)
        {
            return before.Refuse("Processing is restricted already; LiftRestriction ends it.");
        }

        var made = new ProcessingRestricted(Header(now), MemberId, Ground);
        return Decision.Accept(made, state.Recipients.Told(Context, NotificationKind.Restricted, now));
    }

    /// <summary>The partners that know the member, and the current restriction; null if there is none.</summary>
    public sealed record State(IReadOnlyList<Recipient> Recipients, Restriction? Restriction)
    {
        public static State Of(WorkingState rows, MemberId member) => new(Recipient.All(rows, member), rows.Find(new Restriction.Of(member)));
    }
}

/// <summary>The member lifts the restriction.</summary>
public sealed record LiftRestriction(CommandContext Context, MemberId MemberId) : Command<RestrictProcessing.State>(Context)
{
    public override string Method => nameof(LiftRestriction);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value);

    public override RestrictProcessing.State Needs(WorkingState rows, DateTime now) => RestrictProcessing.State.Of(rows, MemberId);

    public override Decision Decide(RestrictProcessing.State state, DateTime now)
    {
        if (state.Restriction is null)
        {
            return new Refusal(RefusalReason.RestrictionNotFound, "Processing is not restricted.");
        }

        var made = new RestrictionLifted(Header(now), MemberId);
        return Decision.Accept(made, state.Recipients.Told(Context, NotificationKind.RestrictionLifted, now));
    }
}

[EventKind(27, Answers = "RestrictProcessing")]
public sealed record ProcessingRestricted(EventHeader Header, MemberId MemberId, RestrictionGround Ground) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows) => rows.Put(new Restriction(MemberId, Ground, Id, Time));

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value).Number((int)Ground);

    internal static ProcessingRestricted Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new MemberId(reader.Uuid()), reader.Value<RestrictionGround>());
}

[EventKind(28, Answers = "LiftRestriction")]
public sealed record RestrictionLifted(EventHeader Header, MemberId MemberId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows) => rows.Remove(rows.Find(new Restriction.Of(MemberId))!);

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value);

    internal static RestrictionLifted Decode(EventHeader header, CanonicalReader reader) => new(header, new MemberId(reader.Uuid()));
}
