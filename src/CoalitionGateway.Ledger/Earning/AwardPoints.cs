using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>Why a brand gives points without a purchase. The numbers match the contract's.</summary>
public enum AwardReason
{
    /// <summary>To make up for something.</summary>
    Goodwill = 1,

    /// <summary>An activity that is no purchase, such as a review.</summary>
    Activity = 2,

    /// <summary>A purchase that was not recorded when it was made.</summary>
    MissingPurchase = 3,

    /// <summary>The points that the member had before the brand joined the coalition.</summary>
    OpeningBalance = 4,
}

/// <summary>Gives points of the brand's own programme without a purchase. The agreement limits them, or the activity's caps.</summary>
/// <param name="AmountPoints">With an activity 0: the activity's rule has the points.</param>
/// <param name="ExpireTime">For opening balances: when the points expire. Null: as the programme's terms say.</param>
public sealed record AwardPoints(
    CommandContext Context, PartnerId PartnerId, string Reference, string Number, long AmountPoints, AwardReason Reason, DateTime? ExpireTime)
    : Command<AwardPoints.State>(Context)
{
    /// <summary>The rule of the counter of awards, by the day.</summary>
    public const string CounterRule = "/award";

    /// <summary>The rule of the counter of opening balances.</summary>
    public const string OpeningRule = "/opening";

    /// <summary>The activity of the programme's terms; empty: none.</summary>
    public string ActivityId { get; init; } = "";

    public override string Method => nameof(AwardPoints);

    public override void Encode(CanonicalWriter writer) => writer
        .Byte(1).Text(PartnerId.Value).Text(Reference).Text(Number).Number(AmountPoints).Number((int)Reason).OptionalTime(ExpireTime).Text(ActivityId);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var taken = rows.FindTaken(new DirectAward.Of(PartnerId, Reference));
        var home = rows.Find(new Programme.OwnedBy(PartnerId));
        var agreement = home is null ? null : Agreement.At(rows.FindAll(new Agreement.ByPartner(PartnerId)), home.Id, now);
        var membership = home is null ? null : MembershipNumber.Find(rows, home.Id, Number);
        if (home is null || membership is null)
        {
            return new State(home, agreement, membership, taken, null, Term.Plain);
        }

        var calendar = Calendar.Of(home.TimeZone);
        var rules = ProgrammeTerms.RulesAt(rows, home.Id, now);
        var term = ExpireTime is { } expire ? new Term(null, expire) : rules.Lots.TermOf(now, calendar) with { UsableTime = null };
        var holdings = Holdings.Find(rows, home.Id, membership.Id, now);
        holdings.NeedCredit(rows, term);
        var (day, activity) = (calendar.DayOf(now), rules.Activities.FirstOrDefault(found => found.Id == ActivityId));
        return new State(home, agreement, membership, taken, holdings, term)
        {
            Day = day,
            InactiveTime = rules.Inactivity is { AwardsCount: true } rule ? rule.EndOf(now, calendar) : holdings.InactiveTime,
            Activity = activity,
            Activities = [.. rules.Activities.Select(found => found.Id)],
            Counters = [.. PeriodsOf(activity, day).Select(key => Counter.Find(rows, membership.Id, key.Rule, key.Period))],
        };
    }

    // The order is the precedence, and the contract lists the same order.
    public override Decision Decide(State state, DateTime now)
    {
        if (state.Home is null)
        {
            return MemberRefusals.PartnerWithoutProgramme(PartnerId);
        }

        if (state.Taken is not null)
        {
            return EarningTerms.ReferenceTaken(Reference, "award_reference");
        }

        if (state is not { Membership: { } membership, Holdings: { } holdings })
        {
            return MemberRefusals.NumberNotFound(state.Home.Id);
        }

        if (ActivityId.Length > 0 && state.Activity is null)
        {
            return new Refusal(RefusalReason.ActivityNotFound, $"The terms of {state.Home.Id} have no activity {ActivityId} now.", "activity_id")
                .With("activity_ids", string.Join(',', state.Activities));
        }

        if (ActivityId.Length == 0 && RefusesAmount(state) is { } refusal)
        {
            return refusal;
        }

        var wanted = state.Activity?.Points ?? AmountPoints;
        var given = state.Activity is { } rule ? Cap.Apply(wanted, rule.Caps, state.Day, period => state.Counters.First(counter => counter.Period == period)) : wanted;
        var posting = Posting.Of(state.Home.Id, [new(AccountRef.Issue(state.Home.Id, PartnerId), -given), .. holdings.Credit(given, state.Term)]);
        var made = new PointsAwarded(
            Header(now), PartnerId, Reference, membership.MemberId, membership.Id, state.Home.Id, given, wanted - given, Reason, ActivityId, state.Term,
            holdings.Settles(given, state.Term),
            given == 0 ? [] : [.. state.Counters.Select(counter => new Counted(counter.Rule, counter.Period, given, 1))], state.InactiveTime, posting is null ? [] : [posting]);
        return Decision.Accept(made).After(holdings.Settled(Context, membership.MemberId, now));
    }

    private bool IsOpening => Reason == AwardReason.OpeningBalance;

    /// <summary>The refusal of an amount that the brand chose itself; null if the agreement allows it.</summary>
    private Refusal? RefusesAmount(State state)
    {
        if (state.Agreement is not { } agreement)
        {
            return ProgrammeRefusals.AgreementNotFound(PartnerId, state.Home!.Id, []);
        }

        var left = Math.Max(0, (IsOpening ? agreement.MaxOpeningPoints : agreement.MaxAwardPointsPerDay) - state.Counters[0].Points);
        var limit = IsOpening ? "as an opening balance" : "today";
        return AmountPoints <= left ? null : new Refusal(
            RefusalReason.AwardLimitReached, $"The agreement lets {left} more points be given to the member {limit}.", "amount_points")
            .With("left_points", left);
    }

    /// <summary>The counters that the award reads and raises.</summary>
    private IEnumerable<(string Rule, string Period)> PeriodsOf(ActivityRule? activity, DateOnly day)
    {
        if (ActivityId.Length > 0)
        {
            return activity is null ? [] : activity.Caps.Select(cap => cap.PeriodOf(day)).OfType<string>().Distinct().Select(period => (activity.CounterRule, period));
        }

        return IsOpening ? [(OpeningRule, "")] : [(CounterRule, Cap.NameOf(CapPeriod.Day, day)!)];
    }

    /// <param name="Term">When the points can be used and expire.</param>
    public sealed record State(Programme? Home, Agreement? Agreement, Membership? Membership, DirectAward? Taken, Holdings? Holdings, Term Term)
    {
        /// <summary>Today, in the programme's time zone.</summary>
        public DateOnly Day { get; init; }

        /// <summary>When the member's points expire, if they do nothing more; null: never.</summary>
        public DateTime? InactiveTime { get; init; }

        /// <summary>The rule of the activity; null: the terms have none of that name.</summary>
        public ActivityRule? Activity { get; init; }

        /// <summary>The activities of the terms.</summary>
        public IReadOnlyList<string> Activities { get; init; } = [];

        /// <summary>What was given of the limits so far.</summary>
        public IReadOnlyList<Counter> Counters { get; init; } = [];
    }
}

