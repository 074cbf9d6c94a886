using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Reminders;

/// <summary>
/// Reminds a member and the programme's brand that points expire or that a tier ends. The gateway submits it at the time of
/// the due row, and the event schedules the next one.
/// </summary>
public sealed record RemindMember(CommandContext Context, MembershipId MembershipId) : Command<RemindMember.State?>(Context)
{
    public override string Method => nameof(RemindMember);

    public override bool IsRetryable => false;

    public static RemindMember For(Due due, CommandContext context) => new(context, new MembershipId(Guid.Parse(due.Subject)));

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MembershipId.Value);

    public override State? Needs(WorkingState rows, DateTime now)
    {
        var due = rows.Find(new Due.Of(ReminderDue.DueKind, MembershipId.ToString()));
        if (due is null || rows.Find(new Membership.Of(MembershipId)) is not { } membership || rows.Find(new Programme.Of(membership.ProgrammeId)) is not { } programme)
        {
            return null;
        }

        return new State(due, membership, programme, rows.Find(new LotKeeping.Of(programme.Id))?.ReminderDays ?? 0, Reminder.All(rows, membership, now))
        {
            ToldUntil = rows.Find(new Reminded.Of(MembershipId))?.UntilTime,
            Number = rows.Find(new MembershipNumber.OfMembership(membership.Id)),
            IsRestricted = rows.Find(new Restriction.Of(membership.MemberId)) is not null,
        };
    }

    public override Decision Decide(State? state, DateTime now)
    {
        if (state is not { Due: { } due } || due.DueTime > now)
        {
            return new Refusal(RefusalReason.MembershipNotFound, "No reminder is due for the membership.");
        }

        var until = now.AddDays(state.Days);
        Reminder[] told = state.Days == 0 ? [] : [.. state.Ends.Where(end => !(end.EndTime <= state.ToldUntil) && end.EndTime <= until)];
        DateTime? next = state.Days == 0 ? null : state.Ends.Where(end => end.EndTime > until).Select(end => (DateTime?)end.EndTime.AddDays(-state.Days)).Min();
        var made = new MemberReminded(Header(now), state.Membership.MemberId, MembershipId, state.Programme.Id, told, until, next);
        return Decision.Accept(made, state.IsRestricted ? [] : Notifications(state, told, now));
    }

    /// <summary>The brand's notifications. Inactivity would tell it the day of a purchase elsewhere.</summary>
    private IReadOnlyList<Row> Notifications(State state, Reminder[] told, DateTime now) =>
    [
        .. told.Where(end => end.Kind != ReminderKind.Inactivity).SelectMany(end => Notification.Remind(
            Context, state.Programme.PartnerId, end.Kind == ReminderKind.TierEnds ? NotificationKind.TierEnds : NotificationKind.PointsExpire, state.Number, now, end.EndTime,
            Calendar.Of(state.Programme.TimeZone).DayOf(end.EndTime.AddTicks(-1)).ToDateTime(default, DateTimeKind.Utc), end.Points, end.TierId)),
    ];

    /// <param name="Days">The days that the programme's last published terms name; 0: no reminders any more.</param>
    /// <param name="Ends">All that will end for the membership.</param>
    public sealed record State(Due Due, Membership Membership, Programme Programme, long Days, IReadOnlyList<Reminder> Ends)
    {
        /// <summary>Up to then everything was told; null: nothing was.</summary>
        public DateTime? ToldUntil { get; init; }

        /// <summary>The number by which the brand knows the member; null if there is none.</summary>
        public MembershipNumber? Number { get; init; }

        /// <summary>Whether the member restricted processing. The brand is then told nothing.</summary>
        public bool IsRestricted { get; init; }
    }
}

/// <summary>A member was reminded of what ends soon.</summary>
/// <param name="Told">What ends. Empty: the points were used, or the tier was kept.</param>
/// <param name="UntilTime">Up to then everything that ends has been told.</param>
/// <param name="NextTime">When the next reminder falls due; null: nothing else ends.</param>
[EventKind(55)]
public sealed record MemberReminded(
    EventHeader Header, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId, IReadOnlyList<Reminder> Told, DateTime UntilTime,
    DateTime? NextTime) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        rows.Put(new Reminded(MembershipId, UntilTime));
        if (NextTime is { } next)
        {
            rows.Put(new Due(ReminderDue.DueKind, MembershipId.ToString(), next));
        }
        else
        {
            Due.Settle(rows, ReminderDue.DueKind, MembershipId.ToString());
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value).List(Told, static (w, told) => told.Encode(w)).Time(UntilTime).OptionalTime(NextTime);

    internal static MemberReminded Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new ProgrammeId(reader.Text()), reader.List(Reminder.Decode), reader.Time(), reader.OptionalTime());
}
