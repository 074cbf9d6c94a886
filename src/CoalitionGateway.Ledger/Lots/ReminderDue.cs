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

    /// <summary>Asks for the row that <see cref="Schedule"/> changes.</summary>
    public static void Need(WorkingState rows, LotKeeping keeping, MembershipId membership)
    {
        if (keeping.ReminderDays > 0)
        {
            rows.Find(new Due.Of(DueKind, membership.ToString()));
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
    }
}
