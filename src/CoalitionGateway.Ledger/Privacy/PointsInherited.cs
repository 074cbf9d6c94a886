using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;

namespace CoalitionGateway.Ledger.Privacy;

/// <summary>
/// The heir's part of an erasure: the remaining points were credited to the membership that the programme's closing
/// rule names. The event does not name the erased member, and the gateway is its actor.
/// </summary>
/// <param name="Points">The credited points. They pay the heir's debt first.</param>
[EventKind(33)]
public sealed record PointsInherited(
    EventHeader Header, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId, long Points, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override IReadOnlyList<Posting> Postings => Moves;

    /// <summary>The credit to a settlement's heir.</summary>
    public static PointsInherited Of(Settlement settlement, EventHeader header)
    {
        var (member, holdings) = settlement.Heir!;
        var points = settlement.InheritedPoints;
        return new PointsInherited(
            header, member, holdings.MembershipId, holdings.ProgrammeId, points,
            [Posting.Of(holdings.ProgrammeId, [new PostingLine(AccountRef.Transit(holdings.ProgrammeId), -points), .. holdings.Credit(points)])!]);
    }

    public override void Apply(WorkingState rows)
    {
        // Only the posting has an effect.
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value).Number(Points).Postings(Moves);

    internal static PointsInherited Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new ProgrammeId(reader.Text()), reader.Number(), reader.Postings());
}
