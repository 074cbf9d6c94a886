namespace CoalitionGateway.Ledger.Earning;

/// <summary>
/// A purchase or a return under the partner's own reference. The row keeps the points given and taken and their
/// membership, so that a later choice or agreement does not change them.
/// </summary>
/// <param name="IsReturn">Whether this is an unlinked return. It can be undone as a whole, but not reversed.</param>
/// <param name="MemberId">The holder of the membership when the purchase was recorded.</param>
/// <param name="HasAwards">Whether the event lists awards. If not, the agreement alone gave the points, and they are plain.</param>
/// <param name="GivenPoints">In a return: the <paramref name="TakenPoints"/> that the brand had given. The rest is debt.</param>
public sealed record Purchase(
    PartnerId PartnerId, string Reference, bool IsReturn, EventId EventId, MemberId MemberId, MembershipId MembershipId,
    ProgrammeId ProgrammeId, string CurrencyCode, long AmountMicros, long ReturnedMicros, long GivenPoints, long TakenPoints,
    DateTime PurchaseTime, bool HasAwards) : Row
{
    public override Key Primary => new Of(PartnerId, Reference);

    public sealed record Of(PartnerId PartnerId, string Reference) : Key<Purchase>;
}
