using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>
/// Posts what has fallen due in the lots of one holder. The gateway submits it when a lot falls due. A command that needs the
/// holder's points before that has the same event written before its own.
/// </summary>
/// <param name="LotId">The account of the lot that fell due.</param>
public sealed record SettleLots(CommandContext Context, Guid LotId) : Command<HeldPoints?>(Context)
{
    public override string Method => nameof(SettleLots);

    public override bool IsRetryable => false;

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(LotId);

    public override HeldPoints? Needs(WorkingState rows, DateTime now)
    {
        // Asked for together with the lot, so that a sweep reads its rows in few steps.
        rows.Find(new Account.Of(LotId));
        if (rows.Find(new Lot.Of(LotId)) is not { } lot || HeldPoints.Of(rows, lot, now) is not { } held)
        {
            return null;
        }

        if (held.Pause is not null)
        {
            rows.Find(new Due.Of(Lot.DueKind, LotId.ToString()));
        }

        return held with { IsPaused = lot.ExpireTime <= now };
    }

    public override Decision Decide(HeldPoints? state, DateTime now) => state switch
    {
        { Due: { } due } held => LotsSettled.Of(due, Header(now), held.MemberId, held.MembershipId, held.Holder),
        { Pause.UntilTime: var until, IsPaused: true } held when until > now => new ExpiryPaused(Header(now), held.MemberId, held.MembershipId, until, [LotId], false),
        _ => new Refusal(RefusalReason.InsufficientPoints, "No points of the lot have fallen due."),
    };
}

/// <summary>The holder of points, and what has fallen due in the holder's lots.</summary>
/// <param name="Holder">The membership, or the pool and the membership, as in the names of accounts.</param>
public sealed record HeldPoints(MemberId MemberId, MembershipId MembershipId, string Holder, LotsDue? Due)
{
    /// <summary>The time in which no points expire, because of a tier; null: there is none.</summary>
    public ExpiryPause? Pause { get; init; }

    /// <summary>Whether the lot that fell due would have expired without the pause.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Whether all points would have expired without the pause, because the member did nothing.</summary>
    public bool IsInactive { get; init; }

    /// <summary>The holder of a lot; null if the membership is not known.</summary>
    public static HeldPoints? Of(WorkingState rows, Lot lot, DateTime now)
    {
        if (!lot.IsShare)
        {
            return Of(rows, lot.ProgrammeId, lot.MembershipId, now);
        }

        var share = HeldShare.Find(rows, lot.ProgrammeId, lot.Holder, now);
        return rows.Find(new Membership.Of(lot.MembershipId)) is { } membership
            ? new HeldPoints(membership.MemberId, lot.MembershipId, lot.Holder, share.Due) { Pause = share.Pause }
            : null;
    }

    /// <summary>A membership as the holder of its points; null if it is not known.</summary>
    public static HeldPoints? Of(WorkingState rows, MembershipId id, DateTime now) =>
        rows.Find(new Membership.Of(id)) is { ProgrammeId: var programme } ? Of(rows, programme, id, now) : null;

    private static HeldPoints? Of(WorkingState rows, ProgrammeId programme, MembershipId id, DateTime now)
    {
        var holdings = Holdings.Find(rows, programme, id, now);
        return rows.Find(new Membership.Of(id)) is not { } membership ? null : new HeldPoints(membership.MemberId, id, id.ToString(), holdings.Due)
        {
            Pause = holdings.Pause, IsInactive = holdings.Pause is not null && rows.Find(new Inactivity.Of(id))?.EndTime <= now,
        };
    }
}

/// <summary>
/// Points of a holder fell due: pending points became usable and paid debt first, or points expired and went to breakage.
/// </summary>
/// <param name="Holder">The membership, or the pool and the membership, as in the names of accounts.</param>
/// <param name="Lapsed">The points that expired.</param>
/// <param name="PaidPoints">The points that became usable and paid debt.</param>
/// <param name="EndsInactivity">Whether all points expired because the member did nothing.</param>
[EventKind(50)]
public sealed record LotsSettled(
    EventHeader Header, MemberId MemberId, MembershipId MembershipId, string Holder, ProgrammeId ProgrammeId,
    IReadOnlyList<LapsedPoints> Lapsed, long PaidPoints, bool EndsInactivity, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public static LotsSettled Of(LotsDue due, EventHeader header, MemberId member, MembershipId membership, string holder) => new(
        header, member, membership, holder, due.ProgrammeId, due.Lapsed, due.PaidPoints, due.EndsInactivity, due.Posting is { } posting ? [posting] : []);

    /// <summary>The points that expired.</summary>
    public long LapsedPoints => Lapsed.Sum(part => part.Points);

    // Lots seldom expire twice, so it is presumed that these did not expire before.
    public override void Apply(WorkingState rows) => Apply(rows, key => rows.FindTaken(key));

    public override void Rebuild(WorkingState rows) => Apply(rows, key => rows.Find(key));

    private void Apply(WorkingState rows, Func<LapsedLot.Of, LapsedLot?> before)
    {
        var ended = EndsInactivity ? InactivityEnd(rows) : null;
        foreach (var (term, points) in Lapsed)
        {
            Lapse(LapsedLot.KeyOf(ProgrammeId, MembershipId, term, Lot.IsOfShare(Holder), ended), points);
        }

        if (ended is { } end)
        {
            Lapse(new LapsedLot.Of(AccountRef.Points(ProgrammeId, MembershipId).Id, end), 0);
            Inactivity.Remove(rows, MembershipId);
        }

        void Lapse(LapsedLot.Of of, long points) => rows.Put(new LapsedLot(of.AccountId, of.EndTime, points + (before(of)?.Points ?? 0)));
    }

    /// <summary>When the member's inactivity ended the points: later than its own end, if a tier kept them.</summary>
    private DateTime? InactivityEnd(WorkingState rows) =>
        ExpiryPause.Later(rows.Find(new Inactivity.Of(MembershipId))!.EndTime, rows.Find(new LotKeeping.Of(ProgrammeId))?.PauseOf(rows, MembershipId));

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(Holder).Text(ProgrammeId.Value)
        .List(Lapsed, Lots.LapsedPoints.Encode)
        .Number(PaidPoints).Flag(EndsInactivity).Postings(Moves);

    internal static LotsSettled Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), reader.Text(), new ProgrammeId(reader.Text()),
        reader.List(Lots.LapsedPoints.Decode), reader.Number(), reader.Flag(), reader.Postings());
}
