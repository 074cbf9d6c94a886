using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>Reserves points of a member for a payment at a brand, or spends them at once.</summary>
/// <param name="Number">The member's number in the brand's own programme.</param>
/// <param name="ProgrammeId">The programme whose points are spent; null: the brand's own.</param>
/// <param name="Bill">The whole amount to pay.</param>
/// <param name="IsSpentNow">Whether the points are spent at once.</param>
public sealed record ReservePoints(
    CommandContext Context, PartnerId PartnerId, string Reference, string Number, ProgrammeId? ProgrammeId, long AmountPoints, Money Bill, bool IsSpentNow)
    : Command<ReservePoints.State>(Context)
{
    public override string Method => nameof(ReservePoints);

    public override void Encode(CanonicalWriter writer) => Bill
        .Encode(writer.Byte(1).Text(PartnerId.Value).Text(Reference).Text(Number).Text(ProgrammeId?.Value ?? "").Number(AmountPoints)).Flag(IsSpentNow);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var taken = rows.FindTaken(new Redemption.Of(PartnerId, Reference));
        var home = rows.Find(new Programme.OwnedBy(PartnerId));
        var known = home is null ? null : MembershipNumber.Find(rows, home.Id, Number);
        var programme = ProgrammeId is { } id ? rows.Find(new Programme.Of(id)) : home;
        var spender = known is null || programme is null ? null : programme.Id == home!.Id ? known : rows.Find(new Membership.OfMember(known.MemberId, programme.Id));
        var state = new State(taken, home, programme, known, spender) { Rules = programme is null ? ProgrammeRules.None : ProgrammeTerms.RulesAt(rows, programme.Id, now) };
        if (spender is null || state.Rule is not { } rule)
        {
            return state;
        }

        var holdings = Holdings.Find(rows, spender.ProgrammeId, spender.Id, now);
        var until = Until(rule, holdings, now);
        foreach (var part in holdings.PartsOf(Math.Min(AmountPoints, holdings.AvailablePoints)))
        {
            rows.Find(new Account.Of(holdings.ReservedOf(part.Term, until).Id));
        }

        return state with
        {
            Holdings = holdings, UntilTime = until, InactiveTime = state.Rules.Inactivity?.EndOf(now, Calendar.Of(programme!.TimeZone)) ?? holdings.InactiveTime,
        };
    }

    // The order is the precedence, and the contract lists the same order.
    public override Decision Decide(State state, DateTime now)
    {
        if (state.Home is not { } home)
        {
            return MemberRefusals.PartnerWithoutProgramme(PartnerId);
        }

        if (state.Taken is not null)
        {
            return new Refusal(RefusalReason.RedemptionReferenceTaken, "The reference is used already; GetRedemption shows for what.", "redemption_reference")
                .With("redemption_reference", Reference);
        }

        if (state.Programme is not { } programme || state.Rule is not { } rule || (programme.Id != home.Id && !rule.Partners.Contains(PartnerId)))
        {
            return NotOffered(PartnerId, ProgrammeId ?? home.Id);
        }

        if (state.Known is null)
        {
            return MemberRefusals.NumberNotFound(home.Id);
        }

        if (state is not { Spender: { } spender, Holdings: { } holdings })
        {
            return MemberRefusals.NotAMember(programme.Id, "programme_id");
        }

        if (RefusesAmount(programme, rule, holdings) is { } refusal)
        {
            return refusal;
        }

        var needsApproval = programme.Id != home.Id || (rule.ApprovalAbovePoints > 0 && AmountPoints > rule.ApprovalAbovePoints);
        if (needsApproval && IsSpentNow)
        {
            return NotApproved("spend_now", programme.Id == home.Id ? rule.ApprovalAbovePoints : 0);
        }

        var parts = holdings.PartsOf(AmountPoints);
        var posting = Posting.Of(
            programme.Id,
            [
                .. holdings.Debit(AmountPoints),
                .. IsSpentNow
                    ? [new PostingLine(AccountRef.Redeemed(programme.Id, PartnerId), AmountPoints)]
                    : parts.Select(part => new PostingLine(holdings.ReservedOf(part.Term, state.UntilTime), part.Points)),
            ])!;
        var made = new PointsReserved(
            Header(now), PartnerId, Reference, spender.MemberId, spender.Id, programme.Id, AmountPoints, Bill, IsSpentNow, needsApproval,
            state.UntilTime, programme.PointValue, parts, state.InactiveTime, [posting]);
        return Decision.Accept(made).After(holdings.Settled(Context, spender.MemberId, now));
    }

    /// <summary>The refusal where points of a programme cannot be spent at a brand.</summary>
    public static Refusal NotOffered(PartnerId partner, ProgrammeId programme) =>
        new Refusal(RefusalReason.SpendingNotOffered, $"Points of {programme} cannot be spent at {partner} now; ask the operator to publish terms with spending.", "programme_id")
            .With("programme_id", programme.Value);

    /// <summary>The refusal to spend points that the member has not approved.</summary>
    /// <param name="abovePoints">Up to so many points need no approval. 0: all need it.</param>
    internal static Refusal NotApproved(string field, long abovePoints) =>
        new Refusal(RefusalReason.RedemptionNotApproved, "The member must approve first; reserve the points, and capture them after ApproveRedemption.", field)
            .With("approval_above_points", abovePoints);

    /// <summary>When a reservation ends: at a whole minute, and not after the first of its points expire.</summary>
    private DateTime Until(SpendingRule rule, Holdings holdings, DateTime now)
    {
        var minute = TimeSpan.TicksPerMinute;
        var end = new DateTime((now.AddMinutes(rule.ReservationMinutes).Ticks + minute - 1) / minute * minute, DateTimeKind.Utc);
        var first = holdings.PartsOf(Math.Min(AmountPoints, holdings.AvailablePoints)).Min(part => holdings.ExpireTimeOf(part.Term));
        return first < end ? first.Value : end;
    }

    private Refusal? RefusesAmount(Programme programme, SpendingRule rule, Holdings holdings)
    {
        if (Bill.CurrencyCode != programme.ValueCurrencyCode)
        {
            return ProgrammeRefusals.CurrencyMismatch(programme.ValueCurrencyCode, Bill.CurrencyCode, "bill.currency_code");
        }

        var most = rule.Within(MostFor(programme, rule));
        if (AmountPoints < rule.MinPoints || AmountPoints % rule.StepPoints != 0)
        {
            var least = (rule.MinPoints + rule.StepPoints - 1) / rule.StepPoints * rule.StepPoints;
            return new Refusal(RefusalReason.SpendingStep, $"Points are spent in steps of {rule.StepPoints}, from {least} on.", "amount_points")
                .With("step_points", rule.StepPoints).With("least_points", least).With("nearest_points", Math.Max(least, AmountPoints / rule.StepPoints * rule.StepPoints));
        }

        if (AmountPoints > most)
        {
            return new Refusal(RefusalReason.SpendingLimit, $"At most {most} points can pay for this bill.", "amount_points")
                .With("max_points", most).With("max_bill_percent", rule.MaxBillPercent);
        }

        return AmountPoints > holdings.AvailablePoints ? holdings.Insufficient("amount_points", rule.Within(holdings.AvailablePoints)) : null;
    }

    /// <summary>The most points that may pay for the bill. What they are worth is never more than the allowed part of the bill.</summary>
    private long MostFor(Programme programme, SpendingRule rule) => (long)Int128.Min((Int128)Bill.Micros * rule.MaxBillPercent / 100 / programme.ValueMicros, Points.MaxPerCommand);

    /// <param name="Home">The brand's own programme.</param>
    /// <param name="Programme">The programme whose points are spent.</param>
    /// <param name="Known">The membership of the number.</param>
    /// <param name="Spender">The same member's membership whose points are spent.</param>
    public sealed record State(Redemption? Taken, Programme? Home, Programme? Programme, Membership? Known, Membership? Spender)
    {
        /// <summary>The rules of the programme now.</summary>
        public ProgrammeRules Rules { get; init; } = ProgrammeRules.None;

        /// <summary>How its points are spent; null: they cannot be.</summary>
        public SpendingRule? Rule => Rules.Spending;

        public Holdings? Holdings { get; init; }

        /// <summary>When the reservation ends by itself.</summary>
        public DateTime UntilTime { get; init; }

        /// <summary>When the member's points expire, if they do nothing more; null: never.</summary>
        public DateTime? InactiveTime { get; init; }
    }
}

