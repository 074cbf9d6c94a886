namespace CoalitionGateway.Ledger.Earning;

/// <summary>
/// A purchase or a return under the partner's own reference. What was given and what was taken back is remembered
/// with the account it went to, so that a later choice or agreement changes nothing about it.
/// </summary>
/// <param name="IsReturn">A return whose purchase is not known: it is undone and not reversed; then all of it is returned.</param>
/// <param name="MemberId">Whose the membership was when it was recorded.</param>
/// <param name="GivenPoints">Of a return: the part of <paramref name="TakenPoints"/> that the brand had given; the rest is a debt.</param>
public sealed record Purchase(
    PartnerId PartnerId, string Reference, bool IsReturn, EventId EventId, MemberId MemberId, MembershipId MembershipId,
    ProgrammeId ProgrammeId, string CurrencyCode, long AmountMicros, long ReturnedMicros, long GivenPoints, long TakenPoints) : Row
{
    public override Key Primary => new Of(PartnerId, Reference);

    public sealed record Of(PartnerId PartnerId, string Reference) : Key<Purchase>;
}

/// <summary>
/// The points that a brand has given and taken back in one membership: a return whose purchase is not known takes no more
/// than what is left of them.
/// </summary>
/// <param name="GivenPoints">Given by purchases, in total.</param>
/// <param name="TakenPoints">Of these, taken back by reversals and returns and not restored.</param>
/// <param name="Day">The day (UTC) of the last return whose purchase is not known; null where there was none.</param>
/// <param name="DayPoints">The points that such returns took that day.</param>
public sealed record Earned(
    PartnerId PartnerId, MembershipId MembershipId, long GivenPoints, long TakenPoints, DateTime? Day, long DayPoints) : Row
{
    public override Key Primary => new Of(PartnerId, MembershipId);

    /// <summary>The points that are given and not taken back; 0 where more is taken.</summary>
    public long LeftPoints => Math.Max(0, GivenPoints - TakenPoints);

    /// <summary>What such returns took on a day.</summary>
    public long TakenOn(DateTime day) => Day == day.Date ? DayPoints : 0;

    public static Earned Find(WorkingState rows, PartnerId partner, MembershipId membership) =>
        rows.Find(new Of(partner, membership)) ?? new Earned(partner, membership, 0, 0, null, 0);

    public sealed record Of(PartnerId PartnerId, MembershipId MembershipId) : Key<Earned>;
}
