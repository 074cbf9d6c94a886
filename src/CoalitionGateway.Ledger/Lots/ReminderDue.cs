using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>
/// The time at which a membership is next reminded that points expire or that a tier ends: one due row for each membership,
/// with the earliest of these times. Only programmes whose terms ask for reminders have such rows.
/// </summary>
public static class ReminderDue
{
    /// <summary>The kind of the due row. Its subject is the membership.</summary>
    public const string DueKind = "reminder";

    /// <summary>Asks for the rows that <see cref="Schedule"/> changes.</summary>
    public static void Need(WorkingState rows, LotKeeping keeping, MembershipId membership)
    {
        if (keeping.ReminderDays > 0)
        {
            rows.Find(new Due.Of(DueKind, membership.ToString()));
            rows.Find(new Reminded.Of(membership));
        }
    }

    /// <summary>Schedules the reminder of an end, unless an earlier one is scheduled.</summary>
    /// <param name="end">When something ends; null: nothing does.</param>
    public static void Schedule(WorkingState rows, ProgrammeId programme, MembershipId membership, DateTime? end)
    {
        if (end is not { } time || rows.Find(new LotKeeping.Of(programme)) is not { ReminderDays: > 0 and var days })
        {
            return;
        }

        var due = time.AddDays(-days);
        if (!(rows.Find(new Due.Of(DueKind, membership.ToString()))?.DueTime <= due))
        {
            rows.Put(new Due(DueKind, membership.ToString(), due));
        }

        // A new end within the days of the last reminder must be told too.
        if (rows.Find(new Reminded.Of(membership)) is { } told && told.UntilTime >= time)
        {
            rows.Put(told with { UntilTime = time.AddMicroseconds(-1) });
        }
    }

    /// <summary>Removes what is kept for a membership's reminders.</summary>
    public static void Remove(WorkingState rows, MembershipId membership)
    {
        Due.Settle(rows, DueKind, membership.ToString());
        if (rows.Find(new Reminded.Of(membership)) is { } told)
        {
            rows.Remove(told);
        }
    }
}

/// <summary>Up to a time, a member was reminded of everything that ends.</summary>
public sealed record Reminded(MembershipId MembershipId, DateTime UntilTime) : Row
{
    public override Key Primary => new Of(MembershipId);

    public override bool IsDeletable => true;

    public sealed record Of(MembershipId MembershipId) : Key<Reminded>;
}