/// <param name="IsSpent">Whether the points were spent at once.</param>
/// <param name="UntilTime">When the reservation ends by itself.</param>
/// <param name="PointValue">The value of one point.</param>
/// <param name="Parts">The terms of the points.</param>
/// <param name="InactiveTime">When the member's points expire, if they do nothing more; null: never.</param>
[EventKind(90, Answers = "ReservePoints")]
public sealed record PointsReserved(
    EventHeader Header, PartnerId PartnerId, string Reference, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId, long AmountPoints, Money Bill,
    bool IsSpent, bool NeedsApproval, DateTime UntilTime, Money PointValue, IReadOnlyList<LotPart> Parts, DateTime? InactiveTime, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    /// <summary>The redemption after the event.</summary>
    public Redemption Redemption => new(
        PartnerId, Reference, Id, ProgrammeId, MembershipId, AmountPoints, IsSpent ? AmountPoints : 0, 0, IsSpent ? RedemptionState.Captured : RedemptionState.Reserved,
        NeedsApproval, null, Time, UntilTime, PointValue.CurrencyCode, PointValue.Micros, new RedeemedParts(Parts));

    public override void Apply(WorkingState rows)
    {
        rows.Put(Redemption);
        Inactivity.Set(rows, ProgrammeId, MembershipId, InactiveTime);
    }

    private protected override void EncodeBody(CanonicalWriter writer) => Bill
        .Encode(writer.Text(PartnerId.Value).Text(Reference).Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value).Number(AmountPoints))
        .Flag(IsSpent).Flag(NeedsApproval).Time(UntilTime).Text(PointValue.CurrencyCode).Number(PointValue.Micros).List(Parts, LotPart.Encode)
        .OptionalTime(InactiveTime).Postings(Moves);

    internal static PointsReserved Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), reader.Text(), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new ProgrammeId(reader.Text()),
        reader.Number(), Money.Decode(reader), reader.Flag(), reader.Flag(), reader.Time(), new Money(reader.Text(), reader.Number()), reader.List(LotPart.Decode), reader.OptionalTime(), reader.Postings());
}
