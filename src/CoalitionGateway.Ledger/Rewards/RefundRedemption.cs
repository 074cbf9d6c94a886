using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>
/// Gives spent points back, in the lots that they were taken from. The points that expire last come back first. Points that
/// have expired meanwhile lapse, unless the programme's rule allows some days of grace.
/// </summary>
/// <param name="AmountPoints">Null: all that is left.</param>
public sealed record RefundRedemption(CommandContext Context, PartnerId PartnerId, string Reference, long? AmountPoints)
    : Command<RefundRedemption.State?>(Context)
{
    public override string Method => nameof(RefundRedemption);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Text(Reference).Number(AmountPoints ?? 0);

    public override State? Needs(WorkingState rows, DateTime now)
    {
        if (RedemptionView.Find(rows, PartnerId, Reference, now) is not { } view)
        {
            return null;
        }

        var rules = ProgrammeTerms.RulesAt(rows, view.Redemption.ProgrammeId, now);
        var programme = rows.Find(new Programme.Of(view.Redemption.ProgrammeId));
        if (programme is null || view.Holdings is not { } holdings)
        {
            return new State(view, null);
        }

        var calendar = Calendar.Of(programme.TimeZone);
        var graceEnd = rules.Spending is { GraceDays: > 0 and var days }
            ? calendar.EndOf(calendar.DayOf(now).AddDays((int)days)) : default(DateTime?);
        foreach (var (term, _) in view.Redemption.Parts.All.Where(part => holdings.ExpireTimeOf(part.Term) <= now))
        {
            rows.Find(new Account.Of(holdings.AccountOf(term.NotBefore(graceEnd)).Id));
            rows.Find(new LapsedLot.Of(LapsedLot.AccountOf(programme.Id, holdings.MembershipId, term), LapsedLot.ByDate));
        }

        return new State(view, graceEnd) { InactiveTime = holdings.InactiveTime ?? rules.Inactivity?.EndOf(now, calendar) };
    }

    // The order is the precedence, and the contract lists the same order.
    public override Decision Decide(State? state, DateTime now)
    {
        if (state is not { View: { Redemption: var redemption } view })
        {
            return Redemption.NotFound("redemption_reference");
        }

        if (redemption.State != RedemptionState.Captured)
        {
            return redemption.IsOpen(now)
                ? new Refusal(RefusalReason.RedemptionNotOpen, "The points are reserved and not spent; ReleaseRedemption gives them back.",
                    "redemption_reference")
                    .With("state", "reserved").With("expire_time", $"{redemption.ExpireTime:O}")
                : redemption.NotOpen();
        }

        var left = redemption.CapturedPoints - redemption.RefundedPoints;
        var points = AmountPoints ?? left;
        if (points > left || left == 0)
        {
            return new Refusal(RefusalReason.RefundExceedsCaptured, $"{left} of the spent points are left to give back.", "amount_points")
                .With("left_points", left);
        }

        if (view is not { Membership: { } membership, Holdings: { } holdings })
        {
            return new Refusal(RefusalReason.MembershipNotFound, "The member has left the coalition; nothing can be given back.",
                "redemption_reference")
                .With("programme_id", redemption.ProgrammeId.Value);
        }

        // The parts from the end: what was refunded before, then what is refunded now.
        var back = LotPart.Split(LotPart.Split([.. redemption.Parts.All.Reverse()], redemption.RefundedPoints).Others, points).First;
        var isLost = back.ToLookup(part => holdings.ExpireTimeOf(part.Term) <= now);
        LotPart[] lapsed = state.GraceEnd is null ? [.. isLost[true]] : [];
        LotPart[] given = [.. isLost[false],
            .. state.GraceEnd is { } end ? isLost[true].Select(part => part with { Term = part.Term.NotBefore(end) }) : []];
        var posting = Posting.Of(
            redemption.ProgrammeId,
            [
                new(AccountRef.Redeemed(redemption.ProgrammeId, PartnerId), -points), .. holdings.Restore(given),
                new(AccountRef.Breakage(redemption.ProgrammeId), lapsed.Sum(part => part.Points)),
            ])!;
        var made = new RedemptionRefunded(
            Header(now), PartnerId, Reference, membership.MemberId, membership.Id, redemption.ProgrammeId, points,
            [.. lapsed.Select(part => new LapsedPoints(part.Term, part.Points))], holdings.Settles(given.Sum(part => part.Points)),
            state.InactiveTime,
            redemption.PointValue, [posting]);
        return Decision.Accept(made).After(holdings.Settled(Context, membership.MemberId, now));
    }

    /// <param name="GraceEnd">Until when refunded points that have expired can be used; null: they have lapsed.</param>
    public sealed record State(RedemptionView View, DateTime? GraceEnd)
    {
        /// <summary>When the member's points expire, if they do nothing; null: never.</summary>
        public DateTime? InactiveTime { get; init; }
    }
}

/// <param name="MembershipId">The membership that got the points.</param>
/// <param name="AmountPoints">The points that were given back, those that have lapsed included.</param>
/// <param name="Lapsed">The points that had expired meanwhile and have lapsed.</param>
/// <param name="SettledPoints">The part that paid debt.</param>
/// <param name="InactiveTime">When the member's points expire, if they do nothing; null: never. A refund moves no such time, and
/// sets one where there is none.</param>
/// <param name="PointValue">The value of one point when the points were reserved.</param>
[EventKind(94, Answers = "RefundRedemption")]
public sealed record RedemptionRefunded(
    EventHeader Header, PartnerId PartnerId, string Reference, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId,
    long AmountPoints,
    IReadOnlyList<LapsedPoints> Lapsed, long SettledPoints, DateTime? InactiveTime, Money PointValue, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    /// <summary>The points that the member has again, or that paid debt.</summary>
    public long GivenPoints => AmountPoints - Lapsed.Sum(part => part.Points);

    public override void Apply(WorkingState rows)
    {
        var before = rows.Find(new Redemption.Of(PartnerId, Reference))!;
        rows.Put(before with { RefundedPoints = before.RefundedPoints + AmountPoints });
        Inactivity.Set(rows, ProgrammeId, MembershipId, InactiveTime);
        foreach (var (term, points) in Lapsed)
        {
            var key = new LapsedLot.Of(LapsedLot.AccountOf(ProgrammeId, MembershipId, term), LapsedLot.ByDate);
            rows.Put(new LapsedLot(key.AccountId, key.EndTime, points + (rows.Find(key)?.Points ?? 0)));
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => PointValue
        .Encode(
            writer.Text(PartnerId.Value).Text(Reference).Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value)
                .Number(AmountPoints)
                .List(Lapsed, LapsedPoints.Encode).Number(SettledPoints).OptionalTime(InactiveTime))
        .Postings(Moves);

    internal static RedemptionRefunded Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), reader.Text(), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ProgrammeId(reader.Text()),
        reader.Number(), reader.List(LapsedPoints.Decode), reader.Number(), reader.OptionalTime(), Money.Decode(reader),
        reader.Postings());
}
