using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Linking;

/// <summary>Two memberships of one person in one programme became one.</summary>
/// <param name="MembershipId">The membership that ended. Its history stays its own and is read with the other's.</param>
/// <param name="IntoId">The membership that stays.</param>
/// <param name="MovedPoints">The points that came, pending ones included, before debts were paid.</param>
/// <param name="AvailablePoints">The points that can be used afterwards.</param>
/// <param name="Counters">The counters that were added to those of the other membership.</param>
/// <param name="Tiers">The tiers that the other membership now has.</param>
/// <param name="Partners">The brands whose given points are now counted for the other membership.</param>
/// <param name="Places">The pools to which the membership had been invited, in invitations that had ended.</param>
/// <param name="Activations">The campaigns that the other membership now has activated.</param>
/// <param name="Waiting">The purchases that now count for the other membership's activations.</param>
[EventKind(36, Answers = "MergeMemberships")]
public sealed record MembershipsMerged(
    EventHeader Header, MemberId MemberId, MemberId FormerMemberId, MembershipId MembershipId, MembershipId IntoId, ProgrammeId ProgrammeId,
    long MovedPoints, long AvailablePoints, IReadOnlyList<CounterOf> Counters, IReadOnlyList<TierOf> Tiers, IReadOnlyList<PartnerId> Partners,
    IReadOnlyList<PoolId> Places, IReadOnlyList<ActivationOf> Activations, IReadOnlyList<WaitingOf> Waiting, IReadOnlyList<Posting> Moves)
    : MembershipCame(Header, MemberId, FormerMemberId, MembershipId)
{
    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        // A membership that was merged into this one before now leads to the one that stays.
        foreach (var earlier in rows.FindAll(new Membership.MergedInto(MembershipId)))
        {
            rows.Put(earlier.Merged(IntoId, Time));
        }

        rows.Put(rows.Find(new Membership.Of(MembershipId))!.Merged(IntoId, Time));
        foreach (var (membership, rule, period) in Counters)
        {
            var counter = rows.Find(new Counter.Of(membership, rule, period))!;
            rows.Remove(counter);
            AddTo(rows, counter);
        }

        foreach (var (membership, id, from) in Tiers)
        {
            var tier = rows.Find(new TierHeld.Of(membership, id, from))!;
            var own = rows.Find(new TierHeld.Of(IntoId, id, from));
            rows.Remove(tier);
            rows.Put(tier with { MembershipId = IntoId, UntilTime = own?.UntilTime > tier.UntilTime ? own.UntilTime : tier.UntilTime });
        }

        foreach (var partner in Partners)
        {
            AddTo(rows, rows.Find(new Earned.Of(partner, MembershipId))!);
        }

        Move(rows, Inactivity.Find(rows, MembershipId), Inactivity.Find(rows, IntoId));
        if (rows.Find(new ExpiryPause.Of(MembershipId)) is { } pause)
        {
            rows.Remove(pause);
            (pause with { MembershipId = IntoId }).Join(rows, Time);
        }

        Remind(rows);
        if (rows.Find(new Referral.Of(MembershipId)) is { } referral)
        {
            rows.Remove(referral);
        }

        foreach (var pool in Places)
        {
            rows.Remove(rows.Find(new Participant.Of(pool, MembershipId))!);
            Due.Settle(rows, EndInvitation.DueKind, EndInvitation.SubjectOf(pool, MembershipId));
        }

        foreach (var (membership, campaign) in Activations)
        {
            var activation = rows.Find(new Activation.Of(membership, campaign))!;
            rows.Remove(activation);
            if (rows.Find(new Activation.Of(IntoId, campaign)) is null)
            {
                rows.Put(activation with { MembershipId = IntoId });
            }
        }

        foreach (var waiting in Waiting)
        {
            rows.Put(rows.Find(waiting.Row)! with { MembershipId = IntoId });
        }

        Due.Settle(rows, EndLinkCode.DueKind, MembershipId.ToString());
    }

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        foreach (var number in rows.FindAll(new MembershipNumber.ByMembership(MembershipId)))
        {
            rows.Put(number with { MembershipId = IntoId, IsMain = false });
        }

        if (rows.Find(new LinkCode.Of(MembershipId)) is { } used)
        {
            rows.Remove(used);
        }
    }

    /// <summary>On a stamp card the stamps of both count, and the awards that both have given.</summary>
    private void AddTo(WorkingState rows, Counter counter)
    {
        var own = Counter.Find(rows, IntoId, counter.Rule, counter.Period);
        rows.Put(own with
        {
            Points = own.Points + counter.Points, Count = own.Count + counter.Count, LatestTime = Counter.Later(own.LatestTime, counter.LatestTime),
        });
    }

    private void AddTo(WorkingState rows, Earned earned)
    {
        var own = Earned.Find(rows, earned.PartnerId, IntoId);
        var day = own.Day > earned.Day || earned.Day is null ? own.Day : earned.Day;
        rows.Put(own with
        {
            GivenPoints = own.GivenPoints + earned.GivenPoints,
            TakenPoints = own.TakenPoints + earned.TakenPoints,
            Day = day,
            DayPoints = day is { } last ? own.TakenOn(last) + earned.TakenOn(last) : 0,
        });
        rows.Put(earned with { GivenPoints = 0, TakenPoints = 0, Day = null, DayPoints = 0 });
    }

    /// <summary>Reminds at the earlier of the two times, of what either member was not told.</summary>
    private void Remind(WorkingState rows)
    {
        var (due, told) = (rows.Find(new Due.Of(ReminderDue.DueKind, MembershipId.ToString())), rows.Find(new Reminded.Of(MembershipId)));
        ReminderDue.Remove(rows, MembershipId);
        if (due is not null && !(rows.Find(new Due.Of(ReminderDue.DueKind, IntoId.ToString()))?.DueTime <= due.DueTime))
        {
            rows.Put(due with { Subject = IntoId.ToString() });
        }

        if (rows.Find(new Reminded.Of(IntoId)) is { } own && !(told?.UntilTime >= own.UntilTime))
        {
            rows.Put(own with { UntilTime = told?.UntilTime ?? Time });
        }
    }

    /// <summary>Keeps the later of the two activities.</summary>
    private void Move(WorkingState rows, Inactivity? from, Inactivity? own)
    {
        Inactivity.Remove(rows, MembershipId);
        if (from is not null && !(own?.EndTime >= from.EndTime))
        {
            Inactivity.Set(rows, ProgrammeId, IntoId, from.EndTime);
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(MemberId.Value).Uuid(FormerMemberId.Value).Uuid(MembershipId.Value).Uuid(IntoId.Value).Text(ProgrammeId.Value)
        .Number(MovedPoints).Number(AvailablePoints)
        .List(Counters, static (w, counter) => counter.Encode(w)).List(Tiers, static (w, tier) => tier.Encode(w))
        .List(Partners, static (w, id) => w.Text(id.Value)).List(Places, static (w, id) => w.Uuid(id.Value))
        .List(Activations, static (w, found) => found.Encode(w)).List(Waiting, static (w, waiting) => waiting.Encode(w)).Postings(Moves);

    internal static MembershipsMerged Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ProgrammeId(reader.Text()), reader.Number(), reader.Number(),
        reader.List(CounterOf.Decode), reader.List(TierOf.Decode), reader.List(static r => new PartnerId(r.Text())),
        reader.List(static r => new PoolId(r.Uuid())), reader.List(ActivationOf.Decode), reader.List(WaitingOf.Decode), reader.Postings());
}
