namespace CoalitionGateway.Ledger.Schedules;

/// <summary>
/// Something that falls due at a time. The event that schedules it puts the row; the event that settles it, in time or
/// because it fell due, removes it. No rule waits for that: what is due has its effect at its time.
/// </summary>
/// <param name="Kind">What falls due, as the room that settles it calls it.</param>
/// <param name="Subject">What it is about: random ids, in the kind's own form.</param>
public sealed record Due(string Kind, string Subject, DateTime DueTime) : Row
{
    public override Key Primary => new Of(Kind, Subject);

    public override bool IsDeletable => true;

    /// <summary>Removes the row, if it is there. The command has asked for it.</summary>
    public static void Settle(WorkingState rows, string kind, string subject)
    {
        if (rows.Find(new Of(kind, subject)) is { } due)
        {
            rows.Remove(due);
        }
    }

    public sealed record Of(string Kind, string Subject) : Key<Due>;
}
