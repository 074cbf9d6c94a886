using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Pools;

/// <summary>Removes an expired invitation to a pool. Issued by the gateway itself.</summary>
public sealed record EndInvitation(CommandContext Context, PoolId PoolId, MembershipId MembershipId) : Command<EndInvitation.State>(Context)
{
    /// <summary>The kind of the due row.</summary>
    public const string DueKind = "pool-invitation";

    public override string Method => nameof(EndInvitation);

    public override bool IsRetryable => false;

    /// <summary>The subject of an invitation's due row.</summary>
    public static string SubjectOf(PoolId pool, MembershipId membership) => $"{pool}/{membership}";

    /// <summary>The command for a due row.</summary>
    public static EndInvitation For(Due due, CommandContext context) => due.Subject.Split('/') is [var pool, var membership]
        ? new EndInvitation(context, new PoolId(Guid.Parse(pool)), new MembershipId(Guid.Parse(membership)))
        : throw new FormatException($"'{due.Subject}' is no invitation.");

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(PoolId.Value).Uuid(MembershipId.Value);

    public override State Needs(WorkingState rows, DateTime now)
    {
        rows.Find(new Due.Of(DueKind, SubjectOf(PoolId, MembershipId)));
        return new State(rows.Find(new Participant.Of(PoolId, MembershipId)), rows.Find(new Membership.Of(MembershipId)));
    }

    public override Decision Decide(State state, DateTime now) =>
        state.Participant is { IsActive: false } invited && !invited.HoldsPlace(now)
            ? new InvitationEnded(Header(now), PoolId, MembershipId, state.Membership is { IsErased: false, MemberId: var member } ? member : null)
            : PoolView.NotFound(PoolId);

    /// <param name="Membership">Null if no membership had the invited number.</param>
    public sealed record State(Participant? Participant, Membership? Membership);
}

/// <param name="MemberId">The invited member; null if no membership had the invited number.</param>
[EventKind(86)]
public sealed record InvitationEnded(EventHeader Header, PoolId PoolId, MembershipId MembershipId, MemberId? MemberId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        rows.Remove(rows.Find(new Participant.Of(PoolId, MembershipId))!);
        Due.Settle(rows, EndInvitation.DueKind, EndInvitation.SubjectOf(PoolId, MembershipId));
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Uuid(PoolId.Value).Uuid(MembershipId.Value).OptionalUuid(MemberId?.Value);

    internal static InvitationEnded Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PoolId(reader.Uuid()), new MembershipId(reader.Uuid()), reader.OptionalUuid() is { } member ? new MemberId(member) : null);
}
