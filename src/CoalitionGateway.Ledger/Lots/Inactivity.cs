using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>When all points of a member who does nothing expire.</summary>
/// <param name="Months">So many months after the day of the last activity, to the end of that day. 1 to 1200.</param>
/// <param name="AwardsCount">Whether points without a purchase are an activity too.</param>
/// <param name="ToMonthEnd">
/// Whether the points expire with the month in which the months are over: 18 months from 1 March end with 31 August of the
/// next year, and those from 2 March with 30 September.
/// </param>
public sealed record InactivityRule(long Months, bool AwardsCount, bool ToMonthEnd = false)
{
    /// <summary>The time at which the points expire after an activity.</summary>
    public DateTime EndOf(DateTime activity, Calendar calendar)
    {
        var day = calendar.DayOf(activity).AddMonths((int)Months);
        var before = day.AddDays(-1);
        return calendar.EndOf(ToMonthEnd ? Expiry.EndOfMonth(before.Year, before.Month) : day);
    }

    internal static void Encode(CanonicalWriter writer, InactivityRule? rule)
    {
        writer.Flag(rule is not null);
        if (rule is not null)
        {
            writer.Number(rule.Months).Flag(rule.AwardsCount).Flag(rule.ToMonthEnd);
        }
    }

    internal static InactivityRule? Decode(CanonicalReader reader) => reader.Flag() ? new InactivityRule(reader.Number(), reader.Flag(), reader.Flag()) : null;
}

/// <summary>
/// The time at which all points of a membership expire, pending ones included, unless an activity moves it. Points in a pool
/// stay.
/// </summary>
public sealed record Inactivity(MembershipId MembershipId, DateTime EndTime) : Row
{
    /// <summary>The kind of the due row. Its subject is the membership.</summary>
    public const string DueKind = "inactivity";

    public override Key Primary => new Of(MembershipId);

    public override bool IsDeletable => true;

    /// <summary>Sets the time after an activity; null: the terms have no such rule any more. Holdings must have been asked for.</summary>
    public static void Set(WorkingState rows, ProgrammeId programme, MembershipId membership, DateTime? end)
    {
        if (end is { } time)
        {
            rows.Put(new Inactivity(membership, time));
            rows.Put(new Due(DueKind, membership.ToString(), time));
            ReminderDue.Schedule(rows, programme, membership, end);
        }
        else if (rows.Find(new LotKeeping.Of(programme)) is { EndsInactive: true })
        {
            Remove(rows, membership);
        }
    }

    /// <summary>Removes the time, if there is one.</summary>
    public static void Remove(WorkingState rows, MembershipId membership)
    {
        if (rows.Find(new Of(membership)) is { } found)
        {
            rows.Remove(found);
            Due.Settle(rows, DueKind, membership.ToString());
        }
    }

    /// <summary>Asks for the rows that <see cref="Set"/> and <see cref="Remove"/> change.</summary>
    public static Inactivity? Find(WorkingState rows, MembershipId membership)
    {
        rows.Find(new Due.Of(DueKind, membership.ToString()));
        return rows.Find(new Of(membership));
    }

    public sealed record Of(MembershipId MembershipId) : Key<Inactivity>;
}

/// <summary>
/// Posts what expired because a member did nothing. The gateway submits it at the time of the due row. A command that needs
/// the member's points after that has the same event written before its own.
/// </summary>
public sealed record SettleInactivity(CommandContext Context, MembershipId MembershipId) : Command<HeldPoints?>(Context)
{
    public override string Method => nameof(SettleInactivity);

    public override bool IsRetryable => false;

    public static SettleInactivity For(Due due, CommandContext context) => new(context, new MembershipId(Guid.Parse(due.Subject)));

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MembershipId.Value);

    public override HeldPoints? Needs(WorkingState rows, DateTime now) => HeldPoints.Of(rows, MembershipId, now);

    public override Decision Decide(HeldPoints? state, DateTime now) => state switch
    {
        { Due: { EndsInactivity: true } due } held => LotsSettled.Of(due, Header(now), held.MemberId, held.MembershipId, held.Holder),
        { Pause.UntilTime: var until, IsInactive: true } held when until > now => new ExpiryPaused(Header(now), held.MemberId, held.MembershipId, until, [], true),
        _ => new Refusal(RefusalReason.InsufficientPoints, "The member is active."),
    };
}
