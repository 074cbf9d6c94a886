namespace CoalitionGateway.Ledger.Earning;

/// <summary>
/// The points that a brand gave to one membership and took back. An unlinked return, whose purchase is not known, takes
/// back at most <see cref="LeftPoints"/>, unless the agreement allows debt.
/// </summary>
/// <param name="GivenPoints">The total that purchases gave.</param>
/// <param name="TakenPoints">The part of the given points that reversals and returns took and that was not restored.</param>
/// <param name="Day">The day (UTC) of the last unlinked return; null if there was none.</param>
/// <param name="DayPoints">The points that unlinked returns took on that day.</param>
public sealed record Earned(
    PartnerId PartnerId, MembershipId MembershipId, long GivenPoints, long TakenPoints, DateTime? Day, long DayPoints) : Row
{
    public override Key Primary => new Of(PartnerId, MembershipId);

    /// <summary>The given points that were not taken back; 0 if more were taken than given.</summary>
    public long LeftPoints => Math.Max(0, GivenPoints - TakenPoints);

    /// <summary>The points that unlinked returns took on a day.</summary>
    public long TakenOn(DateTime day) => Day == day.Date ? DayPoints : 0;

    public static Earned Find(WorkingState rows, PartnerId partner, MembershipId membership) =>
        rows.Find(new Of(partner, membership)) ?? new Earned(partner, membership, 0, 0, null, 0);

    public sealed record Of(PartnerId PartnerId, MembershipId MembershipId) : Key<Earned>;
}
