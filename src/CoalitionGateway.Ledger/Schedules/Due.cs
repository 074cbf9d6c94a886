namespace CoalitionGateway.Ledger.Schedules;

/// <summary>
/// Something that falls due at a time. The event that schedules it adds the row. The event that settles it, before or
/// after its time, removes the row. No rule waits for the removal: a due matter takes effect at its time.
/// </summary>
/// <param name="Kind">What falls due, as named by the capability that settles it.</param>
/// <param name="Subject">Random ids that say what the row is about, in the kind's own form.</param>
public sealed record Due(string Kind, string Subject, DateTime DueTime) : Row
{
    public override Key Primary => new Of(Kind, Subject);

    public override bool IsDeletable => true;

    /// <summary>Removes the row if it exists. The command must have asked for the row.</summary>
    public static void Settle(WorkingState rows, string kind, string subject)
    {
        if (rows.Find(new Of(kind, subject)) is { } due)
        {
            rows.Remove(due);
        }
    }

    public sealed record Of(string Kind, string Subject) : Key<Due>;
}
