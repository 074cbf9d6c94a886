using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Purchases;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>
/// A campaign over several brands gave points, or its limits withheld all points. The event names no brand, and its actor is
/// the gateway. So no brand learns of a purchase elsewhere.
/// </summary>
/// <param name="SettledPoints">The part of <paramref name="AmountPoints"/> that paid debt.</param>
/// <param name="Counted">What the points add to the campaign's counters.</param>
[EventKind(47)]
public sealed record CampaignPaid(
    EventHeader Header, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId, string CampaignId, long Version, long AmountPoints,
    long WithheldPoints, Term Term, long SettledPoints, IReadOnlyList<Counted> Counted, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override IReadOnlyList<Posting> Postings => Moves;

    /// <summary>The events for a purchase's awards that stay apart from it.</summary>
    /// <param name="held">The member's points before these awards.</param>
    /// <param name="payerOf">The account that pays an award.</param>
    /// <param name="headerOf">The headers of the follow-ups, from 1.</param>
    public static IReadOnlyList<CampaignPaid> Of(
        Evaluated evaluated, Term term, MemberId member, Holdings held, Func<Award, AccountRef> payerOf, Func<int, EventHeader> headerOf)
    {
        var made = new List<CampaignPaid>(evaluated.Apart.Count);
        foreach (var award in evaluated.Apart)
        {
            var settled = held.Settles(award.Points, term);
            var posting = Posting.Of(held.ProgrammeId, [new(payerOf(award), -award.Points), .. held.Credit(award.Points, term)]);
            made.Add(new CampaignPaid(
                headerOf(made.Count + 1) with { Actor = Caller.Gateway }, member, held.MembershipId, held.ProgrammeId, award.RuleId, award.RuleVersion, award.Points,
                award.WithheldPoints, term, settled, made.Count == 0 ? evaluated.CountedApart : [], posting is null ? [] : [posting]));
            held = held with { OwedPoints = held.OwedPoints - settled };
        }

        return made;
    }

    public override void Apply(WorkingState rows)
    {
        foreach (var counted in Counted)
        {
            counted.Apply(rows, MembershipId);
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer)
    {
        writer.Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value).Text(CampaignId).Number(Version).Number(AmountPoints).Number(WithheldPoints);
        Term.Encode(writer);
        writer.Number(SettledPoints).List(Counted, Purchases.Counted.Encode).Postings(Moves);
    }

    internal static CampaignPaid Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new ProgrammeId(reader.Text()), reader.Text(), reader.Number(), reader.Number(),
        reader.Number(), Term.Decode(reader), reader.Number(), reader.List(Purchases.Counted.Decode), reader.Postings());
}
