using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Members;

/// <summary>Removes a one-time link code that expired unused. Issued by the gateway itself.</summary>
public sealed record EndLinkCode(CommandContext Context, MembershipId MembershipId) : Command<EndLinkCode.State>(Context)
{
    /// <summary>The kind of the due row. Its subject is the membership.</summary>
    public const string DueKind = "link-code";

    public override string Method => nameof(EndLinkCode);

    public override bool IsRetryable => false;

    /// <summary>The command for a due row.</summary>
    public static EndLinkCode For(Due due, CommandContext context) => new(context, new MembershipId(Guid.Parse(due.Subject)));

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MembershipId.Value);

    public override State Needs(WorkingState rows, DateTime now)
    {
        rows.Find(new Due.Of(DueKind, MembershipId.ToString()));
        return new State(rows.Find(new LinkCode.Of(MembershipId)), rows.Find(new Membership.Of(MembershipId)));
    }

    public override Decision Decide(State state, DateTime now) =>
        state is { Code: { } code, Membership: { } membership } && code.ExpireTime <= now
            ? Decision.Accept(new LinkCodeEnded(Header(now), membership.IsErased ? null : membership.MemberId, MembershipId)).Erase(code)
            : MemberRefusals.NumberNotFound(state.Membership?.ProgrammeId ?? default);

    public sealed record State(LinkCode? Code, Membership? Membership);
}

/// <param name="MemberId">The membership's holder; null if they were erased.</param>
[EventKind(34)]
public sealed record LinkCodeEnded(EventHeader Header, MemberId? MemberId, MembershipId MembershipId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows) => Due.Settle(rows, EndLinkCode.DueKind, MembershipId.ToString());

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        if (rows.Find(new LinkCode.Of(MembershipId)) is { } code)
        {
            rows.Remove(code);
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer.OptionalUuid(MemberId?.Value).Uuid(MembershipId.Value);

    internal static LinkCodeEnded Decode(EventHeader header, CanonicalReader reader) => new(
        header, reader.OptionalUuid() is { } member ? new MemberId(member) : null, new MembershipId(reader.Uuid()));
}
