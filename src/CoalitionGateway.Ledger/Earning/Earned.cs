namespace CoalitionGateway.Ledger.Earning;

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
