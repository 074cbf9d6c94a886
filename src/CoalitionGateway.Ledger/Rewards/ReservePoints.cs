using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>
/// Reserves points for a payment, or spends them at once: points of the brand's own programme, or, with a code that the member
/// made, of a programme whose agreement lets the brand take them.
/// </summary>
/// <param name="Number">The member's number in the brand's own programme. Empty with a code.</param>
/// <param name="Bill">The whole amount to pay.</param>
/// <param name="IsSpentNow">Whether the points are spent at once.</param>
public sealed record ReservePoints(
    CommandContext Context, PartnerId PartnerId, string Reference, string Number, long AmountPoints, Money Bill, bool IsSpentNow)
    : Command<ReservePoints.State>(Context)
{
    /// <summary>The keyed hash of the code by which the member agreed; null: none was shown.</summary>
    public string? CodeHash { get; init; }

    public override string Method => nameof(ReservePoints);

    public override void Encode(CanonicalWriter writer) => Bill
        .Encode(writer.Byte(1).Text(PartnerId.Value).Text(Reference).Text(Number).Number(AmountPoints)).Flag(IsSpentNow)
            .Text(CodeHash ?? "");

    public override State Needs(WorkingState rows, DateTime now)
    {
        var taken = rows.FindTaken(new Redemption.Of(PartnerId, Reference));
        var code = CodeHash is null ? null : rows.Find(new PaymentCode.WithCode(CodeHash));
        if (code is not null)
        {
            rows.Find(new PaymentCode.Of(code.MembershipId));
            rows.Find(new Due.Of(EndPaymentCode.DueKind, code.MembershipId.ToString()));
        }

        var home = code is not null
            ? rows.Find(new Programme.Of(code.ProgrammeId)) : CodeHash is null ? rows.Find(new Programme.OwnedBy(PartnerId)) : null;
        var membership = code is not null ? Membership.Find(rows, code.MembershipId) is { IsErased: false } holder ? holder : null
            : home is null ? null : MembershipNumber.Find(rows, home.Id, Number);
        var state = new State(taken, home, membership)
        {
            Rules = home is null ? ProgrammeRules.None : ProgrammeTerms.RulesAt(rows, home.Id, now), Code = code,
            IsAccepted = home is not null && (home.PartnerId == PartnerId
                || Agreement.At(rows.FindAll(new Agreement.ByPartner(PartnerId)), home.Id, now) is { Terms.AcceptsPoints: true }),
        };
        if (membership is null || state.Rule is not { } rule)
        {
            return state;
        }

        var holdings = Holdings.Find(rows, membership.ProgrammeId, membership.Id, now);
        var inactive = state.Rules.Inactivity?.EndOf(now, Calendar.Of(home!.TimeZone)) ?? holdings.InactiveTime;
        var parts = holdings.PartsOf(Math.Min(AmountPoints, holdings.AvailablePoints));
        var until = Until(rule, parts.Min(part => holdings.ExpireTimeOf(part.Term)), inactive, now);
        foreach (var part in parts)
        {
            rows.Find(new Account.Of(holdings.ReservedOf(part.Term, until).Id));
        }

        return state with { Holdings = holdings, UntilTime = until, InactiveTime = inactive };
    }

    // The order is the precedence, and the contract lists the same order.
    public override Decision Decide(State state, DateTime now)
    {
        if (CodeHash is null && state.Home is null)
        {
            return MemberRefusals.PartnerWithoutProgramme(PartnerId);
        }

        if (state.Taken is not null)
        {
            return new Refusal(RefusalReason.RedemptionReferenceTaken, "The reference is used already; GetRedemption shows for what.",
                "redemption_reference")
                .With("redemption_reference", Reference);
        }

        if (state.Home is not { } home || (CodeHash is not null && (state.Membership is null || state.Code?.ExpireTime <= now)))
        {
            return CreatePaymentCode.NotFound;
        }

        if (state.Rule is not { } rule || !state.IsAccepted)
        {
            var remedy = state.IsAccepted
                ? "ask the operator to publish terms with spending" : $"your agreement for {home.Id} does not accept points";
            return new Refusal(RefusalReason.SpendingNotOffered, $"Points of {home.Id} cannot be spent at your brand now; {remedy}.")
                .With("programme_id", home.Id.Value);
        }

        if (state is not { Membership: { } membership, Holdings: { } holdings })
        {
            return MemberRefusals.NumberNotFound(home.Id);
        }

        if (RefusesAmount(home, rule, holdings, state.Code) is { } refusal)
        {
            return refusal;
        }

        var needsApproval = state.Code is null && rule.ApprovalAbovePoints > 0 && AmountPoints > rule.ApprovalAbovePoints;
        if (needsApproval && IsSpentNow)
        {
            return NotApproved("spend_now").With("approval_above_points", rule.ApprovalAbovePoints);
        }

        var parts = holdings.PartsOf(AmountPoints);
        var posting = Posting.Of(
            home.Id,
            [
                .. holdings.Debit(AmountPoints),
                .. IsSpentNow
                    ? [new PostingLine(AccountRef.Redeemed(home.Id, PartnerId), AmountPoints)]
                    : parts.Select(part => new PostingLine(holdings.ReservedOf(part.Term, state.UntilTime), part.Points)),
            ])!;
        var made = new PointsReserved(
            Header(now), PartnerId, Reference, membership.MemberId, membership.Id, home.Id, AmountPoints, Bill, IsSpentNow, needsApproval,
            state.UntilTime, home.PointValue, parts, state.InactiveTime, [posting], state.Code?.MembershipId);
        return Decision.Accept(made).After(holdings.Settled(Context, membership.MemberId, now));
    }

    /// <summary>The refusal to spend points that the member has not approved.</summary>
    internal static Refusal NotApproved(string field) =>
        new(RefusalReason.RedemptionNotApproved,
            "The member must approve first; reserve the points, and capture them after ApproveRedemption.", field);

    /// <summary>When a reservation ends: at a whole minute, and no later than the first of its points expire.</summary>
    /// <param name="first">When the first of the points expire; null: never.</param>
    /// <param name="inactive">When all points expire; null: never.</param>
    private static DateTime Until(SpendingRule rule, DateTime? first, DateTime? inactive, DateTime now)
    {
        var minute = TimeSpan.TicksPerMinute;
        var end = new DateTime((now.AddMinutes(rule.ReservationMinutes).Ticks + minute - 1) / minute * minute, DateTimeKind.Utc);
        return new[] { end, first ?? end, inactive ?? end }.Min();
    }

    private Refusal? RefusesAmount(Programme programme, SpendingRule rule, Holdings holdings, PaymentCode? code)
    {
        if (Bill.CurrencyCode != programme.ValueCurrencyCode)
        {
            return ProgrammeRefusals.CurrencyMismatch(programme.ValueCurrencyCode, Bill.CurrencyCode, "bill.currency_code");
        }

        var (most, least) = (rule.Within(MostFor(programme, rule), programme.PointValue), rule.Least(programme.PointValue));
        if (AmountPoints < least || AmountPoints % rule.StepPoints != 0)
        {
            return new Refusal(RefusalReason.SpendingStep, $"Points are spent in steps of {rule.StepPoints}, from {least} on.",
                "amount_points")
                .With("step_points", rule.StepPoints).With("least_points", least)
                    .With("nearest_points", Math.Max(least, AmountPoints / rule.StepPoints * rule.StepPoints));
        }

        if (AmountPoints > most)
        {
            return new Refusal(RefusalReason.SpendingLimit, $"At most {most} points can pay for this bill.", "amount_points")
                .With("max_points", most).With("max_bill_percent", rule.MaxBillPercent);
        }

        if (code is { MaxPoints: 0 } && programme.PartnerId != PartnerId)
        {
            return new Refusal(RefusalReason.SpendingLimit,
                "At another brand a code pays at most the points that the member names; ask for a code with max_points.", "payment_code")
                .With("max_points", 0);
        }

        if (code is { MaxPoints: > 0 and var agreed } && AmountPoints > agreed)
        {
            return new Refusal(RefusalReason.SpendingLimit, $"The member agreed to at most {agreed} points.", "amount_points")
                .With("max_points", rule.Within(agreed, programme.PointValue));
        }

        if (AmountPoints > holdings.AvailablePoints && programme.PartnerId != PartnerId)
        {
            // Another brand does not learn what the member has.
            return new Refusal(RefusalReason.InsufficientPoints,
                "The member has fewer points; ask for fewer, or let the member look in the app.", "amount_points");
        }

        return AmountPoints > holdings.AvailablePoints
            ? holdings.Insufficient("amount_points", rule.Within(holdings.AvailablePoints, programme.PointValue)) : null;
    }

    /// <summary>The most points that may pay for the bill. What they are worth is never more than the allowed part of the bill.</summary>
    private long MostFor(Programme programme, SpendingRule rule) =>
        (long)Int128.Min((Int128)Bill.Micros * rule.MaxBillPercent / 100 / programme.ValueMicros, Points.MaxPerCommand);

    /// <param name="Home">The brand's own programme, or the code's.</param>
    /// <param name="Membership">The membership of the number or of the code.</param>
    public sealed record State(Redemption? Taken, Programme? Home, Membership? Membership)
    {
        /// <summary>The code; null: none was shown, or there is none.</summary>
        public PaymentCode? Code { get; init; }

        /// <summary>Whether the brand takes points of the programme.</summary>
        public bool IsAccepted { get; init; }

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
/// <param name="CodeOf">The membership that made the code by which the member agreed; null: none was shown.</param>
[EventKind(90, Answers = "ReservePoints")]
public sealed record PointsReserved(
    EventHeader Header, PartnerId PartnerId, string Reference, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId,
    long AmountPoints, Money Bill,
    bool IsSpent, bool NeedsApproval, DateTime UntilTime, Money PointValue,
    IReadOnlyList<LotPart> Parts, DateTime? InactiveTime, IReadOnlyList<Posting> Moves,
    MembershipId? CodeOf)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    /// <summary>The redemption after the event.</summary>
    public Redemption Redemption => new(
        PartnerId, Reference, Id, ProgrammeId, MembershipId, AmountPoints, IsSpent ? AmountPoints : 0, 0,
        IsSpent ? RedemptionState.Captured : RedemptionState.Reserved,
        NeedsApproval, null, Time, UntilTime, PointValue.CurrencyCode, PointValue.Micros, new RedeemedParts(Parts));

    public override void Apply(WorkingState rows)
    {
        rows.Put(Redemption);
        if (CodeOf is { } maker)
        {
            PaymentCode.Remove(rows, maker);
        }

        Inactivity.Set(rows, ProgrammeId, MembershipId, InactiveTime);
    }

    private protected override void EncodeBody(CanonicalWriter writer) => Bill
        .Encode(writer.Text(PartnerId.Value).Text(Reference).Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value)
            .Number(AmountPoints))
        .Flag(IsSpent).Flag(NeedsApproval).Time(UntilTime).Text(PointValue.CurrencyCode).Number(PointValue.Micros)
            .List(Parts, LotPart.Encode)
        .OptionalTime(InactiveTime).Postings(Moves).OptionalUuid(CodeOf?.Value);

    internal static PointsReserved Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), reader.Text(), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ProgrammeId(reader.Text()),
        reader.Number(), Money.Decode(reader), reader.Flag(), reader.Flag(), reader.Time(), new Money(reader.Text(), reader.Number()),
        reader.List(LotPart.Decode), reader.OptionalTime(), reader.Postings(),
        reader.OptionalUuid() is { } maker ? new MembershipId(maker) : null);
}
