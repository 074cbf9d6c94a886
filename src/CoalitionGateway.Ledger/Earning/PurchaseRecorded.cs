using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Earning;

/// <param name="GivenPoints">The points of all awards.</param>
/// <param name="Details">What the partner told beside the amount; null: nothing.</param>
/// <param name="TermsVersion">The version of the programme's terms; 0: there were none.</param>
/// <param name="SettledPoints">The part of <paramref name="GivenPoints"/> that paid debt.</param>
/// <param name="OwnPoints">The part of <paramref name="GivenPoints"/> that the brand itself pays.</param>
/// <param name="AvailablePoints">The membership's points that can be used, after the purchase.</param>
/// <param name="Awards">Empty: one award of the agreement, with all points, which are plain.</param>
/// <param name="Counted">What the awards added to counters.</param>
/// <param name="InactiveTime">When the member's points expire, if they do nothing more; null: never.</param>
/// <param name="Tier">The member's way to the programme's tiers; null if it has none.</param>
[EventKind(40, Answers = "RecordPurchase")]
public sealed record PurchaseRecorded(
    EventHeader Header, PartnerId PartnerId, string Reference, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId,
    Money Amount, DateTime PurchaseTime, PurchaseDetails? Details, long AgreementVersion, long TermsVersion, long GivenPoints, long SettledPoints, long OwnPoints,
    long AvailablePoints, IReadOnlyList<Award> Awards, IReadOnlyList<Counted> Counted, TierProgress? Tier, DateTime? InactiveTime,
    IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    /// <summary>The awards. Without a list there is one of the agreement, with plain points.</summary>
    public IReadOnlyList<Award> AllAwards => Awards.Count > 0 ? Awards : [new Award(AwardRule.Agreement, "", AgreementVersion, GivenPoints, 0, Term.Plain)];

    public override void Apply(WorkingState rows)
    {
        rows.Put(new Purchase(
            PartnerId, Reference, false, Id, MemberId, MembershipId, ProgrammeId, Amount.CurrencyCode, Amount.Micros, 0, GivenPoints, 0, PurchaseTime, Awards.Count > 0));
        if (OwnPoints > 0)
        {
            var earned = Earned.Find(rows, PartnerId, MembershipId);
            rows.Put(earned with { GivenPoints = earned.GivenPoints + OwnPoints });
        }

        if (Tier is { FromTime: { } from, UntilTime: { } until } reached)
        {
            rows.Put(new TierHeld(MembershipId, reached.ReachedId, from, until));
            ReminderDue.Schedule(rows, ProgrammeId, MembershipId, until);
            if (reached.PausesExpiry)
            {
                ExpiryPause.Extend(rows, MembershipId, Time, until);
            }
        }

        foreach (var award in Awards)
        {
            if (award.WaitingPoints > 0)
            {
                rows.Put(new WaitingAward(PartnerId, Reference, award.RuleId, award.RuleVersion, MembershipId, award.WaitingPoints, null, 0, null, null));
            }
        }

        Inactivity.Set(rows, ProgrammeId, MembershipId, InactiveTime);
        foreach (var counted in Counted)
        {
            counted.Apply(rows, MembershipId);
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer)
    {
        Amount.Encode(writer.Text(PartnerId.Value).Text(Reference).Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value)).Time(PurchaseTime);
        PurchaseDetails.Encode(writer, Details);
        writer.Number(AgreementVersion).Number(TermsVersion).Number(GivenPoints).Number(SettledPoints).Number(OwnPoints).Number(AvailablePoints)
            .List(Awards, Award.Encode).List(Counted, Purchases.Counted.Encode);
        TierProgress.Encode(writer, Tier);
        writer.OptionalTime(InactiveTime).Postings(Moves);
    }

    internal static PurchaseRecorded Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), reader.Text(), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ProgrammeId(reader.Text()), Money.Decode(reader), reader.Time(), PurchaseDetails.Decode(reader), reader.Number(), reader.Number(), reader.Number(),
        reader.Number(), reader.Number(), reader.Number(), reader.List(Award.Decode), reader.List(Purchases.Counted.Decode),
        TierProgress.Decode(reader), reader.OptionalTime(), reader.Postings());
}
