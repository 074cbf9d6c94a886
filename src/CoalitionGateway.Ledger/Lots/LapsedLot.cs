namespace CoalitionGateway.Ledger.Lots;

/// <summary>
/// Points of one lot that expired. A return of a purchase whose points were in the lot takes them from breakage, as far as
/// they expired, and not from the member once more.
/// </summary>
/// <param name="AccountId">The lot's account.</param>
/// <param name="InactiveTime">When points of the lot last expired because the member did nothing; null: never.</param>
public sealed record LapsedLot(Guid AccountId, long Points, DateTime? InactiveTime) : Row
{
    public override Key Primary => new Of(AccountId);

    /// <summary>What expired of a term, in the lots of a purchase's membership and of the one that it was merged into.</summary>
    public static IReadOnlyList<LapsedLot> Find(WorkingState rows, ProgrammeId programme, IEnumerable<MembershipId> memberships, Term term) =>
        [.. memberships.Distinct().Select(id => rows.Find(new Of(Lot.AccountOf(programme, $"{id}", term).Id))).OfType<LapsedLot>()];

    /// <summary>Takes points that a return takes from breakage.</summary>
    public static void TakeFrom(WorkingState rows, ProgrammeId programme, IEnumerable<MembershipId> memberships, Term term, long points)
    {
        foreach (var lapsed in Find(rows, programme, memberships, term))
        {
            var taken = Math.Min(points, lapsed.Points);
            rows.Put(lapsed with { Points = lapsed.Points - taken });
            points -= taken;
        }
    }

    /// <summary>
    /// What of a lot expired before; null: nothing, which is presumed at first, because lots seldom expire twice. A member can
    /// be inactive many times.
    /// </summary>
    public static LapsedLot? Before(WorkingState rows, Guid account, bool endsInactivity) =>
        endsInactivity ? rows.Find(new Of(account)) : rows.FindTaken(new Of(account));

    public sealed record Of(Guid AccountId) : Key<LapsedLot>;
}
