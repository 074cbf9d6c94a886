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
