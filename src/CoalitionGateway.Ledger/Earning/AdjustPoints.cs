using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>Why an operator changes a member's points. The numbers match the contract's.</summary>
public enum AdjustmentReason
{
    /// <summary>Something was recorded wrongly.</summary>
    Correction = 1,

    /// <summary>A complaint was settled.</summary>
    Complaint = 2,

    /// <summary>Points were got by fraud.</summary>
    Fraud = 3,
}

/// <summary>Gives a member points of a programme, or takes some back, at the cost of the programme's brand.</summary>
/// <param name="AmountPoints">Negative: taken back. What the member does not have becomes debt.</param>
/// <param name="CaseReference">The operator's number of the case.</param>
public sealed record AdjustPoints(
    CommandContext Context, ProgrammeId ProgrammeId, string Number, long AmountPoints, AdjustmentReason Reason, string CaseReference)
    : GovernedCommand<AdjustPoints.State>(Context)
{
    /// <summary>The most points that one caller may give and take alone in a day (UTC).</summary>
    public long MaxPointsAlone { get; init; }

    public override string Method => nameof(AdjustPoints);

    public override void Encode(CanonicalWriter writer) => writer
        .Byte(1).Text(ProgrammeId.Value).Text(Number).Number(AmountPoints).Number((int)Reason).Text(CaseReference);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var programme = rows.Find(new Programme.Of(ProgrammeId));
        if (programme is null || MembershipNumber.Find(rows, ProgrammeId, Number) is not { } membership)
        {
            return new State(programme, null, null, Term.Plain, null);
        }

        var rules = ProgrammeTerms.RulesAt(rows, ProgrammeId, now);
        var term = rules.Lots.TermOf(now, Calendar.Of(programme.TimeZone)) with { UsableTime = null };
        var holdings = Holdings.Find(rows, ProgrammeId, membership.Id, now);
        holdings.NeedCredit(rows, term);
        return new State(programme, membership, holdings, term, rows.Find(AdjustedPoints.KeyOf(Context.Caller, now)));
    }

    public override Governance GovernanceOf(State state, DateTime now) =>
        new($"{state.Membership?.Id}", MayBeAlone: Int128.Abs(AmountPoints) + (state.Adjusted?.Points ?? 0) <= MaxPointsAlone) { IsSmall = true, About = state.Membership?.Id };

    // The order is the precedence, and the contract lists the same order.
    public override Decision Decide(State state, DateTime now)
    {
        if (state.Programme is not { } programme)
        {
            return ProgrammeRefusals.ProgrammeNotFound(ProgrammeId, "programme_id");
        }

        if (state is not { Membership: { } membership, Holdings: { } holdings })
        {
            return MemberRefusals.NumberNotFound(ProgrammeId);
        }

        var issue = AccountRef.Issue(ProgrammeId, programme.PartnerId);
        var posting = Posting.Of(
            ProgrammeId,
            AmountPoints > 0 ? [new(issue, -AmountPoints), .. holdings.Credit(AmountPoints, state.Term)] : [.. holdings.TakeBack(-AmountPoints), new(issue, -AmountPoints)])!;
        var (settled, owed) = AmountPoints > 0 ? (holdings.Settles(AmountPoints, state.Term), 0L) : (0L, holdings.Lacks(-AmountPoints));
        var made = new PointsAdjusted(
            Header(now), programme.PartnerId, membership.MemberId, membership.Id, ProgrammeId, AmountPoints, Reason, CaseReference, settled, owed, [posting]);
        return Decision.Accept(made).After(holdings.Settled(Context, membership.MemberId, now));
    }

    /// <param name="Term">When given points can be used and expire.</param>
    /// <param name="Adjusted">What the caller adjusted today.</param>
    public sealed record State(Programme? Programme, Membership? Membership, Holdings? Holdings, Term Term, AdjustedPoints? Adjusted);
}

/// <param name="PartnerId">The brand of the programme.</param>
/// <param name="SettledPoints">The part of given points that paid debt.</param>
/// <param name="OwedPoints">The part of taken points that the member did not have and owes.</param>
[EventKind(45, Answers = "AdjustPoints")]
public sealed record PointsAdjusted(
    EventHeader Header, PartnerId PartnerId, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId, long AmountPoints,
    AdjustmentReason Reason, string CaseReference, long SettledPoints, long OwedPoints, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        var key = AdjustedPoints.KeyOf(Header.Actor, Time);
        rows.Put(new AdjustedPoints(key.Actor, key.Day, (rows.Find(key)?.Points ?? 0) + Math.Abs(AmountPoints)));
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Text(PartnerId.Value).Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value).Number(AmountPoints).Number((int)Reason)
        .Text(CaseReference).Number(SettledPoints).Number(OwedPoints).Postings(Moves);

    internal static PointsAdjusted Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new ProgrammeId(reader.Text()),
        reader.Number(), reader.Value<AdjustmentReason>(), reader.Text(), reader.Number(), reader.Number(), reader.Postings());
}
