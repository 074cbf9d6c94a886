using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.SignIns;

namespace CoalitionGateway.Ledger.Linking;

/// <summary>A membership came to the member from another member, who is the same person.</summary>
/// <param name="FormerMemberId">The former holder of the membership.</param>
/// <param name="MembershipId">The membership that came.</param>
public abstract record MembershipCame(EventHeader Header, MemberId MemberId, MemberId FormerMemberId, MembershipId MembershipId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    /// <summary>The kinds of events by which a membership comes.</summary>
    public static readonly IReadOnlyList<EventKind> Kinds = [EventKind.Of<MembershipLinked>(), EventKind.Of<MembershipsMerged>()];
}

/// <summary>The move in the log of the former holder. Does not name the new holder.</summary>
[EventKind(32)]
public sealed record MembershipMoved(EventHeader Header, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        // The answering event moved the membership. Nobody can sign in as a member without one.
        if (rows.FindAll(new Membership.ByMember(MemberId)).Count == 0)
        {
            SignInRows.Remove(rows, MemberId);
        }
    }

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        if (rows.FindAll(new Membership.ByMember(MemberId)).Count == 0)
        {
            SignInRows.RemovePasskeys(rows, MemberId);
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value);

    internal static MembershipMoved Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new ProgrammeId(reader.Text()));
}
