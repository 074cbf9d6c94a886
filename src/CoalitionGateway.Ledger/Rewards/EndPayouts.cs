using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>
/// Schedules a programme's next payouts, once all members have got those of a day. Issued by the gateway itself.
/// </summary>
/// <param name="Day">The day whose payouts are done, in the programme's time zone.</param>
public sealed record EndPayouts(CommandContext Context, ProgrammeId ProgrammeId, DateOnly Day) : Command<EndPayouts.State>(Context)
{
    /// <summary>The kind of the due row. Its subject is the programme, its time the beginning of a day.</summary>
    public const string DueKind = "payout";

    public override string Method => nameof(EndPayouts);

    public override bool IsRetryable => false;

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(ProgrammeId.Value).Number(Day.DayNumber);

    public override State Needs(WorkingState rows, DateTime now) => new(
        rows.Find(new Programme.Of(ProgrammeId)), rows.Find(new Due.Of(DueKind, ProgrammeId.Value)), Reward.Latest(rows.FindAll(new Reward.ByProgramme(ProgrammeId))));

    public override Decision Decide(State state, DateTime now) =>
        state is { Programme: { } programme, Due: { } due } && due.DueTime <= now && due.DueTime == Calendar.Of(programme.TimeZone).StartOf(Day)
            ? new PayoutsEnded(Header(now), ProgrammeId, $"{Day:yyyy-MM-dd}", NextTime(programme, state.Rewards, Day))
            : ProgrammeRefusals.ProgrammeNotFound(ProgrammeId, "programme_id");

    /// <summary>When the first payout after a day falls due; null: no reward has one.</summary>
    public static DateTime? NextTime(Programme programme, IEnumerable<Reward> rewards, DateOnly day)
    {
        var next = rewards.Select(reward => reward.Rule.Payout?.NextAfter(day)).Min();
        return next is null ? null : Calendar.Of(programme.TimeZone).StartOf(next.Value);
    }

    /// <param name="Rewards">The latest versions of all rewards.</param>
    public sealed record State(Programme? Programme, Due? Due, IReadOnlyList<Reward> Rewards);
}

/// <param name="Day">The day in the programme's time zone, such as 2026-05-01.</param>
/// <param name="NextTime">When the next payout falls due; null: there is none.</param>
[EventKind(99)]
public sealed record PayoutsEnded(EventHeader Header, ProgrammeId ProgrammeId, string Day, DateTime? NextTime) : Event(Header)
{
    public override void Apply(WorkingState rows) => Schedule(rows, ProgrammeId, NextTime);

    /// <summary>Sets the time of a programme's next payouts.</summary>
    internal static void Schedule(WorkingState rows, ProgrammeId programme, DateTime? time)
    {
        if (time is { } next)
        {
            rows.Put(new Due(EndPayouts.DueKind, programme.Value, next));
        }
        else
        {
            Due.Settle(rows, EndPayouts.DueKind, programme.Value);
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Text(ProgrammeId.Value).Text(Day).OptionalTime(NextTime);

    internal static PayoutsEnded Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new ProgrammeId(reader.Text()), reader.Text(), reader.OptionalTime());
}