/// <param name="WithheldPoints">What the activity's rule would have given more, had its caps allowed it.</param>
/// <param name="ActivityId">The activity of the programme's terms; empty: none.</param>
/// <param name="SettledPoints">The part of <paramref name="AmountPoints"/> that paid debt.</param>
/// <param name="Counted">What the award added to the counters of its limits.</param>
/// <param name="InactiveTime">When the member's points expire, if they do nothing more; null: never.</param>
[EventKind(44, Answers = "AwardPoints")]
public sealed record PointsAwarded(
    EventHeader Header, PartnerId PartnerId, string Reference, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId, long AmountPoints,
    long WithheldPoints, AwardReason Reason, string ActivityId, Term Term, long SettledPoints, IReadOnlyList<Counted> Counted,
    DateTime? InactiveTime, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        rows.Put(new DirectAward(PartnerId, Reference, Id));
        foreach (var counted in Counted)
        {
            counted.Apply(rows, MembershipId);
        }

        // An opening balance can expire in a programme whose terms let no points expire.
        if (!Term.IsPlain && rows.Find(new LotKeeping.Of(ProgrammeId)) is null)
        {
            rows.Put(new LotKeeping(ProgrammeId, 0, false));
        }

        Inactivity.Set(rows, ProgrammeId, MembershipId, InactiveTime);
    }

    private protected override void EncodeBody(CanonicalWriter writer)
    {
        Term.Encode(writer.Text(PartnerId.Value).Text(Reference).Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value)
            .Number(AmountPoints).Number(WithheldPoints).Number((int)Reason).Text(ActivityId));
        writer.Number(SettledPoints).List(Counted, Purchases.Counted.Encode).OptionalTime(InactiveTime).Postings(Moves);
    }

    internal static PointsAwarded Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), reader.Text(), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new ProgrammeId(reader.Text()),
        reader.Number(), reader.Number(), reader.Value<AwardReason>(), reader.Text(), Term.Decode(reader), reader.Number(),
        reader.List(Purchases.Counted.Decode), reader.OptionalTime(), reader.Postings());
}

/// <summary>An award without a purchase, under the partner's own reference.</summary>
public sealed record DirectAward(PartnerId PartnerId, string Reference, EventId EventId) : Row
{
    public override Key Primary => new Of(PartnerId, Reference);

    public override bool IsInsertOnly => true;

    public sealed record Of(PartnerId PartnerId, string Reference) : Key<DirectAward>;
}
