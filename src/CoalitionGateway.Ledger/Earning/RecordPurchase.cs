using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>Records a purchase and gives its points; the brand's issue account pays.</summary>
public sealed record RecordPurchase(
    CommandContext Context, PartnerId PartnerId, string Reference, string Number, Money Amount, DateTime PurchaseTime)
    : Command<EarningTerms>(Context)
{
    public override string Method => nameof(RecordPurchase);

    public override void Encode(CanonicalWriter writer) => Amount
        .Encode(writer.Byte(1).Text(PartnerId.Value).Text(Reference).Text(Number))
        .Time(PurchaseTime);

    public override EarningTerms Needs(WorkingState rows, DateTime now) => EarningTerms.Find(rows, PartnerId, Number, Reference);

    public override Decision Decide(EarningTerms state, DateTime now)
    {
        if (state.Refuses(PartnerId, Reference, "purchase_reference", Amount) is { } refusal)
        {
            return refusal;
        }

        var (earning, holdings) = (state.Earning!, state.Holdings!);
        var given = state.Agreement!.PointsFor(Amount.Micros)!.Value;
        var posting = Posting.Of(
            earning.ProgrammeId,
            [new(AccountRef.Issue(earning.ProgrammeId, PartnerId), -given), .. holdings.Credit(given)]);
        return new PurchaseRecorded(
            Header(now), PartnerId, Reference, earning.MemberId, earning.Id, earning.ProgrammeId, Amount, PurchaseTime,
            state.Agreement.Version, given, holdings.Settles(given), posting is null ? [] : [posting]);
    }
}

/// <param name="SettledPoints">The part of <paramref name="GivenPoints"/> that paid debt.</param>
[EventKind(40, Answers = "RecordPurchase")]
public sealed record PurchaseRecorded(
    EventHeader Header, PartnerId PartnerId, string Reference, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId,
    Money Amount, DateTime PurchaseTime, long AgreementVersion, long GivenPoints, long SettledPoints, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        rows.Put(new Purchase(
            PartnerId, Reference, false, Id, MemberId, MembershipId, ProgrammeId, Amount.CurrencyCode, Amount.Micros, 0, GivenPoints, 0));
        if (GivenPoints > 0)
        {
            var earned = Earned.Find(rows, PartnerId, MembershipId);
            rows.Put(earned with { GivenPoints = earned.GivenPoints + GivenPoints });
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => Amount
        .Encode(writer.Text(PartnerId.Value).Text(Reference).Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value))
        .Time(PurchaseTime).Number(AgreementVersion).Number(GivenPoints).Number(SettledPoints).Postings(Moves);

    internal static PurchaseRecorded Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), reader.Text(), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ProgrammeId(reader.Text()), Money.Decode(reader), reader.Time(), reader.Number(), reader.Number(), reader.Number(),
        reader.Postings());
}
