using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>Gives back the points that an unlinked return took.</summary>
public sealed record UndoReturn(CommandContext Context, PartnerId PartnerId, string Reference) : Command<UndoReturn.State>(Context)
{
    public override string Method => nameof(UndoReturn);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Text(Reference);

    public override State Needs(WorkingState rows, DateTime now)
    {
        if (rows.Find(new Purchase.Of(PartnerId, Reference)) is not { } found || Membership.Find(rows, found.MembershipId) is not { } membership)
        {
            return new State(null, null, null, null);
        }

        return new State(found, membership, Holdings.Find(rows, found.ProgrammeId, membership.Id, now), Earned.Find(rows, PartnerId, membership.Id))
        {
            OfLots = LinesOfLots(rows, found, membership.Id, now),
        };
    }

    /// <summary>The lines that give the points back to the lots from which the return took them.</summary>
    private static PostingLine[] LinesOfLots(WorkingState rows, Purchase found, MembershipId membership, DateTime now)
    {
        if (rows.Find(new LotKeeping.Of(found.ProgrammeId)) is null || rows.Find(new StoredEvent.Of(found.EventId)) is not { } stored)
        {
            return [];
        }

        PostingLine[] lines =
        [
            .. EventCodec.Decode(stored.Body).Postings.SelectMany(posting => posting.Lines).Where(line => line.Account.Kind.IsLot()).Select(line =>
            {
                var (programme, term) = (found.ProgrammeId, Lot.Holding(line.Account).Term.At(now));
                return new PostingLine(
                    term.IsPlain ? AccountRef.Points(programme, membership) : Lot.AccountOf(programme, $"{membership}", term), -line.AmountPoints);
            }),
        ];
        foreach (var line in lines)
        {
            rows.Find(new Account.Of(line.Account.Id));
        }

        return lines;
    }

    public override Decision Decide(State state, DateTime now)
    {
        // A return is undone once, as a whole. After the member's erasure it cannot be undone: the member's points are settled.
        if (state is not { Return: { IsReturn: true, ReturnedMicros: 0 } found, Membership: { IsErased: false } membership, Holdings: { } holdings })
        {
            return new Refusal(RefusalReason.ReturnNotFound, $"No return was recorded with reference {Reference}, or it is undone already.", "return_reference")
                .With("reference", Reference);
        }

        var restored = found.TakenPoints;
        var others = restored - state.OfLots.Sum(line => line.AmountPoints);
        PostingLine[] back = [.. holdings.Credit(others), .. OfLots(state, holdings, holdings.OwedPoints - holdings.Settles(others))];
        var posting = Posting.Of(found.ProgrammeId, [new(AccountRef.Issue(found.ProgrammeId, PartnerId), -restored), .. back]);
        var made = new ReturnUndone(
            Header(now), PartnerId, Reference, membership.MemberId, membership.Id, found.ProgrammeId,
            restored, back.Where(line => line.Account == holdings.Receivable).Sum(line => line.AmountPoints), posting is null ? [] : [posting]);
        return Decision.Accept(made).After(holdings.Settled(Context, membership.MemberId, now));
    }

    /// <summary>The lines that give points back to lots. Those that can be used pay what is still owed first.</summary>
    private static IEnumerable<PostingLine> OfLots(State state, Holdings holdings, long owed)
    {
        foreach (var line in state.OfLots)
        {
            var pays = line.Account.Kind == AccountKind.Pending ? 0 : Math.Min(owed, line.AmountPoints);
            owed -= pays;
            yield return new(holdings.Receivable, pays);
            yield return line with { AmountPoints = line.AmountPoints - pays };
        }
    }

    public sealed record State(Purchase? Return, Membership? Membership, Holdings? Holdings, Earned? Earned)
    {
        /// <summary>The lines that give points back to lots. The other points are plain.</summary>
        public IReadOnlyList<PostingLine> OfLots { get; init; } = [];
    }
}

/// <param name="SettledPoints">The part of <paramref name="RestoredPoints"/> that paid debt.</param>
[EventKind(43, Answers = "UndoReturn")]
public sealed record ReturnUndone(
    EventHeader Header, PartnerId PartnerId, string Reference, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId,
    long RestoredPoints, long SettledPoints, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        var found = rows.Find(new Purchase.Of(PartnerId, Reference))!;
        rows.Put(found with { ReturnedMicros = found.AmountMicros, TakenPoints = 0, GivenPoints = 0 });
        if (found.GivenPoints > 0)
        {
            // Points that the return took beyond the given ones were debt and did not count as taken back.
            var earned = Earned.Find(rows, PartnerId, MembershipId);
            rows.Put(earned with { TakenPoints = earned.TakenPoints - found.GivenPoints });
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Text(PartnerId.Value).Text(Reference).Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value)
        .Number(RestoredPoints).Number(SettledPoints).Postings(Moves);

    internal static ReturnUndone Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), reader.Text(), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ProgrammeId(reader.Text()), reader.Number(), reader.Number(), reader.Postings());
}
