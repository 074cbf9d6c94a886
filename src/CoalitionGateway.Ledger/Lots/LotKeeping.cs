namespace CoalitionGateway.Ledger.Lots;

/// <summary>
/// A programme whose points may be in lots, because some version of its terms had points expire, be pending or be reserved,
/// or reminds members. For other programmes no lots are looked up.
/// </summary>
/// <param name="TermsVersion">The last version of the terms with such a rule.</param>
/// <param name="EndsInactive">Whether some version let the points of inactive members expire.</param>
/// <param name="Pauses">Whether some version has a tier in which no points expire.</param>
/// <param name="ReminderDays">So many days before something ends, members are reminded, by the last version; 0: they are not.</param>
public sealed record LotKeeping(ProgrammeId ProgrammeId, long TermsVersion, bool EndsInactive, bool Pauses = false, long ReminderDays = 0) : Row
{
    /// <summary>The pause in which no points of a membership expire; null: there is none.</summary>
    public ExpiryPause? PauseOf(WorkingState rows, MembershipId membership) => Pauses ? rows.Find(new ExpiryPause.Of(membership)) : null;

    public override Key Primary => new Of(ProgrammeId);

    public sealed record Of(ProgrammeId ProgrammeId) : Key<LotKeeping>;
}
