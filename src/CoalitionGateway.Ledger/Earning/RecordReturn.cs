using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>
/// Records an unlinked return, whose purchase is not known. Takes back the points that a purchase of this amount would
/// earn now, but at most the points that the brand gave and did not take back yet, unless the agreement allows debt.
/// </summary>
public sealed record RecordReturn(
    CommandContext Context, PartnerId PartnerId, string Reference, string Number, Money Amount, DateTime ReturnTime)
    : Command<EarningTerms>(Context)
{
    public override string Method => nameof(RecordReturn);

    public override void Encode(CanonicalWriter writer) => Amount
        .Encode(writer.Byte(1).Text(PartnerId.Value).Text(Reference).Text(Number))
        .Time(ReturnTime);

    public override EarningTerms Needs(WorkingState rows, DateTime now) => EarningTerms.Find(rows, PartnerId, Number, Reference, ReturnTime, now);

    public override Decision Decide(EarningTerms state, DateTime now)
    {
        if (state.Refuses(PartnerId, Reference, "return_reference", Amount, ReturnTime, now, "return_time") is { } refusal)
        {
            return refusal;
        }

        var (earning, holdings) = (state.Earning!, state.Holdings!);
        var (agreement, earned) = (state.Agreement!, state.Earned!);
        var taken = agreement.Terms.PointsFor(Amount)!.Value;
        var left = agreement.AllowDebtByReturn ? long.MaxValue : earned.LeftPoints;
        if (taken > left)
        {
            return ExceedsGiven(left, "amount.micros");
        }

        var leftToday = agreement.MaxReturnPointsPerDay > 0 ? Math.Max(0, agreement.MaxReturnPointsPerDay - earned.TakenOn(now)) : long.MaxValue;
        if (taken > leftToday)
        {
            return new Refusal(RefusalReason.ReturnExceedsGiven, $"The agreement lets {leftToday} more points be taken back from the member today; return less, or the rest after midnight (UTC).", "amount.micros")
                .With("left_points", Math.Min(left, leftToday));
        }

        var posting = Posting.Of(
            earning.ProgrammeId,
            [.. holdings.TakeBack(taken), new(AccountRef.Issue(earning.ProgrammeId, PartnerId), taken)]);
        var made = new ReturnRecorded(
            Header(now), PartnerId, Reference, earning.MemberId, earning.Id, earning.ProgrammeId, Amount, ReturnTime,
            agreement.Version, taken, holdings.Lacks(taken), posting is null ? [] : [posting]);
        return Decision.Accept(made).After(holdings.Settled(Context, earning.MemberId, now));
    }

    internal static Refusal ExceedsGiven(long leftPoints, string field) =>
        new Refusal(RefusalReason.ReturnExceedsGiven, $"Only {leftPoints} points can be taken back from the member now; undo a return that took too much, or return less.", field)
            .With("left_points", leftPoints);
}

/// <param name="OwedPoints">The part of <paramref name="TakenPoints"/> that was not available and became debt.</param>
[EventKind(42, Answers = "RecordReturn")]
public sealed record ReturnRecorded(
    EventHeader Header, PartnerId PartnerId, string Reference, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId,
    Money Amount, DateTime ReturnTime, long AgreementVersion, long TakenPoints, long OwedPoints, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        var earned = Earned.Find(rows, PartnerId, MembershipId);
        // Only points that the brand gave count as taken back. The rest is debt.
        var given = Math.Min(TakenPoints, earned.LeftPoints);
        rows.Put(new Purchase(
            PartnerId, Reference, true, Id, MemberId, MembershipId, ProgrammeId, Amount.CurrencyCode, Amount.Micros, 0, given, TakenPoints, ReturnTime, false));
        if (TakenPoints > 0)
        {
            rows.Put(earned with { TakenPoints = earned.TakenPoints + given, Day = Time.Date, DayPoints = earned.TakenOn(Time) + TakenPoints });
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => Amount
        .Encode(writer.Text(PartnerId.Value).Text(Reference).Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value))
        .Time(ReturnTime).Number(AgreementVersion).Number(TakenPoints).Number(OwedPoints).Postings(Moves);

    internal static ReturnRecorded Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), reader.Text(), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ProgrammeId(reader.Text()), Money.Decode(reader), reader.Time(), reader.Number(), reader.Number(), reader.Number(),
        reader.Postings());
}
