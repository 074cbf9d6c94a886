using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>Takes back points of a recorded purchase.</summary>
/// <param name="Amount">The returned amount; null: everything that is not returned yet.</param>
public sealed record ReversePurchase(CommandContext Context, PartnerId PartnerId, string Reference, Money? Amount)
    : Command<ReversePurchase.State>(Context)
{
    /// <summary>The partner's own reference of the reversal; empty: the event's id.</summary>
    public string ReversalReference { get; init; } = "";

    public override string Method => nameof(ReversePurchase);

    public override void Encode(CanonicalWriter writer) => writer
        .Byte(1).Text(PartnerId.Value).Text(Reference)
        .OptionalText(Amount?.CurrencyCode).OptionalNumber(Amount?.Micros).Text(ReversalReference);

    public override State Needs(WorkingState rows, DateTime now)
    {
        if (rows.Find(new Purchase.Of(PartnerId, Reference)) is not { } purchase || Membership.Find(rows, purchase.MembershipId) is not { } membership)
        {
            return new State(null, null, null, null);
        }

        var holdings = Holdings.Find(rows, purchase.ProgrammeId, membership.Id, now);
        return new State(purchase, holdings, Earned.Find(rows, PartnerId, membership.Id), membership)
        {
            Awards = AwardReturns.Find(rows, purchase, holdings, now),
            Taken = ReversalReference.Length == 0 ? null : rows.FindTaken(new Reversal.Of(PartnerId, ReversalReference)),
        };
    }

    public override Decision Decide(State state, DateTime now)
    {
        if (state is not { Purchase: { IsReturn: false } purchase, Holdings: { } holdings })
        {
            return NotFound(Reference);
        }

        if (state.Taken is not null)
        {
            return EarningTerms.ReferenceTaken(ReversalReference, "reversal_reference");
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
        var parts = Parts(state, purchase, returned);
        var own = state.Awards is { } paid ? parts.Where((_, i) => paid.IsOwn(paid.Made.Awards[i])).Sum() : parts.Sum();
        if (own > state.Earned!.LeftPoints)
        {
            // An unlinked return took these points before. Each point is taken back only once.
            return RecordReturn.ExceedsGiven(state.Earned.LeftPoints, "amount.micros");
        }

        var taken = parts.Sum();
        var lapsed = state.Awards?.FromBreakage(parts) ?? [];

        // Where the member is gone, a return takes from what lapsed.
        var fromMember = state.Membership!.IsErased ? 0 : taken - lapsed.Sum(part => part.Points);
        var posting = Posting.Of(
            purchase.ProgrammeId,
            [
                .. holdings.TakeBack(fromMember, state.Awards?.Filled(parts, now) ?? [(Term.Plain, taken)]),
                new(AccountRef.Breakage(purchase.ProgrammeId), fromMember - taken),
                .. state.Awards?.Refunds(parts, now) ?? [new(AccountRef.Issue(purchase.ProgrammeId, PartnerId), taken)],
            ]);

        // The event belongs to the current holder of the membership, whose points move. If that holder is erased, the
        // event belongs to the member of the purchase.
        var member = state.Membership is { IsErased: false, MemberId: var holder } ? holder : purchase.MemberId;
        var made = new PurchaseReversed(
            Header(now), PartnerId, Reference, ReversalReference.Length > 0 ? ReversalReference : $"{Context.EventId}",
            member, holdings.MembershipId, purchase.ProgrammeId,
            purchase.CurrencyCode, micros, returned, taken, holdings.Lacks(fromMember), own,
            state.Awards is null ? [] : parts,
            state.Membership.IsErased ? [] : state.Awards?.Uncounted(parts, purchase.ReturnedMicros, returned, returned == purchase.AmountMicros) ?? [],
            lapsed, posting is null ? [] : [posting]);
        return Decision.Accept(made).After(
            [holdings.Settled(Context, member, now), .. state.Awards?.Shares.Select(share => share.Settled(Context, member, holdings.MembershipId, now)) ?? []]);
    }

    public static Refusal NotFound(string reference) =>
        new Refusal(RefusalReason.PurchaseNotFound, $"No purchase was recorded with reference {reference}.", "purchase_reference").With("reference", reference);

    /// <summary>The points that each award loses by this return.</summary>
    private static IReadOnlyList<long> Parts(State state, Purchase purchase, long returned)
    {
        if (state.Awards is not { } awards)
        {
            var takenInTotal = (long)((Int128)purchase.GivenPoints * returned / purchase.AmountMicros);
            return [takenInTotal - purchase.TakenPoints];
        }

        return [.. awards.TakenAfter(returned).Zip(awards.TakenAfter(purchase.ReturnedMicros), (after, before) => after - before)];
    }

    public sealed record State(Purchase? Purchase, Holdings? Holdings, Earned? Earned, Membership? Membership)
    {
        /// <summary>The awards of the purchase; null if the agreement alone gave plain points.</summary>
        public AwardReturns? Awards { get; init; }

        /// <summary>Another reversal with the same reference.</summary>
        public Reversal? Taken { get; init; }
    }
}

/// <param name="AmountMicros">The amount that this reversal returned.</param>
/// <param name="OwnPoints">The part of <paramref name="TakenPoints"/> that the brand itself had paid.</param>
/// <param name="TakenOfAwards">The points that each award lost, in the order of the purchase's awards; empty if it has none.</param>
/// <param name="Uncounted">What the return gave back to counters: negative numbers.</param>
/// <param name="Lapsed">The part of <paramref name="TakenPoints"/> that had expired and came from breakage.</param>
/// <param name="ReturnedMicros">The total amount returned, including this reversal.</param>
[EventKind(41, Answers = "ReversePurchase")]
public sealed record PurchaseReversed(
    EventHeader Header, PartnerId PartnerId, string Reference, string ReversalReference, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId,
    string CurrencyCode, long AmountMicros, long ReturnedMicros, long TakenPoints, long OwedPoints, long OwnPoints,
    IReadOnlyList<long> TakenOfAwards, IReadOnlyList<Counted> Uncounted, IReadOnlyList<LapsedPart> Lapsed, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        rows.Put(new Reversal(PartnerId, ReversalReference, Reference, Id));
        var purchase = rows.Find(new Purchase.Of(PartnerId, Reference))!;
        rows.Put(purchase with { ReturnedMicros = ReturnedMicros, TakenPoints = purchase.TakenPoints + TakenPoints });
        if (OwnPoints > 0)
        {
            var earned = Earned.Find(rows, PartnerId, MembershipId);
            rows.Put(earned with { TakenPoints = earned.TakenPoints + OwnPoints });
        }

        foreach (var counted in Uncounted)
        {
            counted.Apply(rows, MembershipId);
        }

        foreach (var (account, end, points) in Lapsed)
        {
            var lapsed = rows.Find(new LapsedLot.Of(account, end))!;
            rows.Put(lapsed with { Points = lapsed.Points - points });
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Text(PartnerId.Value).Text(Reference).Text(ReversalReference).Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value)
        .Text(CurrencyCode).Number(AmountMicros).Number(ReturnedMicros).Number(TakenPoints).Number(OwedPoints).Number(OwnPoints)
        .List(TakenOfAwards, static (w, points) => w.Number(points)).List(Uncounted, Counted.Encode).List(Lapsed, static (w, part) => part.Encode(w)).Postings(Moves);

    internal static PurchaseReversed Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), reader.Text(), reader.Text(), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ProgrammeId(reader.Text()), reader.Text(), reader.Number(), reader.Number(), reader.Number(), reader.Number(), reader.Number(),
        reader.List(static r => r.Number()), reader.List(Counted.Decode), reader.List(LapsedPart.Decode), reader.Postings());
}

/// <summary>A reversal of a purchase, under the partner's reference.</summary>
public sealed record Reversal(PartnerId PartnerId, string Reference, string PurchaseReference, EventId EventId) : Row
{
    public override Key Primary => new Of(PartnerId, Reference);

    public override bool IsInsertOnly => true;

    public sealed record Of(PartnerId PartnerId, string Reference) : Key<Reversal>;
}
