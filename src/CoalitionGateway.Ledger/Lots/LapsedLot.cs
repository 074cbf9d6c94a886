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

    public sealed record Of(Guid AccountId) : Key<LapsedLot>;
}
