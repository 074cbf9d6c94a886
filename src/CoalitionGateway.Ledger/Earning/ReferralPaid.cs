using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Purchases;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>One of two members got points, because the one had referred the other, who bought for the first time.</summary>
/// <param name="PartnerId">The brand of the programme, which pays.</param>
/// <param name="IsReferrer">Whether this is the member who referred.</param>
/// <param name="SettledPoints">The part of <paramref name="AmountPoints"/> that paid debt.</param>
[EventKind(46)]
public sealed record ReferralPaid(
    EventHeader Header, PartnerId PartnerId, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId, bool IsReferrer, long AmountPoints,
    Term Term, long SettledPoints, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        if (IsReferrer)
        {
            new Counted(ReferralRule.CounterRule, "", AmountPoints, 1).Apply(rows, MembershipId);
        }
        else
        {
            rows.Remove(rows.Find(new Referral.Of(MembershipId))!);
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer)
    {
        Term.Encode(writer.Text(PartnerId.Value).Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value).Flag(IsReferrer).Number(AmountPoints));
        writer.Number(SettledPoints).Postings(Moves);
    }

    internal static ReferralPaid Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new ProgrammeId(reader.Text()), reader.Flag(),
        reader.Number(), Term.Decode(reader), reader.Number(), reader.Postings());
}
