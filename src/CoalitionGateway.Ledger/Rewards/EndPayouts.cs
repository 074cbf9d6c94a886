using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>
/// Schedules the next payouts of a group of rewards, once all members have got those of a day. Issued by the gateway itself.
/// </summary>
/// <param name="Group">The group: see <see cref="Reward.PayoutGroup"/>.</param>
/// <param name="Day">The day whose payouts are done, in the programme's time zone.</param>
/// <param name="VersionCount">
/// The number of versions of the programme's rewards when the payouts began. If there are more now, the payouts are done again.
/// </param>
public sealed record EndPayouts(CommandContext Context, ProgrammeId ProgrammeId, string Group, DateOnly Day, long VersionCount)
    : Command<EndPayouts.State>(Context)
{
    /// <summary>The kind of the due row. Its subject is the programme and the group, its time the beginning of a day.</summary>
    public const string DueKind = "payout";

    public override string Method => nameof(EndPayouts);

    public override bool IsRetryable => false;

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Text(ProgrammeId.Value).Text(Group).Number(Day.DayNumber).Number(VersionCount);

    public override State Needs(WorkingState rows, DateTime now) => new(
        rows.Find(new Programme.Of(ProgrammeId)), rows.Find(new Due.Of(DueKind, SubjectOf(ProgrammeId, Group))),
        rows.FindAll(new Reward.ByProgramme(ProgrammeId)));

    public override Decision Decide(State state, DateTime now)
    {
        if (state is not { Programme: { } programme, Due: { } due } || due.DueTime > now || state.Versions.Count != VersionCount)
        {
            return ProgrammeRefusals.ProgrammeNotFound(ProgrammeId, "programme_id");
        }

        var calendar = Calendar.Of(programme.TimeZone);
        return due.DueTime == calendar.StartOf(Day)
            ? new PayoutsEnded(Header(now), ProgrammeId, Group, $"{Day:yyyy-MM-dd}",
                NextTime(Reward.Latest(state.Versions), Group, Day.AddDays(1), calendar))
            : ProgrammeRefusals.ProgrammeNotFound(ProgrammeId, "programme_id");
    }

    /// <summary>The subject of the due row of a group.</summary>
    public static string SubjectOf(ProgrammeId programme, string group) => $"{programme.Value}/{group}";

    /// <summary>The programme and the group of a due row.</summary>
    public static (ProgrammeId Programme, string Group) Read(string subject) =>
        subject.Split('/', 2) is [var programme, var group]
            ? (new ProgrammeId(programme), group) : throw new FormatException($"'{subject}' names no group of rewards.");

    /// <summary>When the first payout of a group from a day on falls due; null: there is none.</summary>
    /// <param name="rewards">The latest versions of the programme's rewards.</param>
    public static DateTime? NextTime(IEnumerable<Reward> rewards, string group, DateOnly from, Calendar calendar)
    {
        var next = rewards.Where(reward => reward.PayoutGroup == group).Select(reward => reward.NextPayout(from, calendar)).Min();
        return next is null ? null : calendar.StartOf(next.Value);
    }

    /// <param name="Versions">All versions of all rewards.</param>
    public sealed record State(Programme? Programme, Due? Due, IReadOnlyList<Reward> Versions);
}

/// <param name="Group">The group of rewards.</param>
/// <param name="Day">The day in the programme's time zone, such as 2026-05-01.</param>
/// <param name="NextTime">When the group's next payout falls due; null: there is none.</param>
[EventKind(99)]
public sealed record PayoutsEnded(EventHeader Header, ProgrammeId ProgrammeId, string Group, string Day, DateTime? NextTime) : Event(Header)
{
    public override void Apply(WorkingState rows) => new PayoutDue(Group, NextTime).Apply(rows, ProgrammeId);

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Text(ProgrammeId.Value).Text(Group).Text(Day).OptionalTime(NextTime);

    internal static PayoutsEnded Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new ProgrammeId(reader.Text()), reader.Text(), reader.Text(), reader.OptionalTime());
}

/// <summary>When the next payout of a group of rewards falls due.</summary>
/// <param name="Time">Null: there is none.</param>
public sealed record PayoutDue(string Group, DateTime? Time)
{
    internal void Apply(WorkingState rows, ProgrammeId programme)
    {
        var subject = EndPayouts.SubjectOf(programme, Group);
        if (Time is { } next)
        {
            rows.Put(new Due(EndPayouts.DueKind, subject, next));
        }
        else
        {
            Due.Settle(rows, EndPayouts.DueKind, subject);
        }
    }

    internal static void Encode(CanonicalWriter writer, PayoutDue due) => writer.Text(due.Group).OptionalTime(due.Time);

    internal static PayoutDue Decode(CanonicalReader reader) => new(reader.Text(), reader.OptionalTime());
}
