using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>Takes back points of a recorded purchase.</summary>
/// <param name="Amount">The returned amount; null: everything that is not returned yet.</param>
public sealed record ReversePurchase(CommandContext Context, PartnerId PartnerId, string Reference, Money? Amount)
    : Command<ReversePurchase.State>(Context)
{
    public override string Method => nameof(ReversePurchase);

    public override void Encode(CanonicalWriter writer) => writer
        .Byte(1).Text(PartnerId.Value).Text(Reference)
        .OptionalText(Amount?.CurrencyCode).OptionalNumber(Amount?.Micros);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var purchase = rows.Find(new Purchase.Of(PartnerId, Reference));
        return new State(
            purchase, purchase is null ? null : Holdings.Find(rows, purchase.ProgrammeId, purchase.MembershipId),
            purchase is null ? null : Earned.Find(rows, PartnerId, purchase.MembershipId),
            purchase is null ? null : rows.Find(new Membership.Of(purchase.MembershipId)));
    }

    public override Decision Decide(State state, DateTime now)
    {
        if (state is not { Purchase: { IsReturn: false } purchase, Holdings: { } holdings })
        {
            return new Refusal(RefusalReason.PurchaseNotFound, $"No purchase was recorded with reference {Reference}.", "purchase_reference")
                .With("reference", Reference);
        }

        if (Amount is { } given && given.CurrencyCode != purchase.CurrencyCode)
        {
            return ProgrammeRefusals.CurrencyMismatch(purchase.CurrencyCode, given.CurrencyCode, "amount.currency_code");
        }

        var returnable = purchase.AmountMicros - purchase.ReturnedMicros;
        var micros = Amount?.Micros ?? returnable;
        if (micros > returnable || returnable == 0)
        {
            return new Refusal(RefusalReason.ReturnExceedsPurchase, $"Only {returnable} micros of the purchase are not yet returned.", "amount.micros")
                .With("returnable_micros", returnable);
        }

        var returned = purchase.ReturnedMicros + micros;
        var takenInTotal = (long)((Int128)purchase.GivenPoints * returned / purchase.AmountMicros);
        var taken = takenInTotal - purchase.TakenPoints;
        if (taken > state.Earned!.LeftPoints)
        {
            // An unlinked return took these points before. Each point is taken back only once.
            return RecordReturn.ExceedsGiven(state.Earned.LeftPoints, "amount.micros");
        }

        var posting = Posting.Of(
            purchase.ProgrammeId,
            [.. holdings.TakeBack(taken), new(AccountRef.Issue(purchase.ProgrammeId, PartnerId), taken)]);
        // The event belongs to the current holder of the membership, whose points move. If that holder is erased, the
        // event belongs to the member of the purchase.
        var member = state.Membership is { IsErased: false, MemberId: var holder } ? holder : purchase.MemberId;
        return new PurchaseReversed(
            Header(now), PartnerId, Reference, member, purchase.MembershipId, purchase.ProgrammeId,
            purchase.CurrencyCode, micros, returned, taken, holdings.Lacks(taken), posting is null ? [] : [posting]);
    }

    public sealed record State(Purchase? Purchase, Holdings? Holdings, Earned? Earned, Membership? Membership);
}

/// <param name="AmountMicros">The amount that this reversal returned.</param>
/// <param name="ReturnedMicros">The total amount returned, including this reversal.</param>
[EventKind(41, Answers = "ReversePurchase")]
public sealed record PurchaseReversed(
    EventHeader Header, PartnerId PartnerId, string Reference, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId,
    string CurrencyCode, long AmountMicros, long ReturnedMicros, long TakenPoints, long OwedPoints, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        var purchase = rows.Find(new Purchase.Of(PartnerId, Reference))!;
        rows.Put(purchase with { ReturnedMicros = ReturnedMicros, TakenPoints = purchase.TakenPoints + TakenPoints });
        if (TakenPoints > 0)
        {
            var earned = Earned.Find(rows, PartnerId, MembershipId);
            rows.Put(earned with { TakenPoints = earned.TakenPoints + TakenPoints });
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Text(PartnerId.Value).Text(Reference).Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value)
        .Text(CurrencyCode).Number(AmountMicros).Number(ReturnedMicros).Number(TakenPoints).Number(OwedPoints).Postings(Moves);

    internal static PurchaseReversed Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), reader.Text(), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ProgrammeId(reader.Text()), reader.Text(), reader.Number(), reader.Number(), reader.Number(), reader.Number(),
        reader.Postings());
}
